import { version as release } from 'swagger-ui-dist/package.json'
import styles from 'swagger-ui-dist/swagger-ui.css' with { type: 'file' }
import bundle from 'swagger-ui-dist/swagger-ui-bundle.js' with { type: 'file' }
import { asset } from './asset'
import { documentPath } from './openapi'
import type { Route } from './routes'

/** Pages and assets of Swagger UI, out of the binary: no CDN, no inline script. */
export function swaggerRoutes(title: string): Route[] {
  const under = `/swagger/${release}-${Bun.hash(start + icon).toString(36)}`
  return [
    { method: 'GET', path: '/swagger', quiet: true, handle: () => page(title, under) },
    kept(`${under}/swagger-ui.js`, 'text/javascript; charset=utf-8', () => Bun.file(bundle).bytes()),
    kept(`${under}/swagger-ui.css`, 'text/css; charset=utf-8', () => Bun.file(styles).bytes()),
    kept(`${under}/start.js`, 'text/javascript; charset=utf-8', () => bytesOf(start)),
    kept(`${under}/icon.svg`, 'image/svg+xml', () => bytesOf(icon)),
  ]
}

/** Its path names the release, so it may be kept for ever. */
const kept = (path: string, type: string, read: () => Promise<Uint8Array>) =>
  asset({ path, type, read, caching: 'public, max-age=31536000, immutable' })

/** Swagger UI sets styles on elements and draws icons from `data:`; scripts and requests stay at home. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const bytesOf = async (text: string) => new TextEncoder().encode(text)

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

function page(title: string, under: string): Response {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} API</title>
<link rel="icon" href="${under}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${under}/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${under}/swagger-ui.js"></script>
<script src="${under}/start.js"></script>
</body>
</html>
`
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy,
    'Cache-Control': 'no-cache',
  }
  return new Response(html, { headers })
}

/** The key stays in the page's memory: it is not persisted. */
const start = `SwaggerUIBundle(${JSON.stringify({
  url: documentPath,
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  filter: true,
  persistAuthorization: false,
  tryItOutEnabled: false,
  validatorUrl: null,
})})
`

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#14532d"/>
<path d="M5 3v10M11 3v10M5 8h6" stroke="#fff" stroke-width="2" fill="none"/></svg>`
