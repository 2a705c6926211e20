import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import type { TObject } from '@sinclair/typebox'
import { callerOf } from '../../kit/caller'
import { eachDatabase } from '../../kit/databases'
import { sampleInput } from '../../kit/samples'
import { eventually, fixtureEnv, fixtureServer, git, index, indexed, workRepository } from '../kit'
import { rowsOf } from '../rows'

/*
 * What the predecessor got wrong and no other test shows: of every other fault there is one where the part is tested
 * (identity, http, git, graph, pipeline, search, webhooks).
 */

const server = fixtureServer()
afterAll(() => server.stop())

const secret = 'github-secret'
const filler = (word: string) =>
  `${Array.from({ length: 900 }, (_, n) => `const ${word}${n} = 'a line of some length'`).join('\n')}\n`
const files = {
  'src/zebra.ts':
    'export const one = 1\nexport const zebra = 2\nexport const three = 3\nzebra\nzebra + zebra\n',
  'src/late.ts': "export const load = () => import('./zebra')\n",
  'src/old.cjs': "const { zebra } = require('./zebra')\nmodule.exports = zebra\n",
  'README.md': 'A zebra.\n',
  ...Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [`big/${name}.ts`, `${filler(name)}// quagga here\n`]),
  ),
}

// biome-ignore lint/suspicious/noExplicitAny: the answers' own schemas are checked by the server
type Json = any

const asked: Record<string, unknown> = {
  path: 'src/zebra.ts',
  file_path: 'src/zebra.ts',
  term: 'zebra',
  symbol: 'zebra',
}
/** What shows the most of a repository, whatever the tool. */
function inputOf({ name, input }: { name: string; input: TObject }): Record<string, unknown> {
  const known = Object.entries(asked).filter(([member]) => member in input.properties)
  const files = name === 'analyze_change_impact' ? { files_to_modify: ['src/zebra.ts'] } : {}
  return { ...sampleInput(input), ...Object.fromEntries(known), ...files }
}

