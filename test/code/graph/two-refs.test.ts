import { afterAll, beforeAll, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { eachDatabase } from '../../kit/databases'
import { fixtureEnv, fixtureServer, git, index, indexed, type WorkRepository, workRepository } from '../kit'

const server = fixtureServer()
afterAll(() => server.stop())

const lines = (...list: string[]) => `${list.join('\n')}\n`
const files = {
  'src/money.ts': lines(
    'export const cents = (n: number) => n',
    '',
    '// quiet',
    '',
    'export const whole = (n: number) => n',
  ),
  'src/cart.ts': lines("import { cents } from './money'", 'export const total = () => cents(1)'),
  'src/shop.ts': lines("import { whole } from './money'", 'export const price = () => whole(1)'),
  'src/old.ts': lines('export const old = 1'),
  'src/large.ts': lines(...Array.from({ length: 20 }, (_, at) => `export const name${at} = ${at}`)),
}

// biome-ignore lint/suspicious/noExplicitAny: the answers' own schemas are checked by the server
type Answer = any

eachDatabase(
  'impact of two refs',
  (app) => {
    const ask = (given: Record<string, unknown>) => app().tool('analyze_change_impact', given)
    const told = async (given: Record<string, unknown>): Promise<Answer> => {
      const answer = await ask(given)
      if (answer.isError || answer.error) throw new Error(answer.content?.[0]?.text ?? answer.error?.message)
      return answer.structuredContent
    }
    const reasons = (found: Answer) =>
      Object.fromEntries(found.affected_files.map(({ path, reason }: Answer) => [path, reason]))

    let work: WorkRepository & { push(): void }
    const commits: string[] = []
    beforeAll(async () => {
      work = await indexed(app(), server, 'ann/refs', files)
      commits.splice(0, 2, git(work.folder, 'rev-parse', 'HEAD'))
      git(work.folder, 'checkout', '-q', '-b', 'feature/cents')
      commits[1] = work.commit({
        'src/money.ts': files['src/money.ts'].replace('=> n', '=> n * 100'),
        'src/large.ts': null,
        'src/larger.ts': files['src/large.ts'].replace('name3 = 3', 'name3 = 4'),
        'src/old.ts': null,
        'src/new.ts': lines("import { cents } from './money'", 'export const fresh = cents(2)'),
      })
      work.push()
    }, 60_000)

    test('a branch against the index: users of what its lines change, and no other', async () => {
      const found = await told({ repository: 'ann/refs', base: 'main', head: 'feature/cents' })
      expect(found.compared).toEqual({
        base_commit: commits[0],
        head_commit: commits[1],
        changed_files: 4,
      })
      expect(reasons(found)).toEqual({
        'src/money.ts': 'is modified',
        'src/cart.ts': 'uses src/money.ts',
        'src/old.ts': 'is deleted',
        'src/large.ts': 'is renamed from src/large.ts to src/larger.ts',
      })
      expect(found.changed_symbols).toMatchObject([{ symbol: 'cents', files: ['src/cart.ts'] }])
      expect([found.conflicts, found.architectural_warnings]).toEqual([[], []])
      expect(await told({ repository: 'ann/refs', head: 'feature/cents' })).toMatchObject({
        compared: found.compared,
        affected_files: found.affected_files,
      })
    })

    test('what the clone has is compared without asking the remote', async () => {
      await told({ repository: 'ann/refs', base: commits[0], head: commits[1] })
      const before = server.requests.length
      await told({ repository: 'ann/refs', base: commits[0], head: commits[1] })
      expect(server.requests.length).toBe(before)
    })

    test('where the index is of the head, its lines count, and direction is kept', async () => {
      const job = await index(app(), 'ann/refs', { ref: 'feature/cents' })
      expect(job.status).toBe('completed')
      const found = await told({ repository: 'ann/refs@feature/cents', base: 'main' })
      expect(found.compared).toMatchObject({ base_commit: commits[0], head_commit: commits[1] })
      expect(reasons(found)).toEqual({
        'src/money.ts': 'is modified',
        'src/cart.ts': 'uses src/money.ts',
        'src/new.ts': 'is new',
        'src/old.ts': 'is deleted',
        'src/larger.ts': 'is renamed from src/large.ts to src/larger.ts',
      })
      expect([found.conflicts, found.architectural_warnings]).toEqual([[], []])
    })

    test('an index of neither says so', async () => {
      const third = work.commit({ 'src/cart.ts': lines('export const total = () => 1') })
      git(work.folder, 'tag', 'v3')
      work.push()
      const found = await told({ repository: 'ann/refs@main', base: commits[1], head: 'v3' })
      expect(found.compared).toEqual({ base_commit: commits[1], head_commit: third, changed_files: 1 })
      expect(found.architectural_warnings[0]).toStartWith('The index is of neither commit')
    })

    test('a folder of this machine is compared where it lies', async () => {
      const local = workRepository({ 'a.ts': 'export const a = 1\n', 'b.ts': "import { a } from './a'\na\n" })
      git(local.folder, 'checkout', '-q', '-b', 'next')
      local.commit({ 'a.ts': 'export const a = 2\n' })
      git(local.folder, 'checkout', '-q', 'main')
      expect(
        (
          await index(app(), local.folder, {
            key: await app().addKey('tester', 'enterprise', ['code:read', 'code:write', 'code:local']),
          })
        ).status,
      ).toBe('completed')
      const found = await told({ repository: local.folder, base: 'main', head: 'next' })
      expect(reasons(found)).toEqual({ 'a.ts': 'is modified', 'b.ts': 'uses a.ts' })
      rmSync(join(local.folder), { recursive: true })
    })

    test.each([
      ['an unknown branch', { base: 'nowhere' }, 'ref_not_found', 'ref not found'],
      ['an unknown commit', { head: 'f'.repeat(40) }, 'ref_not_found', 'ref not found'],
      ['an option', { base: '--output=/tmp/x' }, 'invalid', '/base'],
      ['a range', { head: 'main..feature/cents' }, 'invalid', '/head'],
      ['refs that do not differ', { base: 'main', head: 'main' }, 'nothing_differs', 'do not differ'],
      ['refs and a diff', { base: 'main', diff: 'diff --git a/x b/x' }, 'invalid', '/diff'],
    ])('%s', async (_, given, code, words) => {
      const answer = await ask({ repository: 'ann/refs@main', ...given })
      expect(JSON.parse(answer.content![0]!.text).code).toBe(code)
      expect(answer.content![0]!.text).toContain(words)
      if (code === 'ref_not_found')
        expect(JSON.parse(answer.content![0]!.text).what_to_do).toStartWith('Give a branch, a tag')
    })

    test('another’s repository is as one that never was, and nothing is fetched for them', async () => {
      const key = await app().addKey('stranger')
      const before = server.requests.length
      const answer = await app().tool('analyze_change_impact', { repository: 'ann/refs', base: 'main' }, key)
      expect(JSON.parse(answer.content![0]!.text).message).toBe('repository not found')
      expect(server.requests.length).toBe(before)
    })
  },
  { env: fixtureEnv(server) },
)
