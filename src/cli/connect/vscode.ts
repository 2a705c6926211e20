import type { ClientFile } from './client-file'
import { jsonText } from './json-text'
import { applicationData, inFolder, joined } from './machine'

/** VS Code, in the person's default profile. */
export const vscode: ClientFile = {
  id: 'vscode',
  places: (machine) => [
    inFolder(machine, joined(machine, applicationData(machine), 'Code', 'User'), 'mcp.json'),
  ],
  ...jsonText('servers', { comments: true, trailingCommas: true }),
  next: 'Run “MCP: List Servers” in the command palette and start it.',
}
