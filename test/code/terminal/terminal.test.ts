import { expect, test } from 'bun:test'
import { mkdirSync, realpathSync } from 'node:fs'
import { colorsFor, harmless } from '../../../src/cli/code/color'
import { progressLine } from '../../../src/cli/code/progress-bar'
import { emptyFolder } from '../../kit/folder'
import { workRepository } from '../kit'

const main = `${import.meta.dir}/../../../src/main.ts`

async function holdfast(folder: string, ...args: string[]) {
  const ran = Bun.spawn(['bun', main, ...args, '--data-dir', `${folder}/data`], {
    cwd: folder,
    env: { PATH: process.env.PATH!, HOME: folder },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([
    new Response(ran.stdout).text(),
    new Response(ran.stderr).text(),
    ran.exited,
  ])
  return { out, err, code }
}

test('a folder is indexed, searched and listed from a terminal, without colours in a pipe', async () => {
  const folder = emptyFolder()
  const repository = workRepository({
    'src/main.ts': '  export function greetPeople() {}\ngreetPeople()\n',
    'evil.txt': 'greetPeople \u001b]0;owned\u0007 \u001b[31m\n',
    'logo.png': new Uint8Array([137, 80, 78, 71, 0, 0, 1, 0]),
  })
  const indexed = await holdfast(folder, 'code', 'index', repository.folder)
  expect(indexed).toMatchObject({ code: 0 })
  expect(indexed.out).toContain(': 2 files, 2 of them new or changed, 1 skipped, in ')
  expect(indexed.out).toEndWith('\n  skipped: logo.png (binary)\n')
  const found = await holdfast(folder, 'code', 'search', 'greetPeople')
  expect(found.code).toBe(0)
  expect(found.out).toContain('src/main.ts\n  1: export function greetPeople() {}')
  expect(found.out).not.toContain('\u001b')
  expect(found.err).toContain('3 lines in 2 files')
  expect(found.err).not.toContain('is behind')
  const commit = repository.commit({ 'more.txt': 'more\n' })
  const none = await holdfast(folder, 'code', 'search', 'greetPeopel')
  expect(none).toMatchObject({ code: 1, out: '' })
  expect(none.err).toEndWith(` is behind: the folder is at ${commit.slice(0, 12)}\n`)
  expect(none.err).toContain('Did you mean greetPeople?')
  const wrong = await holdfast(folder, 'code', 'search', '/a(/')
  expect(wrong.code).not.toBe(0)
  expect(wrong.err).toContain('position')
  const status = await holdfast(folder, 'code', 'status', '--json')
  expect(JSON.parse(status.out)).toMatchObject({ repositories: [{ files: 2 }], jobs: [] })
  expect((await holdfast(folder, 'code', 'status')).out).toMatch(/ \d{4}-\d\d-\d\d \d\d:\d\dZ /)
}, 60_000)

test('with nothing indexed, and after a first index that failed, the terminal says the command that helps', async () => {
  const folder = emptyFolder()
  const refused = await holdfast(folder, 'code', 'index', './nothere')
  expect(refused.code).not.toBe(0)
  expect(refused.err).toContain(`There is no such folder on this machine: ${realpathSync(folder)}/nothere`)
  expect((await holdfast(folder, 'code', 'status')).out).toContain('No repository is indexed yet')
  mkdirSync(`${folder}/plain`)
  const failed = await holdfast(folder, 'code', 'index', 'plain')
  expect(failed.code).toBe(1)
  const search = await holdfast(folder, 'code', 'search', 'x')
  expect(search.err).toContain(
    'plain could not be indexed: The folder is not a git repository: run git init there first.',
  )
  expect(search.err).toContain("'holdfast code remove'")
  expect((await holdfast(folder, 'code', 'status')).out).toContain('it could not be indexed: ')
  const removed = await holdfast(folder, 'code', 'remove', 'plain')
  expect(removed).toMatchObject({ code: 0, out: 'plain is no longer indexed\n' })
  expect((await holdfast(folder, 'code', 'status')).out).toContain('No repository is indexed yet')
  expect((await holdfast(folder, 'code', 'remove', 'plain')).code).not.toBe(0)
  const nothing = await holdfast(folder, 'code', 'search', 'x')
  expect(nothing.err).toContain("No repository is indexed yet. 'holdfast code index OWNER/REPO' adds one")
  expect(nothing.err).not.toContain('index_repository')
}, 60_000)

test.each(['x', '0', '101', '10000'])(
  '--limit %s is a misuse that names the flag and the help',
  async (limit) => {
    const wrong = await holdfast(emptyFolder(), 'code', 'search', 'x', '--limit', limit)
    expect(wrong.code).toBe(2)
    expect(wrong.err).toContain('--limit takes a whole number from 1 to 100')
    expect(wrong.err).toContain('help code search')
  },
  60_000,
)

test('colours are for a person alone, and NO_COLOR switches them off', () => {
  const tty = { out: true, err: true }
  expect(colorsFor({ env: {}, tty }).match('x')).toBe('\u001b[1;31mx\u001b[0m')
  expect(colorsFor({ env: { NO_COLOR: '1' }, tty }).match('x')).toBe('x')
  expect(colorsFor({ env: { TERM: 'dumb' }, tty }).match('x')).toBe('x')
  expect(colorsFor({ env: {} }).match('x')).toBe('x')
})

test('what a file holds cannot command the terminal', () => {
  expect(harmless('a\u001b[31mb\u202ec\td')).toBe('a�[31mb�c d')
})

test('a progress bar where the total is known', () => {
  expect(progressLine({ phase: 'parsing', done: 6, total: 12 })).toBe(
    'parsing [############............] 50% 6/12',
  )
  expect(progressLine({ phase: 'fetching', done: 0, total: null })).toBe('fetching')
})
