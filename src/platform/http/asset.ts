import type { Route } from './routes'

export interface AssetSource {
  path: string
  /** Media type. */
  type: string
  /** Value of `Cache-Control`. */
  caching: string
  /** Called once, when first asked for. */
  read(): Promise<Uint8Array>
}

interface Loaded {
  plain: Uint8Array
  packed: Uint8Array
  tag: string
}

/** A GET route for bytes that do not change while the process lives; compressed once, with an ETag. */
export function asset({ path, type, caching, read }: AssetSource): Route {
  let loaded: Promise<Loaded> | undefined
  return {
    method: 'GET',
    path,
    quiet: true,
    async handle({ request }) {
      loaded ??= read().then(pack)
      const { plain, packed, tag } = await loaded
      const headers = { 'Content-Type': type, 'Cache-Control': caching, ETag: tag, Vary: 'Accept-Encoding' }
      if (request.headers.get('if-none-match')?.includes(tag))
        return new Response(null, { status: 304, headers })
      const zips = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
      if (!zips) return new Response(plain as Uint8Array<ArrayBuffer>, { headers })
      return new Response(packed as Uint8Array<ArrayBuffer>, {
        headers: { ...headers, 'Content-Encoding': 'gzip' },
      })
    },
  }
}

function pack(plain: Uint8Array): Loaded {
  const packed = Bun.gzipSync(plain as Uint8Array<ArrayBuffer>)
  return { plain, packed, tag: `W/"${Bun.hash(plain).toString(36)}"` }
}
