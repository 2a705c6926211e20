import { afterAll, expect, test } from 'bun:test'
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { keeperOf, platformName } from '../../src/platform/upgrade/platform'
import { version } from '../../src/version'
import { emptyFolder } from '../kit/folder'
import { source } from '../kit/process'
import { smallDisk } from '../kit/small-disk'
import { installed, program, publish } from './rig'

const archiveOf = (of: string) => `holdfast-${of}-${platformName()}.tar.gz`
const release = publish({ '9.9.9': program('9.9.9', 9), '9.9.8': program('9.9.8') })

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: async (request) => {
    const { pathname } = new URL(request.url)
    const file = Bun.file(join(release, pathname))
    return (await file.exists()) ? new Response(file) : new Response('no', { status: 404 })
  },
})
afterAll(() => server.stop(true))
const from = `http://127.0.0.1:${server.port}`

test('a release is fetched, compared, asked and put in place; the way back and forth again is kept', async () => {
  const { binary, folder, upgrade, versionOf } = installed()
  const done = await upgrade(['--from', from, '--force'])
  expect(done).toMatchObject({ code: 0, stderr: '' })
  expect(done.stdout).toStartWith(`${binary} is 9.9.9 now; ${version} stays as ${binary}.previous\n`)
  expect(done.stdout).toContain('there is no data in')
  expect([versionOf(), versionOf(`${binary}.previous`)]).toEqual(['9.9.9', '0.0.1'])
  expect(statSync(binary).mode & 0o777).toBe(0o755)
  expect((await upgrade(['--rollback', '--force'])).code).toBe(0)
  expect([versionOf(), versionOf(`${binary}.previous`)]).toEqual(['0.0.1', '9.9.9'])
  expect((await upgrade(['--rollback', '--force'])).code).toBe(0)
  expect(versionOf()).toBe('9.9.9')
  expect(readdirSync(folder).sort()).toEqual(['holdfast', 'holdfast.previous'])
})

test('from a folder, from one archive, of one version', async () => {
  const { upgrade, versionOf } = installed()
  expect((await upgrade(['--from', join(release, archiveOf('9.9.8')), '--force'])).code).toBe(0)
  expect(versionOf()).toBe('9.9.8')
  expect((await upgrade(['--from', release, '--force', '--release', '9.9.9'])).code).toBe(0)
  expect(versionOf()).toBe('9.9.9')
  const none = await upgrade(['--from', release, '--force', '--release', '1.0.0'])
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('there is no 1.0.0 for')])
})

test('what is older is named, what is the same is left alone, what is newer is told', async () => {
  const { upgrade, versionOf } = installed()
  const older = publish({ '0.0.0': program('0.0.0') })
  const refused = await upgrade(['--from', older, '--force'])
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining('to go back say --release 0.0.0'),
  ])
  expect((await upgrade(['--from', older, '--force', '--release', '0.0.0'])).code).toBe(0)
  expect(versionOf()).toBe('0.0.0')
  const same = publish({ [version]: program(version) })
  expect(await upgrade(['--from', same, '--force'])).toMatchObject({
    code: 0,
    stdout: `this is ${version} already\n`,
  })
  expect(await upgrade(['--from', same, '--check'])).toMatchObject({ code: 0 })
  expect(await upgrade(['--from', from, '--check'])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('there is 9.9.9'),
  })
  expect(versionOf()).toBe('0.0.0')
})

test('a binary that does not know the schema of the data is refused, forwards and backwards', async () => {
  const { upgrade, setSchema, versionOf } = installed()
  setSchema(9)
  const refused = await upgrade(['--from', release, '--force', '--release', '9.9.8'])
  expect(refused).toMatchObject({
    code: 1,
    stderr:
      "holdfast: the database has schema 0009, holdfast 9.9.8 knows 0008: take steps back with 'holdfast migrate down N' first, or restore a backup of before\n",
  })
  setSchema(8)
  const done = await upgrade(['--from', release, '--force'])
  expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('1 schema step to come')])
  setSchema(9)
  const back = await upgrade(['--rollback', '--force'])
  expect([back.code, back.stderr]).toEqual([
    1,
    expect.stringContaining('has schema 0009, holdfast 0.0.1 knows 0008'),
  ])
  expect(versionOf()).toBe('9.9.9')
})

/** Upgrades from a release that is not as it should be; expects one line and that nothing was changed. */
async function refused(place: string, args: string[] = []): Promise<string> {
  const { upgrade, folder, versionOf } = installed()
  const { code, stdout, stderr } = await upgrade(['--from', place, '--force', ...args])
  expect([code, stdout, stderr.trim().split('\n')]).toEqual([1, '', [expect.stringMatching(/^holdfast: /)]])
  expect([versionOf(), readdirSync(folder)]).toEqual(['0.0.1', ['holdfast']])
  return stderr
}

const spoiled = (change: (archive: string, folder: string) => void): string => {
  const folder = publish({ '9.9.9': program('9.9.9') })
  change(join(folder, archiveOf('9.9.9')), folder)
  return folder
}

