import { expect, test } from 'bun:test'
import { eachDatabase } from '../kit/databases'

interface Page {
  entries: { id: string }[]
  next_cursor: string | null
}

eachDatabase('matches that are equally good', (app) => {
  async function store(entry: string, occurred_at?: string): Promise<string> {
    const response = await app().rest('POST', '/api/v1/journal/entries', { entry, occurred_at })
    return ((await response.json()) as { entry_id: string }).entry_id
  }

  async function search(query: string, limit: number): Promise<string[]> {
    const found: string[] = []
    let cursor: string | null = null
    do {
      const words = new URLSearchParams({ query, limit: String(limit), ...(cursor && { cursor }) })
      const page = (await (await app().rest('GET', `/api/v1/journal/entries/search?${words}`)).json()) as Page
      found.push(...page.entries.map(({ id }) => id))
      cursor = page.next_cursor
    } while (cursor)
    return found
  }

  test('come newest first even when they were stored within a second, on one page and over pages', async () => {
    const at = '2026-03-01T10:00:00.'
    const older = [await store('tie breaker', `${at}100Z`), await store('tie breaker', `${at}300Z`)]
    const late = await store('tie breaker', `${at}900Z`)
    const middle = await store('tie breaker', `${at}500Z`)
    const newestFirst = [late, middle, ...older.reverse()]
    expect(await search('breaker', 10)).toEqual(newestFirst)
    expect(await search('breaker', 1)).toEqual(newestFirst)
    expect(await search('-nothing tie', 3)).toEqual(newestFirst)
  })
})
