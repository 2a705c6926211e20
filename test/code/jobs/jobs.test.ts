import { afterAll, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { eachDatabase } from '../../kit/databases'
import { eventually, fixtureEnv, fixtureServer, git, index, indexed, workRepository } from '../kit'
import { countOf, rowsOf, seenAtOnce, shown, textOf } from '../rows'

const server = fixtureServer()
afterAll(() => server.stop())

const many = (count: number, word: string) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `src/f${n}.txt`,
      `${word} ${n}\n${'line of text\n'.repeat(40)}`,
    ]),
  )

eachDatabase(
  'index jobs',
  (app) => {
    const start = async (repository: string, key = app().key) =>
      (await app().tool('index_repository', { repository }, key)).structuredContent as {
        runId: string
        repository_id: string
        status: string
      }
    const status = async (runId: string) => {
      const answer = await app().rest('GET', `/api/v1/code/jobs/${runId}?wait_seconds=30`)
      return (await answer.json()) as Record<string, unknown>
    }

    test('the same request twice is one job, also when both come at once', async () => {
      server.publish('ann/once', workRepository(many(50, 'once')))
      const answers = await Promise.all([
        start('ann/once'),
        start('ann/once'),
        start(`${server.url}/ann/once.git`),
        start('ann/once'),
      ])
      expect(new Set(answers.map(({ runId }) => runId)).size).toBe(1)
      const ended = { status: 'completed', percent: 100, files_done: 50, files_total: 50 }
      expect(await status(answers[0]!.runId)).toMatchObject(ended)
      expect(await countOf(app(), 'index_jobs', `repository_id = '${answers[0]!.repository_id}'`)).toBe(1)
    })

    test('readers see the old index, whole, until the new one is there', async () => {
      const work = await indexed(app(), server, 'ann/atomic', many(120, 'old'))
      work.commit(many(120, 'new'))
      work.push()
      const { runId } = await start('ann/atomic')
      const seen = new Set<string>()
      for (let ended = false; !ended; ) {
        ended = (await status(runId)).status !== 'processing'
        const { files, texts } = await seenAtOnce(app(), work.id, ['src/f0.txt', 'src/f119.txt'])
        seen.add(`${files} ${texts.map((text) => text.slice(0, 3)).join(' ')}`)
      }
      for (const state of seen) expect(['120 old old', '120 new new']).toContain(state)
      expect((await textOf(app(), work.id, 'src/f5.txt'))!.startsWith('new 5\n')).toBe(true)
    })

    test('a cancelled job ends, changes nothing that is shown, and what it read is not read again', async () => {
      const work = await indexed(app(), server, 'ann/cancel', { 'a.txt': 'first\n' })
      const commit = work.commit(many(400, 'cancelled'))
      work.push()
      const { runId } = await start('ann/cancel')
      const read = `repository_id = '${work.id}' and facts_version >= 0`
      await eventually(async () => expect(await countOf(app(), 'code_blobs', read)).toBeGreaterThan(1))
      const answer = await app().rest('DELETE', `/api/v1/code/jobs/${runId}`)
      expect([200, 409]).toContain(answer.status)
      if (answer.status === 409) return
      expect(await answer.json()).toMatchObject({ status: 'cancelled', error_message: null })
      expect([...(await shown(app(), work.id)).keys()]).toEqual(['a.txt'])
      const { index: state } = (await app().tool('list_files', { repository: 'ann/cancel' }))
        .structuredContent as { index: { stale_reason: string } }
      expect(state.stale_reason).toBe(`the remote is at ${commit.slice(0, 12)}`)
      expect((await app().rest('DELETE', `/api/v1/code/jobs/${runId}`)).status).toBe(200)
      const again = await index(app(), 'ann/cancel')
      expect(again.stats!.contents_parsed).toBeLessThan(400)
      expect((await shown(app(), work.id)).size).toBe(401)
    })

    test('a push that comes while a job runs is not lost', async () => {
      const work = await indexed(app(), server, 'ann/moving', { 'a.txt': 'first\n' })
      work.commit(many(300, 'second'))
      work.push()
      const { runId } = await start('ann/moving')
      await eventually(async () =>
        expect((await rowsOf(app(), 'index_jobs', `id = '${runId}'`))[0]!.commit === null).toBe(true),
      )
      const commit = work.commit({ 'last.txt': 'third\n' })
      work.push()
      await app().jobs.enqueue('code.push', null, {
        delivery: crypto.randomUUID(),
        urls: [`${server.url}/ann/moving.git`],
        branch: 'main',
        tag: null,
        commit,
      })
      await eventually(async () => {
        const [row] = await rowsOf(app(), 'repositories', `id = '${work.id}'`)
        expect(row).toMatchObject({ commit, remote_commit: commit })
      })
    })

    test('lists go newest first, by page, and by repository and state', async () => {
      const work = await indexed(app(), server, 'ann/listed', { 'a.txt': 'x\n' })
      for (const text of ['1', '2', '3']) {
        work.commit({ 'a.txt': text })
        work.push()
        await index(app(), 'ann/listed')
      }
      const seen: string[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query: string = `repository=ann/listed&limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`
        const page = (await (await app().rest('GET', `/api/v1/code/jobs?${query}`)).json()) as {
          jobs: { runId: string; created_at: string }[]
          next_cursor: string | null
        }
        seen.push(...page.jobs.map(({ created_at }) => created_at))
        cursor = page.next_cursor
      }
      expect(seen).toHaveLength(4)
      expect(seen).toEqual([...seen].sort().reverse())
      expect((await app().rest('GET', '/api/v1/code/jobs?cursor=nonsense')).status).toBe(422)
      const failed = await app().rest('GET', '/api/v1/code/jobs?repository=ann/listed&status=failed')
      expect(await failed.json()).toEqual({ jobs: [], next_cursor: null })
    })

    test('a repository that is deleted is gone at once, with all that it had, and can come back', async () => {
      const work = await indexed(app(), server, 'ann/gone', many(30, 'gone'))
      const answer = await app().rest('DELETE', '/api/v1/code/repositories/ann%2Fgone')
      expect([answer.status, await answer.json()]).toEqual([
        200,
        expect.objectContaining({ success: true, repository_id: work.id }),
      ])
      expect((await app().rest('GET', `/api/v1/code/repositories/${work.id}`)).status).toBe(404)
      await eventually(async () => {
        for (const table of ['code_blobs', 'indexed_files', 'symbols', 'index_jobs'])
          expect([table, await countOf(app(), table, `repository_id = '${work.id}'`)]).toEqual([table, 0])
        expect(await countOf(app(), 'repositories', `id = '${work.id}'`)).toBe(0)
      })
      const back = await index(app(), 'ann/gone')
      expect(back.status).toBe('completed')
      expect(back.repository_id).not.toBe(work.id)
    })

    test('the predecessor’s paths answer in its shapes', async () => {
      server.publish('ann/older', workRepository({ 'a.txt': 'x\n' }))
      const accepted = await app().rest('POST', '/index', { repository: 'ann/older' })
      const { jobId, status: first } = (await accepted.json()) as { jobId: string; status: string }
      expect([accepted.status, ['pending', 'processing']]).toEqual([202, expect.arrayContaining([first])])
      await status(jobId)
      const job = await app().rest('GET', `/jobs/${jobId}`)
      expect([job.status, await job.json()]).toEqual([
        200,
        expect.objectContaining({ id: jobId, status: 'completed', retry_count: 0 }),
      ])
      const missing = await app().rest('POST', '/index', {})
      expect([missing.status, await missing.json()]).toEqual([
        400,
        { error: 'Missing required field: repository' },
      ])
      const absent = Bun.randomUUIDv7()
      const unknown = await app().rest('GET', `/jobs/${absent}`)
      expect([unknown.status, await unknown.json()]).toEqual([404, { error: `Job not found: ${absent}` }])
      expect((await app().rest('POST', '/index', { repository: 'ann/older' }, null)).status).toBe(401)
    })

    test('a job that lost its background work is taken up, and one whose process died for good is ended', async () => {
      server.publish('ann/lost', workRepository({ 'a.txt': 'x\n' }))
      const { runId } = await start('ann/lost')
      await status(runId)
      const long = Date.now() - 3_600_000
      const when = app().storage.dialect === 'postgres' ? `to_timestamp(${long / 1000})` : String(long)
      const table = app().storage.dialect === 'postgres' ? 'holdfast.index_jobs' : 'index_jobs'
      const repository = (await rowsOf<{ repository_id: string }>(app(), 'index_jobs', `id = '${runId}'`))[0]!
        .repository_id
      await app().storage.system.write((tx) =>
        tx.execute(
          sql.raw(
            `update ${table} set status = 'pending', run_id = null, active = '${repository}', completed_at = null, updated_at = ${when} where id = '${runId}'`,
          ),
        ),
      )
      await app().jobs.enqueue('code.sweep_jobs', null, {})
      await eventually(async () =>
        expect((await rowsOf(app(), 'index_jobs', `id = '${runId}'`))[0]!.status).toBe('completed'),
      )
      await app().storage.system.write((tx) =>
        tx.execute(
          sql.raw(
            `update ${table} set status = 'processing', run_id = 'dead', active = '${repository}', updated_at = ${when} where id = '${runId}'`,
          ),
        ),
      )
      await app().jobs.enqueue('code.sweep_jobs', null, {})
      await eventually(async () =>
        expect((await rowsOf(app(), 'index_jobs', `id = '${runId}'`))[0]).toMatchObject({
          status: 'failed',
          error_code: 'process_died',
          active: null,
        }),
      )
    })

    test('git’s own folder of a repository holds no checkout', async () => {
      const work = await indexed(app(), server, 'ann/bare', { 'a.txt': 'x\n' })
      const folder = `${app().folder}/code/repositories/${work.id}.git`
      expect(git(folder, 'rev-parse', '--is-bare-repository')).toBe('true')
      expect(git(folder, 'rev-list', '--all', '--count')).toBe('1')
    })
  },
  { env: fixtureEnv(server) },
)
