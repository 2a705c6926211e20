import { run } from '../../src/cli/run'
import { emptyFolder } from '../kit/folder'
import { source } from '../kit/process'

export { emptyFolder }

export interface Ran {
  code: number
  stdout: string
  stderr: string
}

export interface RunOptions {
  /** Working directory, in which `.env` and `data/` are looked for. Default: an empty one. */
  cwd?: string
  env?: Record<string, string>
  input?: string
}

/** Runs one command line in this process. */
export async function cli(args: string | string[], options: RunOptions = {}): Promise<Ran> {
  let [stdout, stderr] = ['', '']
  const code = await run(typeof args === 'string' ? args.split(' ').filter(Boolean) : args, {
    env: options.env ?? {},
    cwd: options.cwd ?? emptyFolder(),
    self: source,
    print: (text) => {
      stdout += text
    },
    warn: (text) => {
      stderr += text
    },
    input: async () => options.input ?? '',
  })
  return { code, stdout, stderr }
}

/** The same with `--json`: what it printed. */
export async function json<T = Record<string, unknown>>(args: string, options?: RunOptions): Promise<T> {
  const ran = await cli(`${args} --json`, options)
  if (ran.code !== 0) throw new Error(`${args} exited with ${ran.code}: ${ran.stderr}`)
  return JSON.parse(ran.stdout) as T
}
