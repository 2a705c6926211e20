import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultInstallation, type Installation } from '../../src/platform/deploy/installation'
import { apache, nginx } from '../../src/platform/deploy/proxies'
import { emptyFolder } from '../kit/folder'
import { freePort } from '../kit/postgres-server'
import { findTool, runTool, type Said } from './tool'

export const proxies = {
  nginx: { binary: findTool('nginx', 'nginx'), target: nginx, whole: nginxFile, words: nginxWords },
  apache: { binary: findTool('apache2', 'apache2'), target: apache, whole: apacheFile, words: apacheWords },
}
export type ProxyName = keyof typeof proxies

/** A real proxy before a server, configured by our file with nothing changed in it but ports and certificates. */
export interface ReverseProxy {
  https: number
  http: number
  /** Of the certificate that clients see. */
  ca: string
  /** What its own checker says of the file. */
  check: Said
  stop(): Promise<void>
}

export async function startProxy(
  name: ProxyName,
  port: number,
  prometheusPort: number,
  settings: Partial<Installation> = {},
): Promise<ReverseProxy> {
  const { target, whole, words, binary } = proxies[name]
  const folder = emptyFolder()
  chmodSync(folder, 0o755)
  const [http, https] = [await freePort(), await freePort()]
  const ca = makeCertificate(folder)
  const [artifact] = target.artifacts({
    ...defaultInstallation('1.2.3'),
    ...settings,
    port,
    prometheusPort,
  })
  const text = artifact!.text
    .replaceAll(/\[::\]:(80|443)/g, '[::1]:$1')
    .replaceAll(/((?:listen |\[::1\]:|<VirtualHost \*:))80\b/g, `$1${http}`)
    .replaceAll(/((?:listen |\[::1\]:|<VirtualHost \*:))443\b/g, `$1${https}`)
    .replaceAll('/etc/ssl/certs/holdfast.pem', join(folder, 'cert.pem'))
    .replaceAll('/etc/ssl/private/holdfast.key', join(folder, 'key.pem'))
  writeFileSync(join(folder, 'site.conf'), text)
  const file = join(folder, 'whole.conf')
  writeFileSync(file, whole(folder, [http, https]))
  const check = runTool(binary!, ['-t', ...words(folder, file)])
  const child = spawn(binary!, [...words(folder, file), ...(name === 'apache' ? ['-D', 'FOREGROUND'] : [])], {
    stdio: 'ignore',
  })
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.kill('SIGTERM')) await ended
  }
  await untilOpen(https, () => child.exitCode, `${check.text}${readLog(folder)}`)
  return { https, http, ca, check, stop }
}

const readLog = (folder: string) => {
  try {
    return readFileSync(join(folder, 'error.log'), 'utf8')
  } catch {
    return ''
  }
}

function makeCertificate(folder: string): string {
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=mcp.example.com
    -addext subjectAltName=DNS:mcp.example.com,IP:127.0.0.1 -keyout key.pem -out cert.pem`
  const made = spawnSync('openssl', words.split(/\s+/), { cwd: folder, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`openssl failed: ${made.stderr}`)
  return readFileSync(join(folder, 'cert.pem'), 'utf8')
}

async function untilOpen(port: number, exitCode: () => number | null, said: string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (exitCode() !== null) break
    const open = await Bun.connect({ hostname: '127.0.0.1', port, socket: { data() {} } }).catch(() => null)
    open?.end()
    if (open) return
    await Bun.sleep(25)
  }
  throw new Error(`the proxy did not start: ${said}`)
}

function nginxWords(folder: string, file: string): string[] {
  return ['-p', folder, '-c', file]
}

function nginxFile(folder: string): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  )
  const root = process.getuid?.() === 0 ? 'user root;' : ''
  return `${root} daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
http { access_log off; gzip on; gzip_types *; ${paths.join(' ')} include ${folder}/site.conf; }`
}

function apacheWords(folder: string, file: string): string[] {
  return ['-d', folder, '-f', file]
}

const modules = `mpm_event authz_core authz_host headers http2 mime proxy proxy_http reqtimeout setenvif socache_shmcb ssl alias filter deflate`

function apacheFile(folder: string, ports: number[]): string {
  const loaded = modules
    .split(' ')
    .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
  const root = process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''
  return `ServerName localhost
${loaded.join('\n')}
${root}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
TypesConfig /etc/mime.types
SetOutputFilter DEFLATE
${ports.map((port) => `Listen 127.0.0.1:${port}`).join('\n')}
Include ${folder}/site.conf
`
}
