import { afterAll, expect, test } from 'bun:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { TestApp } from '../../kit/app'
import { eachDatabase } from '../../kit/databases'
import { fixtureEnv, fixtureServer, type JobAnswer, workRepository } from '../kit'

const server = fixtureServer()
afterAll(() => server.stop())

const files = Object.fromEntries(
  Array.from({ length: 120 }, (_, at) => [`src/file${at}.ts`, `export const value${at} = ${at}\n`]),
)

interface Told {
  progress: number
  total?: number
  message?: string
}

async function connect(app: TestApp, mode: 'legacy' | { pin: '2026-07-28' }): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  const transport = new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), {
    requestInit: { headers: { authorization: `Bearer ${app.key}` } },
    fetch: (url, init) => app.fetch(new Request(String(url), init as RequestInit)) as Promise<Response>,
  })
  await client.connect(transport)
  return client
}

eachDatabase(
  'progress of indexing',
  (app) => {
    test.each([
      ['an older revision', 'legacy'],
      ['2026-07-28', { pin: '2026-07-28' }],
    ] as const)(
      'a client of %s that follows it hears of the phases and gets the end, without asking to wait',
      async (name, mode) => {
        const repository = `ann/${name.replaceAll(' ', '-')}`
        server.publish(repository, workRepository(files))
        const client = await connect(app(), mode)
        const heard: Told[] = []
        const onprogress = (told: Told) => void heard.push(told)
        const answer = await client.callTool({ name: 'index_repository', arguments: { repository } }, {
          onprogress,
        } as never)
        expect(answer.structuredContent).toMatchObject({ status: 'completed', percent: 100 })
        const steps = heard.map(({ progress }) => progress)
        expect(steps.length).toBeGreaterThan(1)
        expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b))
        expect(heard.at(-1)).toEqual({ progress: 600, total: 600, message: 'completed' })
        await client.close()
      },
      30_000,
    )

    test('who follows nothing, or says 0, is answered at once with the job', async () => {
      server.publish('ann/silent', workRepository(files))
      const client = await connect(app(), 'legacy')
      const call = (given: object, options?: object) =>
        client.callTool(
          { name: 'index_repository', arguments: { repository: 'ann/silent', ...given } },
          options as never,
        )
      const first = (await call({})).structuredContent as unknown as JobAnswer
      const again = (await call({ wait_seconds: 0 }, { onprogress() {} })).structuredContent
      expect(['pending', 'processing']).toContain(first.status)
      expect(again).toMatchObject({ repository_id: first.repository_id })
      expect(((await call({ wait_seconds: 30 })).structuredContent as unknown as JobAnswer).status).toBe(
        'completed',
      )
      await client.close()
    }, 30_000)
  },
  { env: fixtureEnv(server) },
)
