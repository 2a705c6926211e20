import type { Bound } from '../bound'
import { exported } from '../exported'
import { folderOf } from '../resolution/project'
import { foldered, scripts } from '../usages/surfaces'
import type { Definition } from '../usages/usage'
import { type Inference, isType, type Known, type Member, nowhere, type Surroundings } from './known'

/** Types that one type is made of; deeper inheritance is not what somebody wrote. */
const mostTypes = 100

/** The members of this name: of the thing itself, else of what it extends. */
export async function membersOf(own: Inference, known: Known, name: string): Promise<Member[]> {
  if (known.as === 'module') return plain(await exported(own.graph, known.path, name))
  if (known.as === 'object' && known.holder) return plain(await ownMembers(own, known.holder, name))
  if (known.as === 'object' || known.as === 'function' || known.as === 'builtin') return []
  if (!('definition' in known)) return []
  const around = known.as === 'instance' ? known.around : nowhere
  const queue: { definition: Definition; around: Surroundings }[] = [{ definition: known.definition, around }]
  const seen = new Set<string>()
  const found: Member[] = []
  for (let at = queue.shift(); at && seen.size < mostTypes; at = queue.shift()) {
    const key = `${at.definition.file.path}#${at.definition.ordinal}`
    if (seen.has(key)) continue
    seen.add(key)
    const mine = (await ownMembers(own, at.definition, name)).filter((one) => fits(known, one))
    if (mine.length > 0)
      found.push(
        ...mine.map((definition) => ({
          definition,
          around: known.as === 'instance' ? { generics: at.around.generics, self: known } : nowhere,
        })),
      )
    else queue.push(...(await basesOf(own, at.definition, at.around)))
  }
  return found
}

/** What a binding of a file names, inside of other types too: `Money.of` of a static import. A module as a whole is what it gives to `require`, if it is one thing. */
export async function importedBy(own: Inference, { path, imported, kind }: Bound): Promise<Definition[]> {
  if (path === null) return []
  if (imported === '*') return kind === 'require' ? exported(own.graph, path, '=') : []
  const [first, ...inner] = /\.(java|rs)$/.test(path) ? imported.split('.') : [imported]
  let found = await exported(own.graph, path, first!)
  for (const name of inner) {
    const members = await Array.fromAsync(found, (definition) =>
      membersOf(own, { as: 'named', definition }, name),
    )
    found = members.flat().map(({ definition }) => definition)
  }
  return found
}

const plain = (definitions: readonly Definition[]): Member[] =>
  definitions.map((definition) => ({ definition, around: nowhere }))

/** A class by its name has its static members, an instance the others. */
function fits(known: Known, { file, symbol }: Definition): boolean {
  if (!('definition' in known) || !scripts.has(file.language)) return true
  if (known.definition.symbol.kind !== 'class' || symbol.name === 'constructor') return true
  const isStatic = /^(?:(?:public|private|protected|override)\s+)*static\b/.test(symbol.signature ?? '')
  return isStatic === (known.as === 'named')
}

/** Members that a definition itself has; in some languages they may stand in other files of its folder. */
export async function ownMembers(
  { graph }: Inference,
  { file, symbol }: Definition,
  name: string,
): Promise<Definition[]> {
  const named = await graph.named(file.path, name)
  const own = named.filter((one) => one.symbol.container === symbol.name)
  if (own.length > 0 || !(foldered.has(file.language) || file.language === 'rust')) return own
  const paths = (await graph.defining(name)).slice(0, 50)
  const found = await Promise.all(paths.map((path) => graph.named(path, name)))
  const near = (path: string) => file.language === 'rust' || folderOf(path) === folderOf(file.path)
  return found
    .flat()
    .filter(
      (one) =>
        one.symbol.container === symbol.name && one.file.language === file.language && near(one.file.path),
    )
}

/** What a type extends or implements; `direct` leaves out what is put together of several types. */
export async function basesOf(
  own: Inference,
  { file, symbol, ordinal }: Definition,
  around: Surroundings = nowhere,
  direct = false,
): Promise<Member[]> {
  const { shapes } = await own.graph.facts(file.path)
  // An interface may be declared in parts, and a class beside it.
  const parts = isType({ file, symbol, ordinal })
    ? (await own.graph.named(file.path, symbol.name)).filter(
        (one) => one.symbol.container === symbol.container,
      )
    : []
  const found: Member[] = []
  for (const part of parts.length > 0 ? parts : [{ ordinal }]) {
    for (const base of shapes?.[part.ordinal]?.bases ?? []) {
      const known = await own.infer(file.path, base, around)
      if (direct && known.length !== 1) continue
      for (const one of known)
        if (one.as === 'instance') found.push({ definition: one.definition, around: one.around })
    }
  }
  return found
}

/** The type that a member belongs to. */
export async function ownerOf(
  { graph }: Inference,
  { file, symbol }: Definition,
): Promise<Definition | undefined> {
  if (symbol.container === undefined) return undefined
  const around = await graph.named(file.path, symbol.container)
  const type = around.find(isType) ?? (await elsewhere(graph, file, symbol.container))
  // Scripts have methods of what a variable holds, and of functions that make objects.
  const holder = symbol.kind === 'method' ? /^(constant|variable|function)$/ : /^(constant|variable)$/
  return type ?? around.find((one) => holder.test(one.symbol.kind))
}

/** Methods of Go and Rust may stand in another file than their type. */
async function elsewhere(
  graph: Inference['graph'],
  file: Definition['file'],
  name: string,
): Promise<Definition | undefined> {
  if (!/^(go|rust)$/.test(file.language)) return undefined
  const paths = (await graph.defining(name)).filter(
    (path) => file.language === 'rust' || folderOf(path) === folderOf(file.path),
  )
  for (const path of paths) {
    const found = (await graph.named(path, name)).find(
      (one) => isType(one) && one.file.language === file.language,
    )
    if (found) return found
  }
  return undefined
}
