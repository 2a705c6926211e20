import { fold } from '../fold'
import { parseRegex, type RegexNode } from './syntax'

/** What a text must have to be worth reading: folded literals of three characters and more, or nothing that an index knows. */
export type Need =
  | { kind: 'literal'; text: string }
  | { kind: 'all' | 'one'; needs: Need[] }
  | { kind: 'anything' }

export const anything: Need = { kind: 'anything' }

/** Cross products of alternatives stop here. */
const mostTexts = 12

export const needLiteral = (folded: string): Need =>
  [...folded].length < 3 ? anything : { kind: 'literal', text: folded }

/** All of them; what asks for nothing falls away. */
export function needAll(needs: Need[]): Need {
  const asking = needs.filter(({ kind }) => kind !== 'anything')
  return asking.length > 1 ? { kind: 'all', needs: asking } : (asking[0] ?? anything)
}

/** One of them; when one asks for nothing, so does the whole. */
export function needOne(needs: Need[]): Need {
  if (needs.length === 0 || needs.some(({ kind }) => kind === 'anything')) return anything
  return needs.length > 1 ? { kind: 'one', needs } : needs[0]!
}

/** What every text that matches a pattern of RE2 has, as in Russ Cox's "Regular Expression Matching with a Trigram Index" (2012). */
export function needOfRegex(pattern: string): Need {
  const { texts, need } = look(parseRegex(pattern))
  return texts ? needAll([need, needTexts(texts)]) : need
}

/** `texts`: every folded text that the node can match, when they are few; `need`: what holds besides. */
interface Found {
  texts: string[] | null
  need: Need
}

function look(node: RegexNode): Found {
  if (node.kind === 'nothing') return { texts: [''], need: anything }
  if (node.kind === 'any') return { texts: null, need: anything }
  if (node.kind === 'text') return { texts: [...new Set(node.characters.map(fold))], need: anything }
  if (node.kind === 'repeat') return lookAtRepeat(node.node, node.least, node.once)
  if (node.kind === 'all') return lookAtSequence(node.nodes)
  return lookAtAlternatives(node.nodes)
}

const needTexts = (texts: string[]) => needOne(texts.map(needLiteral))

/** What a node asks for, alone. */
const needOf = ({ texts, need }: Found) => (texts ? needAll([need, needTexts(texts)]) : need)

function lookAtRepeat(node: RegexNode, least: number, once: boolean): Found {
  const found = look(node)
  if (least === 0)
    return once && found.texts && found.need.kind === 'anything'
      ? { texts: [...new Set(['', ...found.texts])], need: anything }
      : { texts: null, need: anything }
  if (least === 1 && once) return found
  return { texts: null, need: needOf(found) }
}

function lookAtAlternatives(nodes: RegexNode[]): Found {
  const found = nodes.map(look)
  const texts = [...new Set(found.flatMap((one) => one.texts ?? []))]
  const plain = found.every((one) => one.texts && one.need.kind === 'anything')
  if (plain && texts.length <= mostTexts) return { texts, need: anything }
  return { texts: null, need: needOne(found.map(needOf)) }
}

/** Neighbours with few texts grow together; what comes between ends them, and they are asked for. */
function lookAtSequence(nodes: RegexNode[]): Found {
  const needs: Need[] = []
  let run: string[] = ['']
  let whole = true
  for (const node of nodes) {
    const found = look(node)
    needs.push(found.need)
    const grown = found.texts && crossed(run, found.texts)
    if (grown) {
      run = grown
      continue
    }
    needs.push(needTexts(run))
    whole = false
    run = found.texts ?? ['']
  }
  if (whole) return { texts: run, need: needAll(needs) }
  return { texts: null, need: needAll([...needs, needTexts(run)]) }
}

function crossed(left: string[], right: string[]): string[] | null {
  if (left.length * right.length > mostTexts) return null
  return [...new Set(left.flatMap((before) => right.map((after) => before + after)))]
}