eachDatabase(
  'what the predecessor got wrong',
  (app) => {
    const repository = 'ann/zoo'
    const ask = async (name: string, given: Record<string, unknown>): Promise<Json> => {
      const answer = await app().tool(name, given)
      if (answer.isError || answer.error) throw new Error(answer.content?.[0]?.text ?? answer.error?.message)
      return answer.structuredContent
    }
    const search = (given: Record<string, unknown>) => ask('search_code', { repository, ...given })
    beforeAll(() => indexed(app(), server, repository, files), 60_000)

    // First: the health of a server that has just begun looks at once.
    test('probes and lists take no index job; those that fail are counted', async () => {
      const gate = Promise.withResolvers<void>()
      const slow = Bun.serve({
        port: 0,
        hostname: '127.0.0.1',
        fetch: async () => {
          await gate.promise
          return new Response('no such thing', { status: 404 })
        },
      })
      const { ping } = app().storage
      try {
        const jobs: string[] = []
        for (const name of ['a', 'b', 'c', 'd', 'e'])
          jobs.push(
            (await ask('index_repository', { repository: `http://127.0.0.1:${slow.port}/slow/${name}` }))
              .runId,
          )
        const waiting = async () =>
          (await rowsOf(app(), 'jobs', "kind = 'code.index' and status = 'queued'")).map((row) =>
            JSON.stringify(row),
          )
        await eventually(async () => expect(await waiting()).toHaveLength(3))
        const before = (await waiting()).sort()
        // Health looks at its parts every two seconds; the probes go on until it has looked.
        let looks = 0
        app().storage.ping = () => {
          looks++
          return ping()
        }
        for (let round = 0; round < 3 || looks === 0; round++) {
          for (const path of [
            '/health',
            '/status',
            '/livez',
            '/readyz',
            '/api/v1/code/jobs',
            `/jobs/${jobs[4]}`,
          ])
            expect((await app().rest('GET', path)).status).toBe(200)
        }
        await app().health.status()
        expect((await waiting()).sort()).toEqual(before)
        await eventually(async () => {
          const { jobs: pending } = await ask('list_index_jobs', { status: 'pending' })
          expect(pending).toHaveLength(3)
        })
        gate.resolve()
        await eventually(async () => {
          const { jobs: failed } = await ask('list_index_jobs', { status: 'failed' })
          expect(failed.map(({ runId }: Json) => runId)).toEqual(expect.arrayContaining(jobs))
        })
      } finally {
        app().storage.ping = ping
        gate.resolve()
        await slow.stop(true)
      }
    })

    const reading = () =>
      app()
        .dispatcher.operations.filter(
          ({ module, operation }) => module === 'code' && operation.hints?.readOnly,
        )
        .map(({ operation }) => operation)

    test('a stranger finds nothing by any tool or older path, whether they name the repository or not', async () => {
      const call = callerOf(app(), 'rest')
      const stranger = await app().addKey('stranger')
      const shows = (outcome: unknown) => /three|late\.ts|ann\/zoo/.test(JSON.stringify(outcome))
      const seen: string[] = []
      for (const operation of reading()) {
        const named: Record<string, unknown> = { ...inputOf(operation) }
        if ('repository' in operation.input.properties) named.repository = repository
        const { repository: _, ...unnamed } = named
        for (const input of [named, unnamed]) {
          const outcome = await call(operation.name, input, stranger)
          expect({ name: operation.name, shows: shows(outcome) }).toEqual({
            name: operation.name,
            shows: false,
          })
        }
        if (shows(await call(operation.name, named, app().key))) seen.push(operation.name)
      }
      expect(seen.length).toBeGreaterThanOrEqual(12)
      for (const path of [
        '/search?term=zebra',
        '/files/recent',
        `/search?term=zebra&repository=${repository}`,
      ]) {
        const body = async (key: string) => (await app().rest('GET', path, undefined, key)).text()
        expect([path, shows(await body(stranger)), shows(await body(app().key))]).toEqual([path, false, true])
      }
    })

    test('the id of a key that was just used opens nothing with another secret', async () => {
      const key = await app().addKey('careful')
      const status = async (as: string) => [
        (await app().rest('GET', '/api/v1/code/repositories', undefined, as)).status,
        (await app().tool('list_repositories', {}, as)).status,
      ]
      expect(await status(key)).toEqual([200, 200])
      const secretOf = (text: string) => key.slice(0, key.lastIndexOf('_') + 1) + text
      expect(await status(secretOf('f'.repeat(64)))).toEqual([401, 401])
      expect(await status(secretOf('x'.repeat(32)))).toEqual([401, 401])
      expect(await status(key)).toEqual([200, 200])
    })

    test('localPath reads no folder of the server, over HTTP or MCP', async () => {
      const { folder } = workRepository({ 'secret.txt': 'x\n' })
      const older = await app().rest('POST', '/index', { repository: 'ann/zoo', localPath: folder })
      expect(older.status).toBe(403)
      const tool = await app().tool('index_repository', { repository: 'ann/zoo', localPath: folder })
      expect(JSON.stringify(tool)).toContain('/localPath')
      expect(await rowsOf(app(), 'repositories', `location = '${folder}'`)).toEqual([])
    })

    test('a whole URL and a default branch of any name do over the older path too, with the same figures', async () => {
      const work = workRepository({ 'a.ts': 'export const a = 1\n' })
      git(work.folder, 'branch', '-m', 'trunk')
      git(server.publish('ann/trunk', work).bare, 'symbolic-ref', 'HEAD', 'refs/heads/trunk')
      const accepted = await app().rest('POST', '/index', { repository: `${server.url}/ann/trunk.git` })
      const { jobId } = (await accepted.json()) as { jobId: string }
      await app().rest('GET', `/api/v1/code/jobs/${jobId}?wait_seconds=60`)
      const older = (await (await app().rest('GET', `/jobs/${jobId}`)).json()) as Json
      expect(older).toMatchObject({ status: 'completed', repository: 'ann/trunk' })
      const { jobs } = await ask('list_index_jobs', { repository })
      expect(Object.keys(older.stats)).toEqual(Object.keys(jobs[0].stats))
      expect(older.stats).toMatchObject({ files_indexed: 1, symbols_extracted: 1 })
      expect((await ask('get_repository', { repository: 'ann/trunk' })).repository.branch).toBe('trunk')
    })

    test('every answer says of which commit it speaks: fresh when indexed, stale when pushed, fresh again', async () => {
      const name = 'ann/fresh'
      const work = await indexed(app(), server, name, { 'a.ts': 'export const kept = 1\nkept\n' })
      const states = async () => {
        const given = { repository: name }
        const one = (tool: string, input: object) =>
          ask(tool, { ...given, ...input }).then(({ index }) => index)
        return Promise.all([
          search({ ...given, term: 'kept' }).then(({ indexes }) => indexes[0]),
          one('get_file', { path: 'a.ts' }),
          one('get_file_outline', { path: 'a.ts' }),
          one('list_files', {}),
          one('find_usages', { symbol: 'kept' }),
          one('search_dependencies', { file_path: 'a.ts' }),
          one('get_index_statistics', {}),
          ask('get_repository', given).then(({ repository }) => repository),
        ])
      }
      const all = async (state: object) => {
        for (const found of await states()) expect(found).toMatchObject(state)
      }
      const first = git(work.folder, 'rev-parse', 'HEAD')
      await all({ commit: first, branch: 'main', stale: false, stale_reason: null })

      const second = work.commit({ 'a.ts': 'export const kept = 2\nkept\n' })
      work.push()
      server.protect(name, 'closed for now')
      const body = JSON.stringify({
        ref: 'refs/heads/main',
        after: second,
        repository: {
          full_name: name,
          clone_url: `${server.url}/${name}.git`,
          html_url: `${server.url}/${name}`,
        },
      })
      const pushed = await app().send('/webhooks/github', {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'x-github-event': 'push',
          'x-github-delivery': crypto.randomUUID(),
          'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
        },
      })
      expect(pushed.status).toBe(200)
      await eventually(async () =>
        expect((await ask('list_index_jobs', { repository: name, status: 'failed' })).jobs).toHaveLength(1),
      )
      await all({ commit: first, stale: true, stale_reason: `the remote is at ${second.slice(0, 12)}` })

      server.protect(name, '')
      await index(app(), name)
      await all({ commit: second, stale: false, stale_reason: null })
      const third = work.commit({ 'a.ts': 'export const kept = 3\nkept\n' })
      work.push()
      for (const _again of [1, 2]) {
        await index(app(), name)
        await all({ commit: third, stale: false, stale_reason: null })
      }
    })

    test('context_lines 0 is none, and what is left out is the default', async () => {
      const around = async (given: object) => {
        const { results } = await search({ term: 'const zebra', output: 'snippet', ...given })
        const [match] = results[0].matches
        return [match.line, match.before ?? [], match.after ?? []].map((one) => one.length ?? one)
      }
      expect(await around({ context_lines: 0 })).toEqual([2, 0, 0])
      expect(await around({ context_lines: 9 })).toEqual([2, 1, 3])
      expect(await around({ context_lines: 1 })).toEqual([2, 1, 1])
      expect(await around({})).toEqual([2, 1, 2])
    })

    test('filters narrow, and a filter that does not exist is refused, not ignored', async () => {
      const paths = async (query: string) =>
        (await search({ query, output: 'paths' })).results.map(({ path }: Json) => path).sort()
      expect(await paths('zebra file:src/*')).toEqual(['src/late.ts', 'src/old.cjs', 'src/zebra.ts'])
      expect(await paths('zebra -file:*.ts')).toEqual(['README.md', 'src/old.cjs'])
      expect(await paths('zebra lang:markdown')).toEqual(['README.md'])
      expect(await paths('zebra lang:haskell')).toEqual([])
      await expect(paths('zebra lang:klingon')).rejects.toThrow('there is no language')
      expect(await paths('zebra file:none/**')).toEqual([])
      for (const name of ['glob', 'exclude', 'language', 'file_pattern'])
        await expect(search({ term: 'zebra', [name]: '*.md' })).rejects.toThrow(`/${name}`)
    })

    test('a repository or project that is not there never means all, whatever is asked', async () => {
      const call = callerOf(app(), 'rest')
      const refused: string[] = []
      for (const operation of reading()) {
        for (const name of ['repository', 'project'].filter((one) => one in operation.input.properties)) {
          const input = { ...inputOf(operation), [name]: 'ann/zo' }
          const outcome = await call(operation.name, input)
          expect({ tool: operation.name, outcome }).toMatchObject({
            tool: operation.name,
            outcome: { code: 'not_found' },
          })
          refused.push(`${operation.name}.${name}`)
        }
      }
      expect(refused.length).toBeGreaterThanOrEqual(16)
      expect(refused).toContain('search_code.project')
      expect((await ask('search_code', { query: 'zebra repo:ann/zo$' })).results).toEqual([])
      const older = await app().rest('GET', '/search?term=zebra&repository=ann/zo')
      expect(JSON.stringify(await older.json())).not.toContain('zebra.ts')
    })

    test('matches are counted as they are', async () => {
      const counted = await search({ term: 'zebra', output: 'paths' })
      expect(counted).toMatchObject({ total_files: 4, total_lines: 7, total_is: 'exact' })
      const byPath = counted.results.map(({ path, lines }: Json) => [path, lines])
      expect(byPath).toContainEqual(['src/zebra.ts', 3])
    })

    test('who loads a file by import() or require depends on it', async () => {
      const { dependents } = await ask('search_dependencies', {
        repository,
        file_path: 'src/zebra.ts',
        direction: 'dependents',
      })
      expect(dependents.direct).toEqual(['src/late.ts', 'src/old.cjs'])
    })

    test('five files of a large repository are an answer of lines, not of whole texts', async () => {
      const answer = await search({ term: 'quagga', limit: 5 })
      expect(answer).toMatchObject({ total_files: 6, next_cursor: expect.any(String) })
      expect(answer.results).toHaveLength(5)
      for (const { matches } of answer.results)
        expect(matches).toMatchObject([{ line: 901, text: '// quagga here' }])
      expect(JSON.stringify(answer).length).toBeLessThan(2500)
    })

    test('errors are structured: a code, and where the input does not fit', async () => {
      const wrong = await app().rest('GET', '/api/v1/code/search?term=zebra&limit=10000')
      expect([wrong.status, wrong.headers.get('content-type'), await wrong.json()]).toEqual([
        422,
        'application/problem+json',
        expect.objectContaining({ code: 'invalid', errors: [expect.objectContaining({ path: '/limit' })] }),
      ])
      const missing = await app().tool('get_file', { repository, path: 'src/zebr.ts' })
      expect(missing).toMatchObject({ isError: true })
      expect(missing.content![0]!.text).toContain('"code":"not_found"')
    })
  },
  { env: { ...fixtureEnv(server), GITHUB_WEBHOOK_SECRET: secret } },
)
