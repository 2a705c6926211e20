import type { ClientFile } from './client-file'
import { jsonText } from './json-text'
import { home, joined } from './machine'

/** Claude Code, for all of the person's projects (its scope `user`). */
export const claudeCode: ClientFile = {
  id: 'claude-code',
  places(machine) {
    const file = joined(machine, machine.env.CLAUDE_CONFIG_DIR || home(machine), '.claude.json')
    return [
      { file, sign: file },
      { file, sign: joined(machine, home(machine), '.claude') },
    ]
  },
  ...jsonText('mcpServers'),
  next: 'Start a new session; /mcp shows the server.',
}
