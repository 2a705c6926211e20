import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startApp, type TestApp } from '../../kit/app'
import { emptyFolder } from '../../kit/folder'
import { eventually, fixtureEnv, fixtureServer, git, index, indexed, workRepository } from '../kit'
import { rowsOf, shown, textOf } from '../rows'

const server = fixtureServer()
let app: TestApp
beforeAll(async () => {
  app = await startApp({
    env: {
      ...fixtureEnv(server),
      CODE_MAX_REPOSITORY_SIZE: '2MB',
      CODE_MAX_FILE_SIZE: '100KB',
      LOG_LEVEL: 'ERROR',
    },
  })
})
afterAll(async () => {
  await app?.close()
  await server.stop()
})

const reasonsOf = async (id: string) =>
  [...(await shown(app, id))].map(([path, { skipped }]) => [path, skipped])

test('links are listed, never followed', async () => {
  const work = workRepository({ 'a.txt': 'plain\n' })
  symlinkSync('/etc/passwd', join(work.folder, 'passwd'))
  symlinkSync('.', join(work.folder, 'loop'))
  work.commit({})
  server.publish('evil/links', work)
  const { repository_id } = await index(app, 'evil/links')
  expect(await reasonsOf(repository_id)).toEqual([
    ['a.txt', null],
    ['loop', 'symlink'],
    ['passwd', 'symlink'],
  ])
})

test('a submodule is listed, and its URL is never asked', async () => {
  const inner = workRepository({ 'inner.txt': 'x\n' })
  server.publish('evil/inner', inner)
  const work = workRepository({ 'a.txt': 'plain\n' })
  work.write({ '.gitmodules': `[submodule "sub"]\n\tpath = sub\n\turl = ${server.url}/evil/inner\n` })
  git(work.folder, 'add', '-A')
  const tip = git(inner.folder, 'rev-parse', 'HEAD')
  git(work.folder, 'update-index', '--add', '--cacheinfo', `160000,${tip},sub`)
  git(work.folder, 'commit', '-q', '-m', 'sub')
  server.publish('evil/outer', work)
  server.requests.length = 0
  const { repository_id } = await index(app, 'evil/outer')
  expect(await reasonsOf(repository_id)).toEqual([
    ['.gitmodules', null],
    ['a.txt', null],
    ['sub', 'submodule'],
  ])
  expect(server.requests.filter((line) => line.includes('evil/inner'))).toEqual([])
})

/** A tree of `width` times the same entry. */
function treeOf(folder: string, width: number, mode: string, id: string): string {
  const entries = Array.from({ length: width }, (_, at) =>
    Buffer.concat([Buffer.from(`${mode} f${at}\0`), Buffer.from(id, 'hex')]),
  )
  writeFileSync(join(folder, '..', 'level.bin'), Buffer.concat(entries))
  return git(folder, 'hash-object', '-t', 'tree', '-w', '--literally', join(folder, '..', 'level.bin'))
}

test('a few trees that hold each other, and so ten billion files, are refused', async () => {
  const work = workRepository({ 'a.txt': 'text\n' })
  const { folder } = work
  let tree = treeOf(folder, 10, '100644', git(folder, 'hash-object', '-w', 'a.txt'))
  for (let level = 0; level < 9; level++) tree = treeOf(folder, 10, '40000', tree)
  git(folder, 'update-ref', 'refs/heads/main', git(folder, 'commit-tree', tree, '-m', 'bomb'))
  server.publish('evil/bomb', work)
  expect(await index(app, 'evil/bomb')).toMatchObject({
    status: 'failed',
    error_code: 'repository_too_large',
  })
}, 60_000)

/** A commit whose tree has these names, as no git would write it. */
function literalCommit(folder: string, names: string[]): string {
  const blob = git(folder, 'hash-object', '-w', 'a.txt')
  const entries = names.map((name) =>
    Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, 'hex')]),
  )
  writeFileSync(join(folder, '..', 'tree.bin'), Buffer.concat(entries))
  const tree = git(folder, 'hash-object', '-t', 'tree', '-w', '--literally', join(folder, '..', 'tree.bin'))
  return git(folder, 'commit-tree', tree, '-m', 'evil')
}

test('paths that lead out, or fool a reader, are listed in a form that does neither', async () => {
  const work = workRepository({ 'a.txt': 'text\n' })
  const names = [
    '..',
    '.git',
    'a.txt',
    'b/../../c',
    'line\nbreak',
    'rtl\u202egpj.exe',
    '\\\\server\\x',
    'n'.repeat(3000),
  ]
  git(work.folder, 'update-ref', 'refs/heads/main', literalCommit(work.folder, names))
  server.publish('evil/paths', work)
  const job = await index(app, 'evil/paths')
  expect([job.status, job.error_message]).toEqual(['completed', null])
  const reasons = await reasonsOf(job.repository_id)
  expect(reasons.filter(([, reason]) => reason === null)).toEqual([['a.txt', null]])
  expect(reasons).toHaveLength(names.length)
  expect(reasons.filter(([, reason]) => reason === 'unsafe_path')).toHaveLength(names.length - 1)
  for (const [path] of reasons) expect(path).not.toMatch(/[\p{Cc}\u202e]/u)
})

