import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { limits } from '../../../src/modules/metrics/ingest/limits'
import { createMachine } from '../../../src/modules/metrics/ingest/usual/machine'
import { emptyFolder } from '../../kit/folder'

const folder = join(import.meta.dir, '../../../src/modules/metrics/ingest/usual')

/** Memory holds what `wasm/memory.ts` lays out: 20 MB, and a little behind it. */
const options = '-O3 --noAssert --runtime stub --enable simd,bulk-memory --initialMemory 322'

/** `bun run wasm` writes it. */
test('reader.wasm is what its source is compiled into', async () => {
  const compiled = join(emptyFolder(), 'reader.wasm')
  const compiler = Bun.resolveSync('assemblyscript/bin/asc.js', folder)
  const command = [process.execPath, compiler, 'wasm/reader.ts', '-o', compiled, ...options.split(' ')]
  const { exitCode, stderr } = Bun.spawnSync(command, { cwd: folder })
  expect([exitCode, stderr.toString()]).toEqual([0, ''])
  const bytes = await Bun.file(compiled).bytes()
  const kept = Bun.file(join(folder, 'reader.wasm'))
  if (process.env.UPDATE_WASM) await Bun.write(kept, bytes)
  expect(Buffer.compare(await kept.bytes(), bytes)).toBe(0)
})

test('a body of any size is read or left alone', () => {
  const machine = createMachine()
  const metric = '{"type":"custom","value":1,"metadata":{"a":"'
  for (const size of [0, 1, 4 * 1024 ** 2 - 64, 4 * 1024 ** 2 - 63, 8 * 1024 ** 2]) {
    const body = new Uint8Array(size).fill(0x78)
    body.set(Buffer.from(`[${metric}`).subarray(0, size))
    expect(machine.read(body, 0, 0, 0)).toBeUndefined()
  }
  const most = Buffer.from(`[${Array(limits.metrics).fill(`${metric}${'x'.repeat(1000)}"}}`)}]}`)
  expect(machine.read(most, 0, 0, 0)).toBe(limits.metrics)
  const taken = machine.take(limits.metrics)
  expect(taken.metadata.bytes.length).toBe(limits.metrics * 1008)
  // The columns of `wasm/memory.ts` have room for as many.
  expect(taken.at.length).toBe(limits.metrics)
})
