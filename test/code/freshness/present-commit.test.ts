import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCommit } from '../../../src/modules/code/freshness/present-commit'
import { startApp, type TestApp } from '../../kit/app'
import { emptyFolder } from '../../kit/folder'
import { eventually, git, index, workRepository } from '../kit'

let app: TestApp
let key: string
beforeAll(async () => {
  app = await startApp({ env: { CODE_WATCH: 'false' } })
  key = await app.addKey('dev', 'enterprise', ['*', 'code:local'])
})
afterAll(() => app?.close())

const states = async (repository: string, query: string) => {
  const answers = await Promise.all([
    app.tool('search_code', { query, repository }, key),
    app.tool('list_files', { repository }, key),
    app.tool('get_repository', { repository }, key),
  ])
  const [found, files, shown] = answers.map(({ structuredContent }) => structuredContent) as [
    { indexes: object[] },
    { index: object },
    { repository: object },
  ]
  return [found.indexes[0], files.index, shown.repository]
}

test('of a folder that nobody watches answers say that it has a newer commit, until that is indexed', async () => {
  const work = workRepository({ 'a.txt': 'one\n' })
  const { repository_id: id } = await index(app, work.folder, { key })
  const fresh = { stale: false, stale_reason: null }
  expect(await states(id, 'one')).toMatchObject([fresh, fresh, fresh])
  const commit = work.commit({ 'a.txt': 'two\n' })
  const behind = { stale: true, stale_reason: `the folder is at ${commit.slice(0, 12)}` }
  await eventually(async () => expect(await states(id, 'one')).toMatchObject([behind, behind, behind]))
  await index(app, work.folder, { key })
  expect(await states(id, 'two')).toMatchObject([fresh, fresh, fresh])
  rmSync(join(work.folder, '.git'), { recursive: true })
  expect(await states(id, 'two')).toMatchObject([fresh, fresh, fresh])
})

test('an index of a branch of a folder is behind once the branch has moved', async () => {
  const work = workRepository({ 'a.txt': 'one\n' })
  git(work.folder, 'branch', 'side')
  const { repository_id: id } = await index(app, work.folder, { key, ref: 'side' })
  work.commit({ 'a.txt': 'two\n' })
  expect(await states(id, 'one')).toMatchObject([{ stale: false }, { stale: false }, { stale: false }])
  git(work.folder, 'branch', '-f', 'side', 'HEAD')
  await eventually(async () =>
    expect(await states(id, 'one')).toMatchObject([{ stale: true }, { stale: true }, { stale: true }]),
  )
})

test('the commit is read from loose and packed refs, a detached HEAD, folders inside, worktrees and submodules', () => {
  const work = workRepository({ 'deep/er/a.txt': 'one\n' })
  const isRead = (folder: string, ref = '') =>
    expect(readCommit(folder, ref)).toBe(git(folder, 'rev-parse', ref || 'HEAD'))
  isRead(work.folder)
  isRead(join(work.folder, 'deep/er'))
  git(work.folder, 'branch', 'team/side')
  const other = join(emptyFolder(), 'other')
  git(work.folder, 'worktree', 'add', '-q', '-b', 'other', other)
  work.commit({ 'a.txt': 'two\n' })
  isRead(other)
  isRead(work.folder, 'team/side')
  git(work.folder, 'pack-refs', '--all')
  for (const folder of [work.folder, other]) isRead(folder)
  isRead(other, 'team/side')
  const above = workRepository({ 'a.txt': 'above\n' })
  git(above.folder, 'submodule', '--quiet', 'add', work.folder, 'sub')
  isRead(join(above.folder, 'sub'))
  git(work.folder, 'checkout', '-q', '--detach', 'HEAD~1')
  isRead(work.folder)
})

test('what cannot be told is unknown: no repository, no commit, a tag, a pipe, names in a circle or leading out', () => {
  expect(readCommit(emptyFolder(), '')).toBeUndefined()
  expect(readCommit('/nonexistent/folder', '')).toBeUndefined()
  expect(readCommit(workRepository().folder, '')).toBeUndefined()
  const work = workRepository({ 'a.txt': 'one\n' })
  git(work.folder, 'tag', 'main')
  expect(readCommit(work.folder, 'main')).toBeUndefined()
  expect(readCommit(work.folder, 'nope')).toBeUndefined()
  const head = join(work.folder, '.git/HEAD')
  const hash = git(work.folder, 'rev-parse', 'HEAD')
  mkdirSync(join(work.folder, '.git/refs/heads/x'))
  writeFileSync(join(work.folder, '.git/refs/heads/circle'), 'ref: refs/heads/circle\n')
  writeFileSync(join(work.folder, 'hash'), hash)
  for (const text of ['', 'ref: refs/heads/circle', 'ref: refs/../../hash', 'ref: refs/heads/x', 'nothing']) {
    writeFileSync(head, text)
    expect(readCommit(work.folder, '')).toBeUndefined()
  }
  rmSync(head)
  Bun.spawnSync(['mkfifo', head])
  expect(readCommit(work.folder, '')).toBeUndefined()
})
