import type { Expression } from '../../parsing/facts'
import { fromElsewhere } from '../exported'
import type { Graph } from '../look'
import { scripts } from '../usages/surfaces'
import type { Definition } from '../usages/usage'
import { awaited, builtinType, calledBuiltin, elements, passedTo } from './builtins'
import { type Inference, isType, type Known, nowhere, type Surroundings } from './known'
import { importedBy, membersOf } from './members'
import { moduleFromElsewhere, moduleWithin } from './modules'

/** Work for one question; what is left over is not known. */
const mostSteps = 100_000
const deepest = 60
/** Alternatives beyond these are not followed. */
const mostKnown = 40

const started = new WeakMap<Graph, Inference>()

/** One for each graph: what it has found out is kept. */
export function inferenceOf(graph: Graph): Inference {
  const known = started.get(graph) ?? createInference(graph)
  started.set(graph, known)
  return known
}

function createInference(graph: Graph): Inference {
  const done = new Map<string, readonly Known[]>()
  const open = new Set<string>()
  let [steps, depth] = [0, 0]

  async function step(path: string, index: number, around: Surroundings): Promise<readonly Known[]> {
    const expression = (await graph.facts(path)).expressions?.[index]
    if (!expression) return []
    steps++
    depth++
    try {
      return distinct(await readExpression(own, path, expression, around))
    } finally {
      depth--
    }
  }

  const own: Inference = {
    graph,
    get steps() {
      return steps
    },
    async infer(path, index, around = nowhere) {
      if (index === undefined || index < 0 || depth > deepest || steps > mostSteps) return []
      const plain = around === nowhere
      const key = `${path}#${index}`
      const found = plain ? done.get(key) : undefined
      if (found) return found
      // What is made of itself says nothing new.
      if (plain && open.has(key)) return []
      if (plain) open.add(key)
      const result = await step(path, index, around)
      if (plain) open.delete(key)
      // Cut short by the depth, it may be more elsewhere.
      if (plain && (depth === 0 || result.length > 0)) done.set(key, result)
      return result
    },
    async typeOf(definition, around) {
      if (isType(definition)) return [{ as: 'named', definition }]
      const { shapes } = await graph.facts(definition.file.path)
      const found = await own.infer(definition.file.path, shapes?.[definition.ordinal]?.type, around)
      return found.map((known) =>
        known.as === 'object' && !known.holder ? { ...known, holder: definition } : known,
      )
    },
    members: (known, name) => membersOf(own, known, name),
  }
  return own
}

function distinct(found: readonly Known[]): readonly Known[] {
  if (found.length < 2) return found
  const seen = new Set<string>()
  return found
    .filter((one) => {
      if (one.as !== 'named' && one.as !== 'instance') return true
      const key = `${one.as} ${one.definition.file.path} ${one.definition.ordinal}`
      const fresh = !seen.has(key) || (one.as === 'instance' && one.around.generics.size > 0)
      seen.add(key)
      return fresh
    })
    .slice(0, mostKnown)
}

async function each<T>(
  items: readonly T[],
  read: (item: T) => Promise<readonly Known[]> | readonly Known[],
): Promise<Known[]> {
  const found: Known[] = []
  for (const item of items) if (found.length < mostKnown) found.push(...(await read(item)))
  return found
}

async function readExpression(
  own: Inference,
  path: string,
  expression: Expression,
  around: Surroundings,
): Promise<readonly Known[]> {
  const infer = (index: number) => own.infer(path, index, around)
  switch (expression[0]) {
    case 'b':
      return bound(own, path, expression[1])
    case 's':
      return each(await symbolsAt(own, path, expression[1]), (one) => own.typeOf(one))
    case 'i':
      return around.self
        ? [around.self]
        : each(await symbolsAt(own, path, expression[1]), (one) => instanceOf(own, one, nowhere))
    case 't':
      return instances(own, path, expression[1], expression[2], around)
    case 'g':
      return named(own, path, expression[1], expression[2], around)
    case '.':
      return each(await infer(expression[1]), (known) => memberType(own, known, expression[2]))
    case '[]':
      return each(await infer(expression[1]), elements)
    case '~':
      return each(await infer(expression[1]), awaited)
    case 'a':
      return [{ as: 'array', of: await infer(expression[1]) }]
    case '|':
      return each(expression[1], infer)
    case 'o':
      return [{ as: 'object', path, members: expression[1], around }]
    case 'f':
      return [{ as: 'function', path, gives: expression[1], takes: expression[2], around }]
    case 'p':
      return around.generics.get(expression[1]) ?? infer(expression[2])
    case '()':
      return each(await infer(expression[1]), (known) => calling(own, path, known, expression[2], around))
    case 'c':
      return each(await infer(expression[1]), (known) => callback(own, known, expression[2], expression[3]))
    case 'q':
      return each(await infer(expression[1]), (known) => parameter(own, known, expression[2]))
  }
}

