import { beforeAll, expect, test } from 'bun:test'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { packTar, unpackTar } from 'modern-tar'
import type { Manifest } from '../../src/platform/transfer/manifest'
import { manifestName, writeManifest } from '../../src/platform/transfer/manifest'
import { cli, json } from '../cli/rig'
import { startApp } from '../kit/app'
import { emptyFolder } from '../kit/folder'
import { smallDisk } from '../kit/small-disk'
import { dump, emptyPlace, type Place } from './installation'

let source: Place
let file: string

beforeAll(async () => {
  source = await emptyPlace('sqlite')
  const app = await startApp({ env: source, folder: source.DATA_DIR })
  for (let n = 0; n < 3; n++) await app.tool('store_journal_entry', { entry: `bought ${n}`, tags: ['x'] })
  await app.close()
  file = join(emptyFolder(), 'all.tar')
  await json(`export ${file}`, { env: source })
}, 30_000)

/** Imports what `change` made of the archive into an empty place; expects one line, and nothing in the place. */
async function refused(change: (copy: string) => unknown, exists = true): Promise<string> {
  const copy = join(emptyFolder(), 'copy.tar')
  if (exists) copyFileSync(file, copy)
  await change(copy)
  const target = await emptyPlace('sqlite')
  const { code, stdout, stderr } = await cli(`import ${copy}`, { env: target })
  const said = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Using '))
  expect([code, stdout, said]).toEqual([1, '', [expect.stringMatching(/^holdfast: /)]])
  if (existsSync(target.DATA_DIR!))
    expect((await cli('keys list', { env: target })).stdout).toMatch(/^(no keys\n)?$/)
  return said[0]!.replace(copy, 'FILE')
}

const damaged =
  "holdfast: FILE is no whole archive of 'holdfast export': it was cut or altered; export it again"
const bytesOf = (copy: string) => readFileSync(copy)

const damages: [string, (copy: string) => unknown][] = [
  ['cut in the middle', (copy) => truncateSync(copy, bytesOf(copy).length >> 1)],
  ['cut before the manifest', (copy) => truncateSync(copy, bytesOf(copy).indexOf(manifestName))],
  ['emptied', (copy) => truncateSync(copy, 0)],
  ['one bit changed in rows', (copy) => flip(copy, bytesOf(copy).indexOf(Buffer.from([0x1f, 0x8b])) + 40)],
  ['one bit changed in the manifest', (copy) => flip(copy, bytesOf(copy).indexOf('"created_at"') + 20)],
  ['no tar at all', (copy) => writeFileSync(copy, 'x'.repeat(5000))],
  [
    'an entry more',
    (copy) =>
      repack(copy, (entries) => [...entries, { header: { name: 'x', size: 1 }, data: Buffer.from('x') }]),
  ],
  ['an entry less', (copy) => repack(copy, (entries) => entries.slice(1))],
  [
    'entries in another order',
    (copy) => repack(copy, ([first, second, ...rest]) => [second!, first!, ...rest]),
  ],
]

test.each(damages)(
  'an archive that was altered is refused before anything changes: %s',
  async (_, change) => {
    expect(await refused(change)).toBe(damaged)
  },
)

test.each<[string, (manifest: Manifest) => void, RegExp]>([
  [
    'of a newer binary',
    (manifest) => Object.assign(manifest, { schema: '9999', version: '9.9.9' }),
    /has schema 9999, this binary has \d{4}: import it with holdfast 9\.9\.9/,
  ],
  [
    'of a later format',
    (manifest) => Object.assign(manifest, { format: 2 }),
    /it has format 2, which this binary does not know/,
  ],
  [
    'with other columns',
    (manifest) => Object.assign(manifest.tables[0]!, { columns: ['id'] }),
    /whose tables are others than this binary's \(api_keys\)/,
  ],
  [
    'that holds more than it says',
    (manifest) => Object.assign(manifest.entries[0]!, { size: 10 }),
    /was cut or altered/,
  ],
])('an archive %s is refused in one line', async (_, change, says) => {
  expect(await refused((copy) => rewrite(copy, change))).toMatch(says)
})

