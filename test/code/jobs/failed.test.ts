import { afterAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { eachDatabase } from '../../kit/databases'
import { eventually, fixtureEnv, fixtureServer, index, workRepository } from '../kit'
import { countOf } from '../rows'
import { rpc } from '../rpc'

const server = fixtureServer()
afterAll(() => server.stop())

eachDatabase(
  'a first index that failed',
  (app) => {
    const ask = async (name: string, input: object) => {
      const answer = await app().tool(name, input)
      return { ...(answer.structuredContent as object), text: answer.content?.[0]?.text } as Record<
        string,
        unknown
      > & {
        text: string
      }
    }
    const listed = async (query: string) => (await ask('list_repositories', { query })).repositories

    test.each([
      ['no such repository', 'ann/nowhere', undefined, 'no such repository'],
      ['no such ref', 'ann/there', 'nope', 'ref not found'],
    ])('%s: every question says that, why, and what to do', async (_, repository, ref, why) => {
      server.publish('ann/there', workRepository({ 'a.ts': 'export const one = 1\n' }))
      const job = await index(app(), repository, ref ? { ref } : {})
      expect(job.status).toBe('failed')
      expect(job.error_message).toContain(why)
      const name = ref ? `${repository}@${ref}` : repository
      expect(await listed(repository)).toMatchObject([
        { status: 'failed', last_error: job.error_message, stale_reason: expect.stringContaining(why) },
      ])
      const { empty } = await ask('search_code', { query: 'one', repository: name })
      expect(empty).toMatchObject({
        cause: 'index_failed',
        reason: `${name} could not be indexed: ${job.error_message}.`,
        next_step: expect.stringContaining('delete_repository'),
      })
      expect((await ask('search_symbols', { query: 'one', repository: name })).empty).toMatchObject({
        cause: 'index_failed',
      })
      const { text } = await ask('find_usages', { symbol: 'one', repository: name })
      expect(text).toContain(`could not be indexed: ${job.error_message}`)
      expect(text).toContain('index_failed')
      for (const list of ['list_files', 'list_recent_files'])
        expect((await ask(list, { repository: name })).text).toContain('index_failed')
      const read = (uri: string, key?: string) => rpc(app(), 'resources/read', { uri }, key)
      const file = await read(`code://${encodeURIComponent(name)}/a.ts`)
      expect(file.error?.message).toContain(`could not be indexed: ${job.error_message}`)
      const stranger = await app().addKey('stranger')
      const [{ id }] = (await listed(repository)) as [{ id: string }]
      const words = async (of: string) =>
        JSON.stringify((await read(`code://${of}/a.ts`, stranger)).error).replaceAll(of, 'ID')
      expect(await words(id)).toBe(await words(crypto.randomUUID()))
    })

    test('it is removed by name, with its job, and its name is free', async () => {
      const job = await index(app(), 'ann/gone')
      await ask('delete_repository', { repository: 'ann/gone' })
      expect(await listed('ann/gone')).toEqual([])
      await eventually(async () => expect(await countOf(app(), 'index_jobs', `id = '${job.runId}'`)).toBe(0))
      server.publish('ann/gone', workRepository({ 'a.ts': 'export const one = 1\n' }))
      expect(await index(app(), 'ann/gone')).toMatchObject({ status: 'completed' })
    })

    test('an index of another ref is removed by its whole name, and the answer says so', async () => {
      server.publish('ann/refs', workRepository({ 'a.ts': 'export const one = 1\n' }))
      await index(app(), 'ann/refs')
      await index(app(), 'ann/refs', { ref: 'nope' })
      const removed = await ask('delete_repository', { repository: 'ann/refs@nope' })
      expect(removed.message).toBe('ann/refs@nope is no longer indexed')
      expect(await listed('ann/refs')).toMatchObject([{ ref: null, status: 'ready' }])
    })

    test('a folder that there is not is refused at once, and nothing of it is kept', async () => {
      const key = await app().addKey('folders', 'enterprise', ['*', 'code:local'])
      for (const [repository, folder] of [
        ['/no/such/folder', '/no/such/folder'],
        ['./no/../nothere', join(process.cwd(), 'nothere')],
        [import.meta.path, import.meta.path],
      ] as const) {
        const answer = await app().tool('index_repository', { repository }, key)
        expect(JSON.parse(answer.content![0]!.text)).toMatchObject({
          code: 'folder_not_found',
          message: `There is no such folder on this machine: ${folder}`,
        })
      }
      expect((await app().tool('list_repositories', {}, key)).structuredContent).toMatchObject({
        repositories: [],
      })
      expect(await countOf(app(), 'index_jobs', `owner = 'folders'`)).toBe(0)
    })

    test('once what was wrong is put right, the same request heals it', async () => {
      await index(app(), 'ann/late')
      server.publish('ann/late', workRepository({ 'a.ts': 'export const late = 1\n' }))
      expect(await index(app(), 'ann/late')).toMatchObject({ status: 'completed' })
      expect(await listed('ann/late')).toMatchObject([{ status: 'ready', last_error: null, stale: false }])
    })
  },
  { env: fixtureEnv(server) },
)