async function symbolsAt({ graph }: Inference, path: string, ordinal: number): Promise<Definition[]> {
  const [file, facts] = [await graph.file(path), await graph.facts(path)]
  const symbol = facts.symbols[ordinal]
  return file && symbol ? [{ file, symbol, ordinal }] : []
}

/** What a binding names: a module, or definitions of one. */
async function bound(own: Inference, path: string, index: number): Promise<readonly Known[]> {
  const one = await own.graph.binding(path, index)
  if (!one || one.path === null) return []
  const found = await each(await importedBy(own, one), (definition) => own.typeOf(definition))
  return one.imported === '*' ? [...found, { as: 'module', path: one.root ?? one.path }] : found
}

/** An instance of every type that an expression names. */
async function instances(
  own: Inference,
  path: string,
  of: number,
  args: readonly number[],
  around: Surroundings,
): Promise<readonly Known[]> {
  const given: (readonly Known[])[] = []
  for (const arg of args) given.push(await own.infer(path, arg, around))
  return each(await own.infer(path, of, around), async (known) =>
    known.as === 'named'
      ? instanceOf(own, known.definition, await surroundings(own, known.definition, given))
      : [],
  )
}

async function surroundings(
  own: Inference,
  { file, ordinal }: Definition,
  given: readonly (readonly Known[])[],
): Promise<Surroundings> {
  const generics = (await own.graph.facts(file.path)).shapes?.[ordinal]?.generics ?? []
  if (generics.length === 0) return nowhere
  const found = new Map<string, readonly Known[]>()
  for (const [at, [name]] of generics.entries()) {
    const known = given[at] ?? []
    // Without an argument the parameter's own bound stands for it.
    if (known.length > 0) found.set(name, known)
  }
  return found.size > 0 ? { generics: found } : nowhere
}

/** An alias is what it stands for. */
async function instanceOf(
  own: Inference,
  definition: Definition,
  around: Surroundings,
): Promise<readonly Known[]> {
  const shape = (await own.graph.facts(definition.file.path)).shapes?.[definition.ordinal]
  if (definition.symbol.kind === 'type' && shape?.type !== undefined)
    return own.infer(definition.file.path, shape.type, around)
  return [{ as: 'instance', definition, around }]
}

async function named(
  own: Inference,
  path: string,
  name: string,
  args: readonly number[],
  around: Surroundings,
): Promise<readonly Known[]> {
  const elsewhere = await fromElsewhere(own.graph, path, name)
  if (elsewhere.length > 0) return each(elsewhere, (one) => own.typeOf(one))
  const module = await moduleFromElsewhere(own.graph, path, name)
  if (module !== undefined) return [{ as: 'module', path: module }]
  const given: (readonly Known[])[] = []
  for (const arg of args.slice(0, 4)) given.push(await own.infer(path, arg, around))
  if (name === 'ReturnType') return each(given[0] ?? [], (known) => calling(own, path, known, -1, around))
  if (name === 'InstanceType')
    return each(given[0] ?? [], (known) =>
      known.as === 'named' ? instanceOf(own, known.definition, nowhere) : [],
    )
  return builtinType(name, given)
}

async function memberType(own: Inference, known: Known, name: string): Promise<readonly Known[]> {
  if (known.as === 'array' || known.as === 'map' || known.as === 'promise')
    return [{ as: 'builtin', of: known, name }]
  if (known.as === 'object') {
    const index = known.members.find(([one]) => one === name)?.[1]
    return own.infer(known.path, index, known.around)
  }
  const found = await own.members(known, name)
  if (known.as !== 'module' || found.length > 0)
    return each(found, ({ definition, around }) => own.typeOf(definition, around))
  const path = await moduleWithin(own.graph, known.path, name)
  return path === undefined ? [] : [{ as: 'module', path }]
}

async function calling(
  own: Inference,
  path: string,
  known: Known,
  argument: number,
  around: Surroundings,
): Promise<readonly Known[]> {
  if (known.as === 'function') return own.infer(known.path, known.gives, known.around)
  // Where there is no `new`, calling a class creates one.
  if (known.as === 'named' && !scripts.has(known.definition.file.language))
    return instanceOf(own, known.definition, nowhere)
  if (known.as !== 'builtin') return []
  const passed = await each(await own.infer(path, argument, around), (one) =>
    one.as === 'function' ? own.infer(one.path, one.gives, one.around) : [],
  )
  return calledBuiltin(known, passed)
}

async function callback(
  own: Inference,
  known: Known,
  argument: number,
  at: number,
): Promise<readonly Known[]> {
  if (known.as === 'builtin') return argument === 0 ? passedTo(known, at) : []
  return each(await parameter(own, known, argument), (one) => parameter(own, one, at))
}

const parameter = async (own: Inference, known: Known, at: number): Promise<readonly Known[]> =>
  known.as === 'function' ? own.infer(known.path, known.takes[at], known.around) : []
