import { expect, test } from 'bun:test'
import { compileRegex } from '../../../src/modules/code/search/regex/compile'
import { needOfRegex } from '../../../src/modules/code/search/regex/need'

test.each([
  ['xx\\Qab\\E?yy', 'xxayy'],
  ['xxx\\Qab\\E{0}yy', 'xxxayy'],
])('%s does not ask for a text that %s has not', (pattern, text) => {
  expect(compileRegex(pattern, false).test(text)).toBe(true)
  const asked = JSON.stringify(needOfRegex(pattern)).matchAll(/"text":"(\w+)"/g)
  for (const [, literal] of asked) expect(text).toContain(literal!)
})
