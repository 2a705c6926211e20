import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../../../core/errors'

/** How one git process is run. */
export interface RunOptions {
  /** Repository folder (`--git-dir` of a bare one, or a working tree). */
  gitDir?: string
  workTree?: string
  /** Extra `-c name=value`. */
  config?: string[]
  env?: Record<string, string>
  signal?: AbortSignal
  /** Bytes that git may write to one file. */
  largestFile?: number
  timeoutSeconds?: number
  /** Bytes of output that are read before git is ended and `run` throws `repository_too_large`. Default 256 MiB. */
  mostOutput?: number
  /** Called as git reports on stderr. */
  onProgress?(text: string): void
}

/** An ended process. `errorText` is for deciding, not for showing: it names paths and hosts. */
export interface Ran {
  code: number
  output: string
  errorText: string
}

/** The installed git, run without anything that a repository, a user's or a machine's configuration could bring in. */
export interface Git {
  /** `2.39.5`, or undefined when there is no git. */
  version(): Promise<string | undefined>
  run(args: string[], options?: RunOptions): Promise<Ran>
  /** A process whose input and output are read piece by piece. */
  open(args: string[], options?: RunOptions): Bun.Subprocess<'pipe', 'pipe', 'ignore'>
}

/** Nothing of a repository may run, ask, follow or lead elsewhere. */
const guarded = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.symlinks=false',
  'core.bigFileThreshold=2m',
  'core.quotePath=false',
  'core.attributesFile=/dev/null',
  'protocol.allow=never',
  'credential.helper=',
  'http.followRedirects=false',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=60',
  'fetch.fsckObjects=false',
  'fetch.recurseSubmodules=false',
  'submodule.recurse=false',
  'transfer.bundleURI=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'pack.threads=1',
  'pack.windowMemory=128m',
  'safe.directory=*',
].flatMap((setting) => ['-c', setting])

/** Runs git from an empty home in `folder`. */
export function createGit(folder: string, find = () => Bun.which('git')): Git {
  const home = join(folder, 'home')

  function command(args: string[], options: RunOptions): string[] {
    const path = find()
    if (!path) throw missingGit()
    const place = [
      ...(options.gitDir ? [`--git-dir=${options.gitDir}`] : []),
      ...(options.workTree ? ['-C', options.workTree] : []),
    ]
    const config = (options.config ?? []).flatMap((setting) => ['-c', setting])
    const whole = [path, '--no-pager', '--no-replace-objects', ...guarded, ...config, ...place, ...args]
    const blocks = options.largestFile && Math.ceil(options.largestFile / 512)
    return blocks ? ['/bin/sh', '-c', `ulimit -f ${blocks} 2>/dev/null; exec "$@"`, 'sh', ...whole] : whole
  }
  function environment(options: RunOptions): Record<string, string> {
    mkdirSync(home, { recursive: true, mode: 0o700 })
    const path = find()
    return {
      PATH: `${path ? `${dirname(path)}:` : ''}/usr/local/bin:/usr/bin:/bin`,
      HOME: home,
      XDG_CONFIG_HOME: home,
      LC_ALL: 'C.UTF-8',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: '/bin/false',
      SSH_ASKPASS: '/bin/false',
      GIT_SSH_COMMAND: '/bin/false',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_LAZY_FETCH: '1',
      GIT_LITERAL_PATHSPECS: '1',
      GIT_PROTOCOL_FROM_USER: '0',
      ...options.env,
    }
  }
  const spawning = (options: RunOptions) => ({
    env: environment(options),
    ...(options.signal && { signal: options.signal }),
    ...(options.timeoutSeconds && { timeout: options.timeoutSeconds * 1000 }),
    killSignal: 'SIGKILL' as const,
  })

  return {
    async version() {
      if (!find()) return undefined
      const { code, output } = await this.run(['version'], { timeoutSeconds: 10 })
      return code === 0 ? (/(\d+\.\d+(\.\d+)?)/.exec(output)?.[1] ?? output.trim()) : undefined
    },
    async run(args, options = {}) {
      const child = Bun.spawn(command(args, options), {
        ...spawning(options),
        stdin: 'ignore',
        stdout: 'pipe',
        stderr: 'pipe',
      })
      const [output, errorText, code] = await Promise.all([
        readOutput(child, options.mostOutput ?? mostOutput),
        readErrors(child.stderr, options.onProgress),
        child.exited,
      ])
      options.signal?.throwIfAborted()
      if (output === undefined) throw tooMuch()
      return {
        code: child.signalCode ? 128 : code,
        output,
        errorText: child.signalCode ? `${errorText}\n${child.signalCode}` : errorText,
      }
    },
    open: (args, options = {}) =>
      Bun.spawn(command(args, options), {
        ...spawning(options),
        stdin: 'pipe',
        stdout: 'pipe',
        stderr: 'ignore',
      }),
  }
}

const mostOutput = 256 * 1024 * 1024

/** All of the output; undefined when it is too long, and then the process is ended. */
async function readOutput(
  child: Bun.Subprocess<'ignore', 'pipe', 'pipe'>,
  most: number,
): Promise<string | undefined> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of child.stdout) {
    length += piece.length
    if (length > most) {
      child.kill('SIGKILL')
      return undefined
    }
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}

const tooMuch = () =>
  new AppError('too_large', 'git lists more refs or files for this repository than this server reads', {
    code: 'repository_too_large',
  })

/** The end of what git wrote, at most 16 KB. */
async function readErrors(
  stream: ReadableStream<Uint8Array>,
  onProgress?: (text: string) => void,
): Promise<string> {
  const decoder = new TextDecoder()
  let kept = ''
  for await (const piece of stream) {
    const text = decoder.decode(piece, { stream: true })
    onProgress?.(text)
    kept = (kept + text).slice(-16_384)
  }
  return kept
}

export const missingGit = () =>
  new AppError('unavailable', 'git is not installed on this server: its operator must install it', {
    code: 'git_missing',
  })
