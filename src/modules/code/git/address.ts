import { isIPv6 } from 'node:net'
import { isAbsolute, resolve } from 'node:path'
import { invalid } from '../../../core/errors'

/** Where a repository is. `url` holds no credentials. */
export type Address =
  | {
      kind: 'remote'
      transport: 'https' | 'http' | 'ssh'
      url: string
      host: string
      port: number
      name: string
    }
  | { kind: 'local'; folder: string; name: string }

const pair = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(\/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){1,5}$/
const scpForm = /^([A-Za-z0-9_][A-Za-z0-9_.-]*)@([A-Za-z0-9][A-Za-z0-9.-]*):(?!\/\/)([^\s]+)$/
const ports = { https: 443, http: 80, ssh: 22 }

/**
 * Reads what people write: `owner/repo` (at `base`), an https or ssh URL, `git@host:owner/repo`, or a folder. Throws `invalid` for anything
 * that git could take for something else.
 */
export function readAddress(text: string, base: string): Address {
  const wanted = text.trim()
  if (/[\p{C}\s]/u.test(wanted)) throw misfit('must not hold blanks or control characters')
  if (isFolder(wanted)) return localAddress(wanted)
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(wanted)) return remoteAddress(wanted, base)
  const scp = scpForm.exec(wanted)
  if (scp) return remoteAddress(`ssh://${scp[1]}@${scp[2]}/${scp[3]}`, base)
  const plain = wanted.replace(/\.git$/, '')
  if (!pair.test(plain) || plain.includes('..'))
    throw misfit('must be owner/repo, an https or ssh URL, or the path of a local folder')
  return remoteAddress(`${base.replace(/\/+$/, '')}/${plain}`, base)
}

export const isFolder = (text: string): boolean =>
  isAbsolute(text) || text === '.' || text === '..' || /^\.{1,2}\//.test(text)

function localAddress(text: string): Address {
  const folder = resolve(text)
  return { kind: 'local', folder, name: folder.split('/').findLast(Boolean) ?? folder }
}

function remoteAddress(text: string, base: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const transport = url?.protocol.slice(0, -1)
  if (!url || (transport !== 'https' && transport !== 'http' && transport !== 'ssh'))
    throw misfit('must be an https or ssh URL: other protocols are refused')
  if (url.password || (transport !== 'ssh' && url.username))
    throw misfit('must not hold credentials: the server has its own setting for them')
  if (url.search || url.hash) throw misfit('must not hold a query or fragment')
  const path = pathOf(url)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/.test(host) && !isIPv6(host)) throw misfit('must name a host')
  if (!/^([A-Za-z0-9_][A-Za-z0-9_.-]*)?$/.test(url.username)) throw misfit('must name a plain user')
  const user = url.username ? `${url.username}@` : ''
  return {
    kind: 'remote',
    transport,
    url: `${transport}://${user}${url.host}/${path}`,
    host,
    port: Number(url.port || ports[transport]),
    name: nameOf(host, path, base),
  }
}

/** The path without slashes at its ends and without `.git`; every part is a plain name. */
function pathOf(url: URL): string {
  const path = decoded(url.pathname)
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '')
  const parts = path.split('/')
  if (!parts.every((part) => /^[A-Za-z0-9_~][A-Za-z0-9_.~+-]*$/.test(part)) || path.includes('..'))
    throw misfit('must lead to a repository: its path holds what no repository has')
  return path
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw misfit('must be a URL whose escapes are valid')
  }
}

/** `owner/repo` at the usual place, `host/owner/repo` elsewhere. */
function nameOf(host: string, path: string, base: string): string {
  const usual = new URL(base)
  const prefix = usual.pathname.replace(/^\/+|\/+$/g, '')
  if (host !== usual.hostname.replace(/^\[|\]$/g, '')) return `${host}/${path}`
  return prefix && path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1) : path
}

/** Throws `invalid` at `path` for a ref that git would take for an option, a range or a pattern. '' is the remote's HEAD. */
export function checkRef(ref: string, path = '/ref'): string {
  const wrong =
    !/^[^\s\p{C}~^:?*[\\]+$/u.test(ref) ||
    /^[-./@+]|\.\.|@\{|\/\/|\.$|\/$|\.lock(\/|$)|\/[.-]/.test(ref) ||
    ref.length > 200
  if (ref !== '' && wrong) throw invalid(path, 'must be a branch, a tag or a whole commit hash')
  return ref
}

const misfit = (message: string) => invalid('/repository', message)
