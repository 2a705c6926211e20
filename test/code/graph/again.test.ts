import { afterAll, expect, test } from 'bun:test'
import { eachDatabase } from '../../kit/databases'
import { fixtureEnv, fixtureServer, index, indexed } from '../kit'

const server = fixtureServer()
afterAll(() => server.stop())

eachDatabase(
  'what once sank an index',
  (app) => {
    const ask = async (name: string, given: Record<string, unknown>) =>
      (await app().tool(name, given)).structuredContent as Record<string, never>

    test('a file of odd content costs no other file its symbols', async () => {
      await indexed(app(), server, 'acme/odd', {
        'twice.js': 'var a=1;function a(){}var a=2;class B{}class B{};a();a()\n',
        'zero.ts': new TextEncoder().encode('export const x = 1\0\n'),
        'words.ts': `// ${Array.from({ length: 90_000 }, (_, n) => `w${n}`).join(' ')}\nexport const wordy = 1\n`,
        'good.ts': 'export const good = 1\nexport const use = good\n',
      })
      const found = await ask('find_usages', { repository: 'acme/odd', symbol: 'good' })
      expect(found).toMatchObject({ total_usages: 1, usages: [{ file: 'good.ts', line: 2 }] })
      expect(
        await ask('find_usages', { repository: 'acme/odd', symbol: 'a', file: 'twice.js' }),
      ).toMatchObject({
        files_with_usages: 1,
      })
    })

    test('an index that is made again and again leaves nothing behind', async () => {
      const files = { 'a.ts': 'export const ghost = 1\n', 'b.ts': "import { ghost } from './a'\nghost\n" }
      const work = await indexed(app(), server, 'acme/again', {
        ...files,
        'gone.ts': 'export const ghost = 2\n',
      })
      for (const round of [1, 2, 3]) {
        work.commit({ ...(round === 1 && { 'gone.ts': null }), 'a.ts': `${files['a.ts']}// ${round}\n` })
        work.push()
        await index(app(), 'acme/again')
      }
      const usages = await ask('find_usages', { repository: 'acme/again', symbol: 'ghost' })
      expect(usages).toMatchObject({ total_usages: 2 })
      const hits = await ask('search_code', { repository: 'acme/again', term: 'ghost' })
      expect(JSON.stringify(hits).match(/"path":"[ab]\.ts"/g)).toHaveLength(2)
    })
  },
  { env: fixtureEnv(server) },
)
