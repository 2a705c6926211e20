import { expect, test } from 'bun:test'
import { startApp } from '../kit/app'
import { source } from '../kit/process'
import { emptyFolder } from './rig'

/** A pipe takes 64 KB; what is beyond waits for its reader. */
async function piped(reader: string, folder: string): Promise<string> {
  const command = `${source.map((word) => `'${word}'`).join(' ')} keys list --json | ${reader}`
  const child = Bun.spawn(['bash', '-c', command], {
    cwd: folder,
    env: { PATH: process.env.PATH!, DATA_DIR: folder },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  return await new Response(child.stdout).text()
}

test('output beyond a pipe’s size reaches a slow reader whole, and a reader may leave early', async () => {
  const folder = emptyFolder()
  const app = await startApp({ folder })
  for (let i = 0; i < 250; i++) await app.addKey(`owner-${i}`)
  await app.close()
  const text = await piped('(sleep 0.5; cat)', folder)
  expect(text.length).toBeGreaterThan(70_000)
  expect(JSON.parse(text)).toHaveLength(251)
  expect(await piped('head -c 1; echo "$PIPESTATUS"', folder)).toBe('[0\n')
})

test.skipIf(process.platform !== 'linux')('output that a full disk does not take is a failure', async () => {
  const command = `${source.map((word) => `'${word}'`).join(' ')} version >/dev/full`
  const child = Bun.spawn(['bash', '-c', command], {
    env: { PATH: process.env.PATH! },
    stdout: 'ignore',
    stderr: 'pipe',
  })
  expect(await new Response(child.stderr).text()).toBe(
    'holdfast: stdout cannot be written: the disk is full\n',
  )
  expect(await child.exited).toBe(1)
})
