import type { ClientFile } from './client-file'
import { home, inFolder, joined } from './machine'
import { tomlText } from './toml-text'

/** Codex: the command line, the app and the editor's extension share the file. */
export const codex: ClientFile = {
  id: 'codex',
  places: (machine) => [
    inFolder(machine, machine.env.CODEX_HOME || joined(machine, home(machine), '.codex'), 'config.toml'),
  ],
  ...tomlText('mcp_servers'),
  next: 'Start Codex anew; /mcp shows the server.',
}
