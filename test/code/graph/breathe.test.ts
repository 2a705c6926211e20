import { Database } from 'bun:sqlite'
import { afterAll, expect, spyOn, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { createBreathe } from '../../../src/core/breathe'
import { measureImpact } from '../../../src/modules/code/graph/impact/impact'
import { lookAt, viewOf } from '../../../src/modules/code/graph/look'
import { eachDatabase } from '../../kit/databases'
import { fixtureEnv, fixtureServer, indexed } from '../kit'
import { rowsOf } from '../rows'

const server = fixtureServer()
afterAll(() => server.stop())

/** Work that ends when something else was done, or gives up: it would hold the thread for good. */
async function workUntil(ended: () => boolean, breathe: () => Promise<void> | undefined): Promise<void> {
  for (const end = performance.now() + 10_000; !ended() && performance.now() < end; ) await breathe()
}

test('work that breathes lets others be served', async () => {
  let served = false
  setImmediate(() => {
    served = true
  })
  await workUntil(() => served, createBreathe())
  expect(served).toBe(true)
})

test('work that nobody waits for any more ends', async () => {
  const gone = new AbortController()
  setImmediate(() => gone.abort(new Error('gone')))
  const work = workUntil(() => false, createBreathe(gone.signal))
  expect(await work.catch((error) => error.message)).toBe('gone')
})

const many = 30
const wide = Object.fromEntries(
  Array.from({ length: many }, (_, n) => [
    `f${n}.ts`,
    `import { core } from './core'\nexport const f${n} = core()\n`,
  ]),
)
const deletion = [{ path: 'core.ts', previous: undefined, status: 'deleted' as const, ranges: [] }]

eachDatabase(
  'a question to the graph',
  (app) => {
    const measure = async (signal: AbortSignal) => {
      const [row] = await rowsOf<Parameters<typeof viewOf>[0]>(app(), 'repositories', 'generation > 0')
      const view = viewOf({ ...row!, generation: Number(row!.generation) })
      return app().storage.system.read((db) => measureImpact(lookAt(db, view, signal), deletion))
    }

    test('takes a breath at every file that it reads, asks by indexes of paths and ends with its call', async () => {
      await indexed(app(), server, 'acme/wide', { ...wide, 'core.ts': 'export const core = () => 1\n' })
      // A clock on which all work is long.
      const started = performance.now()
      let read = 0
      const clock = spyOn(performance, 'now').mockImplementation(() => started + read++ * 6)
      const prepare = spyOn(Database.prototype, 'prepare')
      let [turns, asking] = [0, true]
      const count = () => {
        turns++
        if (asking) setImmediate(count)
      }
      try {
        setImmediate(count)
        const { affected } = await measure(new AbortController().signal)
        expect(affected.size).toBe(many + 1)
        expect(turns).toBeGreaterThan(many)
        expect(await measure(AbortSignal.abort(new Error('gone'))).catch(({ message }) => message)).toBe(
          'gone',
        )
        const asked = prepare.mock.calls.map(([text]) => text.replaceAll('?', '1'))
        const joins = new Set(asked.filter((text) => text.includes('"references" inner join')))
        expect(joins.size > 1).toBe(app().storage.dialect === 'sqlite')
        for (const text of joins) await expectPathIndexes(text)
      } finally {
        asking = false
        clock.mockRestore()
        prepare.mockRestore()
      }
    })

    async function expectPathIndexes(text: string): Promise<void> {
      const plan = await app().storage.system.read((db) => db.rows(sql.raw(`explain query plan ${text}`)))
      expect(JSON.stringify(plan)).not.toContain('_added')
    }
  },
  { env: fixtureEnv(server) },
)
