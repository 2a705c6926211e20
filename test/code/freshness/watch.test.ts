import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startApp, type TestApp } from '../../kit/app'
import { eventually, fixtureEnv, fixtureServer, git, index, indexed, workRepository } from '../kit'
import { rowsOf, shown, textOf } from '../rows'

const server = fixtureServer()
let app: TestApp
let key: string
beforeAll(async () => {
  app = await startApp({ env: { ...fixtureEnv(server), CODE_POLL_SECONDS: '60' } })
  key = await app.addKey('dev', 'enterprise', ['*', 'code:local'])
})
afterAll(async () => {
  await app?.close()
  await server.stop()
})

const rowOf = async (id: string) => (await rowsOf(app, 'repositories', `id = '${id}'`))[0]!

test('a local folder is followed as it changes: edits, new files, ignored ones, commits, branches', async () => {
  const work = workRepository({ 'a.txt': 'one\n', '.gitignore': 'ignored/\n' })
  const job = await index(app, work.folder, { key })
  const id = job.repository_id
  expect(await rowOf(id)).toMatchObject({
    kind: 'local',
    branch: 'main',
    commit: git(work.folder, 'rev-parse', 'HEAD'),
    dirty: 0,
  })
  const watching = await app.jobs.enqueue('code.watch_folders', null, {})
  await eventually(async () =>
    expect((await rowsOf(app, 'jobs', `id = '${watching}'`))[0]).toMatchObject({ status: 'done' }),
  )
  await Bun.sleep(200)
  work.write({ 'a.txt': 'two\n', 'deep/er/new.txt': 'new\n', 'ignored/x.txt': 'no\n' })
  await eventually(async () => {
    expect(await textOf(app, id, 'a.txt')).toBe('two\n')
    expect([...(await shown(app, id)).keys()]).toEqual(['.gitignore', 'a.txt', 'deep/er/new.txt'])
    expect(await rowOf(id)).toMatchObject({ dirty: 1 })
  })
  const commit = work.commit({ 'deep/er/new.txt': null })
  await eventually(async () => {
    expect([...(await shown(app, id)).keys()]).toEqual(['.gitignore', 'a.txt'])
    expect(await rowOf(id)).toMatchObject({ commit, dirty: 0 })
  })
  git(work.folder, 'checkout', '-q', '-b', 'other')
  await eventually(async () => expect(await rowOf(id)).toMatchObject({ branch: 'other' }))
}, 200_000)

test('what changed before a folder was watched is found when the watch begins', async () => {
  const work = workRepository({ 'a.txt': 'one\n' })
  const { repository_id: id } = await index(app, work.folder, { key })
  work.write({ 'a.txt': 'unseen\n' })
  await Bun.sleep(1000)
  await app.jobs.enqueue('code.watch_folders', null, {})
  await eventually(async () => expect(await textOf(app, id, 'a.txt')).toBe('unseen\n'))
}, 60_000)

test('a watched folder that is removed, moved away and made anew is followed again', async () => {
  const { mkdirSync, renameSync, rmSync } = await import('node:fs')
  const { emptyFolder } = await import('../../kit/folder')
  const keep = async () => {
    const job = await app.jobs.enqueue('code.watch_folders', null, {})
    await eventually(async () =>
      expect((await rowsOf(app, 'jobs', `id = '${job}'`))[0]).toMatchObject({ status: 'done' }),
    )
    await Bun.sleep(300)
  }
  const work = workRepository({ 'a.txt': 'one\n', 'deep/b.txt': 'b\n' })
  const { repository_id: id } = await index(app, work.folder, { key })
  const aside = `${emptyFolder()}/aside`
  for (const [text, remove] of [
    ['two\n', () => renameSync(work.folder, aside)],
    ['three\n', () => rmSync(work.folder, { recursive: true })],
  ] as const) {
    await keep()
    remove()
    await Bun.sleep(500)
    await keep()
    mkdirSync(work.folder)
    work.write({ 'a.txt': text })
    git(work.folder, 'init', '-q', '-b', 'main')
    git(work.folder, 'add', '-A')
    await keep()
    await eventually(async () => expect(await textOf(app, id, 'a.txt')).toBe(text))
  }
}, 120_000)

test('a folder whose tracked file is gone, or that is no repository', async () => {
  const work = workRepository({ 'a.txt': 'x\n', 'b.txt': 'y\n' })
  work.write({ 'b.txt': null })
  const job = await index(app, work.folder, { key })
  expect([...(await shown(app, job.repository_id)).keys()]).toEqual(['a.txt'])
  const { emptyFolder } = await import('../../kit/folder')
  expect(await index(app, emptyFolder(), { key })).toMatchObject({
    status: 'failed',
    error_code: 'not_a_repository',
  })
})

test('remotes are asked for their commit, and what is behind says so and catches up', async () => {
  const work = await indexed(app, server, 'poll/one', { 'a.txt': '1\n' })
  const commit = work.commit({ 'a.txt': '2\n' })
  work.push()
  const long = Date.now() - 3_600_000
  const { sql } = await import('drizzle-orm')
  await app.storage.system.write((tx) =>
    tx.execute(sql.raw(`update repositories set checked_at = ${long} where id = '${work.id}'`)),
  )
  await app.jobs.enqueue('code.poll', null, {})
  await eventually(async () => expect(await rowOf(work.id)).toMatchObject({ commit, remote_commit: commit }))
  expect(
    (await rowsOf(app, 'index_jobs', `repository_id = '${work.id}' order by created_at desc`))[0],
  ).toMatchObject({ reason: 'poll' })

  // One that was asked a moment ago is not asked again before its time.
  const asked = () => server.requests.filter((request) => request.includes('/poll/one')).length
  const before = asked()
  const polling = await app.jobs.enqueue('code.poll', null, {})
  await eventually(async () =>
    expect((await rowsOf(app, 'jobs', `id = '${polling}'`))[0]).toMatchObject({ status: 'done' }),
  )
  expect(asked()).toBe(before)
})
