import { expect, test } from 'bun:test'
import { eachDatabase } from '../kit/databases'

interface Page {
  entries: { id: string }[]
  count: number
  total: number
  next_cursor: string | null
}

eachDatabase('a page of large entries over MCP', (app) => {
  /** Pages of at most 100 until there are no more. */
  async function pages(tool: string, args: object): Promise<Page[]> {
    const read: Page[] = []
    let cursor: string | null = null
    do {
      const answer = await app().tool(tool, { ...args, limit: 100, ...(cursor && { cursor }) })
      expect([tool, answer.error, answer.isError]).toEqual([tool, undefined, undefined])
      read.push(answer.structuredContent as Page)
      cursor = read.at(-1)!.next_cursor
    } while (cursor)
    return read
  }

  test('is cut with a cursor, and nothing is lost or doubled', async () => {
    const metadata = { notes: 'n'.repeat(16_000) }
    for (let number = 0; number < 90; number++) {
      const entry = `lengthy ${number} ${'x'.repeat(9_900)}`
      expect((await app().rest('POST', '/api/v1/journal/entries', { entry, metadata })).status).toBe(201)
    }
    for (const [tool, args] of [
      ['get_journal_entries', {}],
      ['search_journal_entries', { query: 'lengthy' }],
    ] as const) {
      const read = await pages(tool, args)
      expect(read.length).toBeGreaterThan(1)
      expect(read[0]!.count).toBeGreaterThan(10)
      const ids = read.flatMap(({ entries }) => entries.map(({ id }) => id))
      expect([tool, ids.length, new Set(ids).size, read[0]!.total]).toEqual([tool, 90, 90, 90])
    }
  })

  test('is whole over REST when it was asked for by offset', async () => {
    const response = await app().rest('GET', '/api/v1/journal/entries?limit=100&offset=0')
    expect(((await response.json()) as Page).count).toBe(90)
  })
})
