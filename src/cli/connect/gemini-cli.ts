import type { ClientFile } from './client-file'
import { jsonText } from './json-text'
import { home, inFolder, joined } from './machine'

/** Gemini CLI, for all projects. */
export const geminiCli: ClientFile = {
  id: 'gemini-cli',
  places: (machine) => [
    inFolder(
      machine,
      joined(machine, machine.env.GEMINI_CLI_HOME || home(machine), '.gemini'),
      'settings.json',
    ),
  ],
  ...jsonText('mcpServers', { comments: true }),
  next: 'Start Gemini CLI anew; /mcp shows the server.',
}
