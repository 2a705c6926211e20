import { expect } from 'bun:test'
import { join } from 'node:path'
import { emptyFolder } from './folder'

/** Runs a command in a process that kills itself (-9) where it tells its progress `at` something, or has just applied the schema step `at`. */
export async function killed(at: string, args: string[], env: Record<string, string>): Promise<void> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'dying-command.ts'), at, ...args], {
    cwd: emptyFolder(),
    env: { PATH: process.env.PATH ?? '', ...env },
    stdout: 'ignore',
    stderr: 'pipe',
  })
  const said = await new Response(child.stderr).text()
  await child.exited
  expect([child.signalCode, said]).toEqual(['SIGKILL', expect.any(String)])
}
