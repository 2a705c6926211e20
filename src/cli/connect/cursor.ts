import type { ClientFile } from './client-file'
import { jsonText } from './json-text'
import { home, inFolder, joined } from './machine'

/** Cursor, for all projects. */
export const cursor: ClientFile = {
  id: 'cursor',
  places: (machine) => [inFolder(machine, joined(machine, home(machine), '.cursor'), 'mcp.json')],
  ...jsonText('mcpServers', { comments: true, trailingCommas: true }),
  next: 'Cursor reads it at once; its settings show the server under MCP.',
}
