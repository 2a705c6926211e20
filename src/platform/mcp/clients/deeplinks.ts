import { authorization } from './form'

/** A link that makes Cursor offer to add the server; the key is to be put in afterwards. */
export function cursorLink(name: string, url: string, key: string): string {
  const config = Buffer.from(JSON.stringify({ url, headers: authorization(key) })).toString('base64')
  return `cursor://anysphere.cursor-deeplink/mcp/install?name=${encodeURIComponent(name)}&config=${encodeURIComponent(config)}`
}

/** A link that makes VS Code offer to add the server; it asks for the key itself and keeps it out of the file. */
export function vscodeLink(name: string, url: string): string {
  const id = `${name}-key`
  const config = {
    name,
    type: 'http',
    url,
    headers: authorization(`\${input:${id}}`),
    inputs: [{ type: 'promptString', id, description: 'API key', password: true }],
  }
  return `vscode:mcp/install?${encodeURIComponent(JSON.stringify(config))}`
}
