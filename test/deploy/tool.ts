import { spawnSync } from 'node:child_process'

/** What a program of the system said. */
export interface Said {
  code: number
  text: string
}

const folders = `${process.env.PATH}:/usr/sbin:/sbin`

/** Where a program is, or null; says loudly that a test is skipped without it. */
export function findTool(name: string, debian: string): string | null {
  const path = Bun.which(name, { PATH: folders })
  if (!path)
    console.warn(
      `SKIPPED: ${name} is not installed (Debian's package ${debian}); tests that need it do not run`,
    )
  return path
}

/** Runs it to its end. */
export function runTool(command: string, args: string[], env: Record<string, string> = {}): Said {
  const done = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 50_000,
    env: { PATH: folders, ...env },
  })
  return { code: done.status ?? -1, text: `${done.stdout}${done.stderr}` }
}