test('rows that are not what their hash says are found when they are compared', async () => {
  const copy = join(emptyFolder(), 'copy.tar')
  copyFileSync(file, copy)
  await rewrite(copy, (manifest) =>
    Object.assign(manifest.tables.find(({ rows }) => rows === 3)!, { sha256: '0'.repeat(64) }),
  )
  const target = await emptyPlace('sqlite')
  const { code, stderr } = await cli(`import ${copy}`, { env: target })
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('is not what the archive holds (3 of 3 rows, other contents)'),
  ])
  expect((await cli('keys list', { env: target })).stderr).toContain('was interrupted')
})

test('what cannot be read or written is said', async () => {
  expect(await refused(() => {}, false)).toBe('holdfast: FILE does not exist')
  expect(await refused((copy) => mkdirSync(copy), false)).toContain('is a folder')
  const env = source
  expect((await cli(`export ${file}`, { env })).stderr).toContain('is there already: name another file')
  expect((await cli(`export ${join(file, 'x')}`, { env })).stderr).toContain('is not a folder')
  expect((await cli(`export ${join(emptyFolder(), 'a/b')}`, { env })).stderr).toContain('does not exist')
  expect((await cli(`export ${file}.x`, { env: await emptyPlace('sqlite') })).stderr).toContain(
    'there is no data in',
  )
  expect((await cli('export', { env })).code).toBe(2)
})

test('a target that holds something is refused', async () => {
  const { code, stderr } = await cli(`import ${file}`, { env: source })
  expect([code, stderr]).toEqual([1, expect.stringMatching(/is not empty \(api_keys, .*never used\n$/)])
  const target = await emptyPlace('sqlite')
  mkdirSync(target.DATA_DIR!)
  writeFileSync(join(target.DATA_DIR!, 'metrics.db'), 'x')
  expect((await cli(`import ${file}`, { env: target })).stderr).toContain('metrics.db is there already')
  expect((await cli(`import ${file} --database-only`, { env: target })).code).toBe(0)
})

test('a full disk is said in one line; with room again the same command goes on', async () => {
  const disk = smallDisk(3)
  if (!disk) return
  const filler = join(disk.folder, 'filler')
  const fillUp = () => {
    const { bavail, bsize } = statfsSync(disk.folder)
    writeFileSync(filler, new Uint8Array(bavail * bsize))
  }
  try {
    const target = { DATA_DIR: join(disk.folder, 'data') }
    expect((await cli('migrate up', { env: target })).code).toBe(0)
    fillUp()
    const to = join(disk.folder, 'all.tar')
    const exported = await cli(`export ${to}`, { env: source })
    expect([exported.code, exported.stderr]).toEqual([
      1,
      expect.stringMatching(/all\.tar stands on a disk that is full\n$/),
    ])
    expect(existsSync(`${to}.part`)).toBe(false)
    const imported = await cli(`import ${file}`, { env: target })
    expect([imported.code, imported.stderr]).toEqual([1, expect.stringMatching(/\nholdfast: .*disk.*\n$/)])
    rmSync(filler)
    expect(await cli(`import ${file}`, { env: target })).toMatchObject({ code: 0 })
    expect(await dump(target)).toEqual(await dump(source))
  } finally {
    disk.unmount()
  }
})

function flip(copy: string, at: number): void {
  const bytes = bytesOf(copy)
  bytes[at]! ^= 1
  writeFileSync(copy, bytes)
}

type Entries = Awaited<ReturnType<typeof unpackTar>>

async function repack(copy: string, change: (entries: Entries) => Entries): Promise<void> {
  writeFileSync(copy, await packTar(change(await unpackTar(bytesOf(copy)))))
}

/** Changes the manifest and seals it anew. */
const rewrite = (copy: string, change: (manifest: Manifest) => void) =>
  repack(copy, (entries) => {
    const last = entries.at(-1)!
    const { sha256: _, ...manifest } = JSON.parse(Buffer.from(last.data!).toString())
    change(manifest)
    const data = Buffer.from(writeManifest(manifest))
    return [...entries.slice(0, -1), { header: { ...last.header, size: data.length }, data }]
  })
