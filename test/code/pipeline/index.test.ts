import { afterAll, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { eachDatabase } from '../../kit/databases'
import { fixtureEnv, fixtureServer, index, workRepository } from '../kit'

const server = fixtureServer()
afterAll(() => server.stop())

eachDatabase(
  'indexing',
  (app) => {
    const rows = (query: string) =>
      app().storage.system.read((db) =>
        db.rows<Record<string, unknown>>(
          sql.raw(
            app().storage.dialect === 'postgres' ? query.replace(/from (\w+)/, 'from holdfast.$1') : query,
          ),
        ),
      )

    test('a repository is fetched, stored and shown at its commit', async () => {
      const work = workRepository({ 'src/a.ts': 'export const a = 1\n', 'README.md': '# Hello\n' })
      server.publish('ann/first', work)
      const job = await index(app(), 'ann/first')
      expect(job).toMatchObject({ status: 'completed', repository: 'ann/first', error_message: null })
      expect(job.stats).toMatchObject({ files_indexed: 2, files_skipped: 0, files_changed: 2 })
      const files = await rows(
        `select path, language, blob from indexed_files where repository_id = '${job.repository_id}' order by path`,
      )
      expect(files.map(({ path, language }) => [path, language])).toEqual([
        ['README.md', 'markdown'],
        ['src/a.ts', 'typescript'],
      ])
    })
  },
  { env: fixtureEnv(server) },
)
