import { expect, test } from 'bun:test'
import { chmodSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyFolder } from '../../kit/folder'
import { request, startMetrics } from '../rig'

const isRoot = process.getuid?.() === 0
const metric = (n: number) => ({ type: 'custom', value: n, metadata: { text: 'x'.repeat(900) } })
const many = (n: number) => request(...Array.from({ length: 200 }, (_, i) => metric(n * 200 + i)))

/** A small disk of its own; undefined where the machine does not let one be mounted. */
function smallDisk(megabytes: number): string | undefined {
  const folder = emptyFolder()
  const size = `size=${megabytes}m`
  const { exitCode } = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', size, 'tmpfs', folder])
  if (exitCode === 0) return folder
  console.warn('SKIPPED: a full disk cannot be tried here, for mounting a small one needs root')
  return undefined
}

test('a full disk is 503 and loses nothing; with space again it goes on without a restart', async () => {
  const disk = smallDisk(6)
  if (!disk) return
  const rig = await startMetrics({ env: { SQLITE_DB_PATH: join(disk, 'metrics.db'), LOG_LEVEL: 'ERROR' } })
  const filler = join(disk, 'filler')
  try {
    expect((await rig.post(many(0))).status).toBe(200)
    const { bavail, bsize } = statfsSync(disk)
    writeFileSync(filler, new Uint8Array(Math.max(0, bavail * bsize - 600_000)))
    let accepted = 200
    let refused: Response | undefined
    for (let n = 1; n < 100 && !refused; n++) {
      const response = await rig.post(many(n))
      if (response.status === 200) accepted += 200
      else refused = response
    }
    if (!refused) throw new Error('the disk did not fill up')
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await refused.json()).toEqual({ detail: expect.stringContaining('disk') })
    rmSync(filler)
    for (let tries = 0; tries < 50; tries++) {
      if ((await rig.post(many(1000))).status === 200) break
      await Bun.sleep(100)
    }
    accepted += 200
    for (let tries = 0; tries < 50; tries++) {
      const flushed = await rig.send('/flush', { method: 'POST', headers: { 'x-api-key': rig.ingestKey } })
      if (flushed.status === 200) break
      await Bun.sleep(100)
    }
    const [row] = await rig.store<{ n: number; d: number }>(
      join(disk, 'metrics.db'),
      'select count(*) as n, count(distinct value) as d from metrics',
    )
    expect(row).toEqual({ n: accepted, d: accepted })
  } finally {
    await rig.close()
    Bun.spawnSync(['umount', disk])
  }
}, 60_000)

test('a folder that cannot be written is 503; once it can it goes on without a restart', async () => {
  const folder = emptyFolder()
  const path = join(folder, 'metrics.db')
  const remount = (mode: string) => Bun.spawnSync(['mount', '-o', `remount,${mode}`, folder]).exitCode
  if (isRoot && Bun.spawnSync(['mount', '-t', 'tmpfs', 'tmpfs', folder]).exitCode !== 0)
    return console.warn('SKIPPED: nothing can be mounted here, and root may write everywhere')
  const readOnly = () => (isRoot ? remount('ro') : chmodSync(folder, 0o500))
  const writable = () => (isRoot ? remount('rw') : chmodSync(folder, 0o700))
  readOnly()
  const rig = await startMetrics({ env: { SQLITE_DB_PATH: path } })
  try {
    const refused = await rig.post(many(1))
    expect(refused.status).toBe(503)
    writable()
    expect((await rig.post(many(2))).status).toBe(200)
    await rig.rows('select 1').catch(() => {})
    expect(await rig.store(path, 'select count(*) as n from metrics')).toEqual([{ n: 200 }])
  } finally {
    await rig.close()
    if (isRoot) Bun.spawnSync(['umount', folder])
  }
}, 60_000)
