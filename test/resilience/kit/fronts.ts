import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findTool } from '../../deploy/tool'
import { emptyFolder } from '../../kit/folder'
import { freePort } from '../../kit/postgres-server'

const documents = join(import.meta.dir, '../../../docs')

export const nginxBinary = findTool('nginx', 'nginx')
export const haproxyBinary = findTool('haproxy', 'haproxy')

/** A real nginx that sends everything to one server. */
export interface Nginx {
  url: string
  /** Sends requests there from now on; resolves when the last one that went elsewhere has ended. */
  lead(to: string): Promise<void>
  stop(): Promise<void>
}

export async function prepareNginx(): Promise<Nginx> {
  const folder = emptyFolder()
  const port = await freePort()
  const file = join(folder, 'nginx.conf')
  let running: Bun.Subprocess | undefined
  return {
    url: `http://127.0.0.1:${port}`,
    async lead(to) {
      writeFileSync(file, nginxFile(folder, port, new URL(to).host))
      const before = running ? workersOf(running.pid) : []
      if (running) running.kill('SIGHUP')
      else
        running = Bun.spawn([nginxBinary!, '-p', folder, '-c', file], { stdout: 'ignore', stderr: 'ignore' })
      await untilOpen(port, running)
      const replaced = () => {
        const now = workersOf(running!.pid)
        return now.length > 0 && now.every((pid) => !before.includes(pid))
      }
      while (!replaced()) await Bun.sleep(20)
    },
    async stop() {
      running?.kill('SIGTERM')
      await running?.exited
    },
  }
}

/** The processes that a master of nginx has started. */
function workersOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number)
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[1],
    )
  } catch {
    return undefined
  }
}

async function untilOpen(port: number, child: Bun.Subprocess): Promise<void> {
  while (child.exitCode === null) {
    const open = await Bun.connect({ hostname: '127.0.0.1', port, socket: { data() {} } }).catch(() => null)
    open?.end()
    if (open) return
    await Bun.sleep(20)
  }
  throw new Error(`the proxy ended with ${child.exitCode}`)
}

// Clients of the rehearsal make a connection for each request: one that nginx keeps for them ends with its old workers.
const nginxFile = (folder: string, port: number, to: string) => `
daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log off; keepalive_timeout 0;
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  upstream holdfast { server ${to}; keepalive 8; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://holdfast; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Host ${to};
    }
  }
}`

/** A real HAProxy with the lines of docs/operations.md before the server on `port`. */
export async function startHaproxy(port: number): Promise<{ url: string; stop(): Promise<void> }> {
  const front = await freePort()
  const lines = /```haproxy\n([\s\S]*?)```/.exec(readFileSync(join(documents, 'operations.md'), 'utf8'))![1]!
  const file = join(emptyFolder(), 'haproxy.cfg')
  const text = lines
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${front}`)
    .replaceAll('127.0.0.1:8890', `127.0.0.1:${port}`)
    .replaceAll('127.0.0.1:8899', `127.0.0.1:${await freePort()}`)
  writeFileSync(file, text)
  const child = Bun.spawn([haproxyBinary!, '-db', '-f', file], { stdout: 'ignore', stderr: 'ignore' })
  await untilOpen(front, child)
  return {
    url: `http://127.0.0.1:${front}`,
    async stop() {
      child.kill('SIGTERM')
      await child.exited
    },
  }
}
