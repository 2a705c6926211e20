import { parse } from 'jsonc-parser'

/** Levels of brackets that a file may have: its parser works by recursion. */
const deepest = 100

/** JSON with comments and trailing commas; undefined for what is nested beyond all measure. */
export const readJsonc = (text: string): unknown =>
  depthOf(text) > deepest ? undefined : parse(text, [], { allowTrailingComma: true })

/** How deep brackets go, those in strings left out. */
function depthOf(text: string): number {
  let [depth, most] = [0, 0]
  for (const [found] of text.matchAll(/"(?:[^"\\\n]|\\.)*"|[[{]|[\]}]/g)) {
    if (found === '[' || found === '{') most = Math.max(most, ++depth)
    else if (found === ']' || found === '}') depth--
  }
  return most
}
