import { readLines } from '../../platform/mcp/bridge/lines'
import { createRelay } from '../../platform/mcp/bridge/relay'
import { scrub } from '../../platform/telemetry/scrub'
import { ServerFault, type Wire } from './conversation'
import type { EntryTarget } from './entry-target'

type Take = (line: string) => void

/** A server by its URL, as a client that speaks Streamable HTTP reaches it. */
export function urlWire({ url, headers }: EntryTarget & { kind: 'url' }, take: Take): Wire {
  const relay = createRelay({
    url,
    headers,
    patienceMs: 0,
    write: (line) => take(line.trim()),
    note: () => {},
  })
  return {
    send: relay.take,
    broken: new Promise(() => {}),
    async close() {
      await relay.close(0)
      return undefined
    },
  }
}

/** What clients let a server have of their own environment. */
const inherited = [
  ...['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER'],
  ...['APPDATA', 'HOMEDRIVE', 'HOMEPATH', 'LOCALAPPDATA', 'PROCESSOR_ARCHITECTURE', 'PROGRAMFILES'],
  ...['SYSTEMDRIVE', 'SYSTEMROOT', 'TEMP', 'USERNAME', 'USERPROFILE'],
]

/** A program that is started as a client starts it: few variables, a folder that is not this one. */
export function programWire(
  target: EntryTarget & { kind: 'program' },
  env: Record<string, string | undefined>,
  cwd: string,
  take: Take,
): Wire {
  const own = Object.fromEntries(inherited.flatMap((name) => (env[name] ? [[name, env[name]]] : [])))
  const child = start([target.command, ...target.args], { ...own, ...target.env }, cwd)
  if (child instanceof ServerFault) return brokenWire(child)
  const written = new Response(child.stderr).text()
  void pump(child.stdout, take)
  return {
    send(line) {
      try {
        child.stdin.write(`${line}\n`)
        child.stdin.flush()
      } catch {
        // It has ended: `broken` tells how.
      }
    },
    broken: child.exited.then(async (code) => earlyEnd(code, await written)),
    async close(answered) {
      await Promise.resolve(child.stdin.end()).catch(() => {})
      const ended = await Promise.race([child.exited, Bun.sleep(answered ? endMs : 0)])
      if (ended === undefined) child.kill('SIGKILL')
      return ended === undefined ? 'it does not end when its stdin ends' : undefined
    },
  }
}

/** Longer than the two seconds that clients grant, for busy machines. */
const endMs = 4000

function start(command: string[], env: Record<string, string | undefined>, cwd: string) {
  try {
    return Bun.spawn(command, { cwd, env, stdin: 'pipe', stdout: 'pipe', stderr: 'pipe' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such program' : scrub(String((error as Error).message))
    return new ServerFault(`it cannot be started: ${reason}`)
  }
}

const brokenWire = (fault: ServerFault): Wire => ({
  send() {},
  broken: Promise.resolve(fault),
  close: async () => undefined,
})

async function pump(stdout: ReadableStream<Uint8Array>, take: Take): Promise<void> {
  for await (const line of readLines(stdout)) if (line.trim()) take(line)
}

function earlyEnd(code: number, written: string): ServerFault {
  const last = written.trim().split('\n').at(-1)
  return new ServerFault(`it ended with exit code ${code}${last ? `: ${scrub(last).slice(0, 300)}` : ''}`)
}
