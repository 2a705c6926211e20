import { AppError } from '../../../core/errors'
import { type Category, type Finding, lessons } from './finding'
import { normalize } from './normalize'
import { patterns } from './pattern'
import { holdsSeedPhrase } from './seed-phrase'
import { holdsToken } from './token'

export type { Category, Finding } from './finding'
export { textsOf } from './texts'

/** What secrets `text` seems to hold, one finding a category; empty for ordinary prose. Takes time linear in the text's length. */
export function scan(text: string): Finding[] {
  const plain = normalize(text)
  const found = new Set(matching(plain))
  if (holdsSeedPhrase(plain)) found.add('seed_phrase')
  return [...found].map((category) => ({ category }))
}

/**
 * Throws `secret_detected` when the texts, alone or together (a recovery phrase with a word in each), seem to hold a secret. The message says
 * which kind and what to do; nothing of the secret is in it.
 */
export function refuseSecrets(texts: Iterable<string>): void {
  const category = firstSecret([...texts])
  if (category === undefined) return
  const { what, advice } = lessons[category]
  throw new AppError(
    'secret_detected',
    `This holds what looks like ${what}, so nothing was stored. ${advice}`,
    { data: { category } },
  )
}

function firstSecret(texts: string[]): Category | undefined {
  const plain = texts.map(normalize)
  const together = plain.join('\n')
  for (const category of matching(together)) return category
  const spelled = plain.some((text) => holdsSeedPhrase(text)) || holdsSeedPhrase(together, true)
  return spelled ? 'seed_phrase' : undefined
}

function* matching(plain: string): Generator<Category> {
  for (const { category, pattern } of patterns) if (pattern.test(plain)) yield category
  if (holdsToken(plain)) yield 'token'
}