test('bytes that were packed a thousandfold are neither fetched nor unpacked', async () => {
  const work = workRepository({ 'a.txt': 'text\n', 'bomb.txt': new Uint8Array(64 * 1024 ** 2).fill(97) })
  const { bare } = server.publish('evil/bomb', work)
  const first = await index(app, 'evil/bomb')
  expect(await reasonsOf(first.repository_id)).toEqual([
    ['a.txt', null],
    ['bomb.txt', 'too_large'],
  ])
  git(bare, 'config', 'uploadpack.allowFilter', 'false')
  server.publish('evil/bomb2', work)
  git(join(bare, '..', 'bomb2'), 'config', 'uploadpack.allowFilter', 'false')
  const second = await index(app, 'evil/bomb2')
  expect(await reasonsOf(second.repository_id)).toEqual([
    ['a.txt', null],
    ['bomb.txt', 'too_large'],
  ])
}, 30_000)

test('a repository beyond the size limit fails with a reason, and leaves the index as it was', async () => {
  const work = await indexed(app, server, 'evil/large', { 'a.txt': 'text\n' })
  const noise = (n: number) =>
    Buffer.from(crypto.getRandomValues(new Uint8Array(48_000))).toString('base64') + n
  work.commit(Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`n${n}.txt`, noise(n)])))
  work.push()
  const job = await index(app, 'evil/large')
  expect(job).toMatchObject({ status: 'failed', error_code: 'repository_too_large' })
  expect(await reasonsOf(work.id)).toEqual([['a.txt', null]])
  const listed = await app.rest('GET', '/api/v1/code/repositories?query=evil/large')
  const { repositories } = (await listed.json()) as { repositories: unknown[] }
  const [row] = repositories
  expect(row).toMatchObject({
    status: 'ready',
    stale: true,
    last_error: expect.stringContaining('CODE_MAX_REPOSITORY_SIZE'),
  })
}, 20_000)

test('what is not there is told apart: repository, ref, empty repository', async () => {
  expect(await index(app, 'no/such')).toMatchObject({ status: 'failed', error_code: 'repository_not_found' })
  server.publish('ok/ref', workRepository({ 'a.txt': 'x\n' }))
  expect(await index(app, 'ok/ref', { ref: 'gone' })).toMatchObject({
    status: 'failed',
    error_code: 'ref_not_found',
  })
  expect(await index(app, 'ok/ref', { ref: 'a'.repeat(40) })).toMatchObject({
    status: 'failed',
    error_code: 'ref_not_found',
  })
  server.publish('ok/empty', workRepository())
  expect(await index(app, 'ok/empty')).toMatchObject({ status: 'failed', error_code: 'empty_repository' })
})

test('a remote that lists refs without end is read to a limit', async () => {
  const packet = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text
  const refs = Array.from({ length: 30_000 }, (_, n) => packet(`${'a'.repeat(40)} refs/heads/${n}/HEAD\n`))
  const list = `${packet('# service=git-upload-pack\n')}0000${packet(`${'b'.repeat(40)} HEAD\0agent=x\n`)}${refs.join('')}0000`
  const endless = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () =>
      new Response(list, { headers: { 'content-type': 'application/x-git-upload-pack-advertisement' } }),
  })
  const job = await index(app, `http://127.0.0.1:${endless.port}/a/b`)
  expect(job).toMatchObject({ status: 'failed', error_code: 'repository_too_large' })
  await endless.stop(true)
})

test('a remote that leads elsewhere is not followed', async () => {
  let asked = 0
  const inside = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => {
      asked++
      return new Response('inside')
    },
  })
  const redirecting = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) =>
      Response.redirect(`http://127.0.0.1:${inside.port}${new URL(request.url).pathname}`, 302),
  })
  const job = await index(app, `http://127.0.0.1:${redirecting.port}/a/b`)
  expect(job).toMatchObject({ status: 'failed', error_code: 'repository_moved' })
  expect(asked).toBe(0)
  await Promise.all([inside.stop(true), redirecting.stop(true)])
})

