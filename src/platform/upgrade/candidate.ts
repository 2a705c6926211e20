/** What a binary says of itself and of the data that it would work on. */
export interface Candidate {
  version: string
  /** Undefined where there is no data yet. */
  schema: { current: string | null; needed: string; newer: boolean; pending: string[] } | undefined
}

/** Starts a binary to ask it. `env` leads to the data; without it only the version is asked for. Throws an Error in one line. */
export async function askBinary(binary: string, env: Env | undefined): Promise<Candidate> {
  const { version } = await ask<{ version: string }>(binary, ['version'], {})
  const schema = env && (await ask<NonNullable<Candidate['schema']>>(binary, ['migrate', 'status'], env))
  return { version, schema }
}

type Env = Record<string, string | undefined>

/** Two minutes are for a database that has to be woken up. */
const patience = 120_000

async function ask<T>(binary: string, command: string[], env: Env): Promise<T> {
  const child = Bun.spawn([binary, ...command, '--json'], {
    env: { ...env, PATH: process.env.PATH, HOME: process.env.HOME, BUN_OPTIONS: '', BUN_BE_BUN: '' },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: patience,
  })
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  await child.exited
  try {
    return JSON.parse(stdout) as T
  } catch (cause) {
    const said = stderr
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^holdfast: /, '')
    throw new Error(
      `'${command.join(' ')}' of the other binary failed: ${said || `exit code ${child.exitCode}`}`,
      {
        cause,
      },
    )
  }
}
