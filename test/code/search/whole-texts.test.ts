import { expect, test } from 'bun:test'
import { answer } from '../../../src/modules/code/search/search-code'
import { eachStorage } from '../../kit/storage'
import { addCorpus } from './corpus'

/** Three texts of some 300 pieces, each with `zq` in every piece, and a line of its own at the end. */
const files = Array.from({ length: 3 }, (_, n) => ({
  path: `long-${n}.txt`,
  text: `${`${'some words and more of them '.repeat(70)}zq\n`.repeat(300)}last line ${n}\n`,
  symbols: [{ name: 'some', line: 1 }],
}))

eachStorage('texts of many pieces', (open) => {
  const ask = (query: string, cursor?: string) => {
    const given = { query, cursor, limit: 50, output: 'paths' as const, context_lines: 0 }
    return open()
      .as('ann')
      .read((db) => answer(db, 'ann', given as never))
  }
  /** Every file that comes, with its count of lines. */
  const countLines = async (query: string) => {
    const found: string[] = []
    let cursor: string | undefined
    do {
      const page = await ask(query, cursor)
      found.push(...page.results.map(({ path, lines }) => `${path} ${lines}`))
      cursor = page.next_cursor
    } while (cursor)
    return found.sort()
  }

  test('come once, with all of their lines, whatever the index knows of the query', async () => {
    await addCorpus(open().as('ann'), 'ann', 'acme/long', files)
    const each = (count: number) => files.map(({ path }) => `${path} ${count}`)
    expect(await countLines('zq')).toEqual(each(300))
    expect(await countLines('/z[pq]/')).toEqual(each(300))
    expect(await countLines('zq or nowhere')).toEqual(each(300))
    expect(await countLines('sym:so')).toEqual(each(1))
    expect(await countLines('"last line" or file:elsewhere')).toEqual(each(1))
    expect(await countLines('"last line 1" or -lang:text')).toEqual(['long-1.txt 1'])
  })
})