test('private hosts are refused unless the operator allows them', async () => {
  const strict = await startApp({ env: {} })
  let asked = 0
  const inside = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => {
      asked++
      return new Response('inside')
    },
  })
  try {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '0x7f000001']) {
      expect(await index(strict, `https://${host}:${inside.port}/a/b`)).toMatchObject({
        status: 'failed',
        error_code: 'private_host',
      })
    }
    expect(
      (await strict.tool('index_repository', { repository: `http://127.0.0.1:${inside.port}/a/b` })).isError,
    ).toBe(true)
    expect((await strict.tool('index_repository', { repository: 'git@127.0.0.1:a/b' })).isError).toBe(true)
    expect(asked).toBe(0)
  } finally {
    await inside.stop(true)
    await strict.close()
  }
})

test('a folder of the server is for the local process and for keys that list code:local', async () => {
  const work = workRepository({ 'a.txt': 'tracked\n', '.gitignore': 'secret.txt\n' })
  work.write({ 'secret.txt': 'ignored\n', 'new.txt': 'not committed\n' })
  const refused = await app.tool('index_repository', { repository: work.folder })
  expect(refused.status).toBe(403)
  expect(JSON.stringify(refused)).toContain(
    "holdfast keys create --tier enterprise --user-id ID --scopes '*,code:local'",
  )
  const key = await app.addKey('local-dev', 'enterprise', ['*', 'code:local'])
  const job = await index(app, work.folder, { key })
  expect(job.status).toBe('completed')
  expect([...(await shown(app, job.repository_id)).keys()]).toEqual(['.gitignore', 'a.txt', 'new.txt'])
})

test('nothing that a local repository configures is run', async () => {
  const mark = join(emptyFolder(), 'ran')
  const work = workRepository({ 'a.txt': 'text\n', '.gitattributes': '* filter=evil diff=evil\n' })
  const script = join(emptyFolder(), 'evil.sh')
  writeFileSync(script, `#!/bin/sh\ntouch ${mark}\ncat\n`, { mode: 0o755 })
  for (const [name, value] of [
    ['core.fsmonitor', script],
    ['filter.evil.clean', script],
    ['filter.evil.smudge', script],
    ['diff.evil.textconv', script],
    ['core.sshCommand', script],
    ['core.pager', script],
    ['core.editor', script],
    ['core.hooksPath', join(script, '..')],
  ])
    git(work.folder, 'config', name!, value!)
  mkdirSync(join(work.folder, '.git/hooks'), { recursive: true })
  for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'fsmonitor-watchman'])
    writeFileSync(join(work.folder, '.git/hooks', hook), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 })
  work.write({ 'a.txt': 'changed\n' })
  const key = await app.addKey('local-evil', 'enterprise', ['*', 'code:local'])
  const job = await index(app, work.folder, { key })
  expect([job.status, job.error_message]).toEqual(['completed', null])
  expect(await textOf(app, job.repository_id, 'a.txt')).toBe('changed\n')
  expect(existsSync(mark)).toBe(false)
})

test('a link in place of a folder does not lead out of a local repository', async () => {
  const outside = emptyFolder()
  writeFileSync(join(outside, 'inner.txt'), 'outside\n')
  const work = workRepository({ 'dir/inner.txt': 'inside\n', 'a.txt': 'x\n' })
  work.write({ dir: null })
  symlinkSync(outside, join(work.folder, 'dir'))
  const key = await app.addKey('local-link', 'enterprise', ['*', 'code:local'])
  const job = await index(app, work.folder, { key })
  expect(await textOf(app, job.repository_id, 'dir/inner.txt')).toBeUndefined()
  expect(await rowsOf(app, 'code_blobs', `hash = '${git(outside, 'hash-object', 'inner.txt')}'`)).toEqual([])
})

test('a token is given to git alone, for those who may use it, and is found nowhere afterwards', async () => {
  const token = 'hunter2hunter2hunter2'
  const lines: string[] = []
  const write = process.stderr.write
  process.stderr.write = ((text: string) => lines.push(String(text)) > 0) as never
  const secret = await startApp({ env: { ...fixtureEnv(server), CODE_GIT_TOKEN: token, LOG_LEVEL: 'DEBUG' } })
  try {
    server.publish('private/repo', workRepository({ 'a.txt': 'private\n' }))
    server.protect('private/repo', token)
    expect(await index(secret, 'private/repo')).toMatchObject({
      status: 'failed',
      error_code: 'repository_not_found',
    })
    const key = await secret.addKey('trusted', 'enterprise', ['*', 'code:private'])
    expect(await index(secret, 'private/repo', { key })).toMatchObject({ status: 'completed' })
    await eventually(async () => expect(lines.join('')).not.toContain(token))
    const found = Bun.spawnSync(['grep', '-rlF', token, secret.folder])
    expect(found.stdout.toString()).toBe('')
  } finally {
    process.stderr.write = write
    await secret.close()
  }
})
