import type { ClientFile } from './client-file'
import { jsonText } from './json-text'
import { home, inFolder, joined } from './machine'

/** Windsurf. */
export const windsurf: ClientFile = {
  id: 'windsurf',
  places: (machine) => [
    inFolder(machine, joined(machine, home(machine), '.codeium', 'windsurf'), 'mcp_config.json'),
  ],
  ...jsonText('mcpServers', { comments: true }),
  next: 'Press the refresh button of Cascade’s MCP panel.',
}
