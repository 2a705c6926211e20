import type { Config } from '../../platform/config/settings'

/** The URL under which this machine reaches a listener that is bound to `host`. */
export function localUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/** The URL of the server that runs with these settings on this machine; undefined when none answers. */
export async function findServer({ HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>): Promise<string | undefined> {
  const url = localUrl(HOST, PORT)
  return PORT !== 0 && (await isLive(url)) ? url : undefined
}

/** Whether a Holdfast answers there. */
export async function isLive(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/livez`, { signal: AbortSignal.timeout(1000) })
    return response.ok
  } catch {
    return false
  }
}
