import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './postgres-server'

/** A real PgBouncer in transaction mode, on a random port. */
export interface Bouncer {
  /** The same database through the pooler; says so with `pgbouncer=true`. */
  url(direct: string): string
  stop(): void
}

/** The binary, or null where the package is not installed. */
export const findPgBouncer = () => Bun.which('pgbouncer', { PATH: `${process.env.PATH}:/usr/sbin` })

const nobody = { uid: 65534, gid: 65534 }
const asRoot = process.getuid?.() === 0

const configFor = (port: number, serverPort: number, folder: string, size: number) => `[databases]
* = host=127.0.0.1 port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(folder, 'users.txt')}
pool_mode = transaction
default_pool_size = ${size}
max_client_conn = 200
logfile = ${join(folder, 'log')}
`

/** Starts one before the server on `serverPort`, with `size` connections to it for each database and login. */
export async function startPgBouncer(
  serverPort: number,
  logins: Record<string, string>,
  size = 2,
): Promise<Bouncer> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-pgbouncer-'))
  const users = Object.entries(logins).map(([login, password]) => `"${login}" "${password}"`)
  writeFileSync(join(folder, 'users.txt'), `${users.join('\n')}\n`)
  writeFileSync(join(folder, 'pgbouncer.ini'), configFor(port, serverPort, folder, size))
  if (asRoot) {
    chmodSync(folder, 0o755)
    chownSync(folder, nobody.uid, nobody.gid)
  }
  const child = launch(folder)
  const stop = () => {
    process.off('exit', stop)
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.on('exit', stop)
  await untilListening(port)
  const url = (direct: string) => {
    const through = new URL(direct)
    through.port = String(port)
    through.searchParams.set('pgbouncer', 'true')
    return through.href
  }
  return { url, stop }
}

function launch(folder: string): ChildProcess {
  const binary = findPgBouncer()
  if (!binary) throw new Error('pgbouncer is not installed')
  // PgBouncer refuses to run as root.
  return spawn(binary, [join(folder, 'pgbouncer.ini')], { stdio: 'ignore', ...(asRoot ? nobody : {}) })
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (up) return
    await Bun.sleep(25)
  }
  throw new Error('pgbouncer did not start')
}