test.each<[string, string, () => string]>([
  [
    'cut',
    'is not what SHA256SUMS says: it was cut or altered',
    () => spoiled((archive) => truncateSync(archive, 200)),
  ],
  [
    'altered',
    'is not what SHA256SUMS says',
    () => spoiled((archive) => writeFileSync(archive, readFileSync(archive).fill(0, 50, 60))),
  ],
  [
    'that is no archive, with its sum',
    'the archive cannot be unpacked: it was published damaged',
    () =>
      spoiled((archive, folder) => {
        writeFileSync(archive, crypto.getRandomValues(new Uint8Array(5000)))
        const sum = new Bun.CryptoHasher('sha256').update(readFileSync(archive)).digest('hex')
        writeFileSync(join(folder, 'SHA256SUMS'), `${sum}  ${archiveOf('9.9.9')}\n`)
      }),
  ],
  ['absent', 'does not exist', () => spoiled((archive) => rmSync(archive))],
  [
    'without SHA256SUMS',
    'SHA256SUMS does not exist',
    () => spoiled((_, folder) => rmSync(join(folder, 'SHA256SUMS'))),
  ],
  [
    'for other machines',
    `names no archive for ${platformName()}`,
    () =>
      spoiled((_, folder) =>
        writeFileSync(join(folder, 'SHA256SUMS'), `${'0'.repeat(64)}  holdfast-1.0.0-plan9-x64.tar.gz\n`),
      ),
  ],
  [
    'without the program',
    'there is no program in the archive',
    () => publish({ '9.9.9': '#!/bin/sh\n' }, 'other'),
  ],
  [
    'of another version than it is named',
    'holds holdfast 1.2.3',
    () => publish({ '9.9.9': program('1.2.3') }),
  ],
  [
    'that does not start',
    "'version' of the other binary failed: it broke",
    () => publish({ '9.9.9': '#!/bin/sh\necho it broke >&2\nexit 7\n' }),
  ],
  ['not over https', 'a release is fetched over https', () => 'http://example.com/holdfast'],
  ['not there', 'cannot get http://127.0.0.1', () => `${from}/nowhere`],
])('a release %s is refused, and nothing changes', async (_, says, make) => {
  expect(await refused(make())).toContain(says)
})

test('a connection that is cut is said', async () => {
  const cut = Bun.listen({
    port: 0,
    hostname: '127.0.0.1',
    socket: {
      data(socket, bytes) {
        const sums = readFileSync(join(release, 'SHA256SUMS'))
        const isSums = bytes.toString().includes('/SHA256SUMS')
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-length: ${isSums ? sums.length : 50_000}\r\nconnection: close\r\n\r\n`,
        )
        socket.write(isSums ? sums : 'x'.repeat(100))
        socket.end()
      },
    },
  })
  try {
    expect(await refused(`http://127.0.0.1:${cut.port}`)).toMatch(
      /cannot get all of|is not what SHA256SUMS says/,
    )
  } finally {
    cut.stop(true)
  }
})

test('what is looked after by others is left to them', async () => {
  const { upgrade, versionOf } = installed()
  const place = ['--from', release]
  const inside = await upgrade(place, { more: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } })
  expect([inside.code, inside.stderr]).toEqual([1, expect.stringContaining('deploy the new image instead')])
  const fromSource = await upgrade(place, { self: source })
  expect(fromSource.stderr).toContain('this runs from its source')
  const { code, stderr } = await upgrade([])
  expect([code, stderr]).toEqual([2, expect.stringContaining('--from is missing')])
  expect((await upgrade(['--rollback', '--force'])).stderr).toContain('nothing was upgraded here')
  expect(versionOf()).toBe('0.0.1')
})

const dpkg = Bun.which('dpkg-query')
test.skipIf(!dpkg)('a file of a package is named with the package', () => {
  expect(keeperOf(dpkg!)).toContain('belongs to the package dpkg: sudo apt-get install')
  expect(keeperOf(join(emptyFolder(), 'holdfast'))).toBeUndefined()
})

test.each(['download', 'rename 0', 'rename 1', 'clear up'])(
  'an upgrade that is killed at %s leaves a program that runs, and the next one works',
  async (at) => {
    const { binary, folder, upgrade, versionOf } = installed()
    const child = Bun.spawn([process.execPath, join(import.meta.dir, 'dying.ts')], {
      env: { PATH: process.env.PATH ?? '', BINARY: binary, FROM: release, AT: at },
      stderr: 'inherit',
    })
    await child.exited
    expect(child.signalCode).toBe('SIGKILL')
    const before = at === 'clear up' ? '9.9.9' : '0.0.1'
    expect([versionOf(), Bun.spawnSync([binary, 'version']).stdout.toString()]).toEqual([
      before,
      `{"version":"${before}"}\n`,
    ])
    expect(readdirSync(folder).some((name) => name.startsWith('.holdfast-upgrade-'))).toBe(true)
    expect((await upgrade(['--from', release, '--force'])).code).toBe(0)
    expect(versionOf()).toBe('9.9.9')
    expect(readdirSync(folder).sort()).toEqual(['holdfast', 'holdfast.previous'])
  },
)

test('without room on the disk nothing changes', async () => {
  const disk = smallDisk(1)
  if (!disk) return
  try {
    const { upgrade, versionOf } = installed(disk.folder)
    const { bavail, bsize } = statfsSync(disk.folder)
    writeFileSync(join(disk.folder, 'filler'), new Uint8Array(bavail * bsize))
    const { code, stderr } = await upgrade(['--from', from, '--force'])
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^holdfast: .* disk that is full\n$/)])
    expect(versionOf()).toBe('0.0.1')
    expect(existsSync(join(disk.folder, 'holdfast.previous'))).toBe(false)
  } finally {
    disk.unmount()
  }
})
