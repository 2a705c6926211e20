import type { ClientFile } from './client-file'
import { jsonText } from './json-text'
import { applicationData, configFolder, home, inFolder, joined } from './machine'

/** Zed: its settings, which people comment and format as they like. On macOS too they stand in ~/.config. */
export const zed: ClientFile = {
  id: 'zed',
  places(machine) {
    const { os } = machine
    if (os === 'win32') return [inFolder(machine, joined(machine, applicationData(machine), 'Zed'), file)]
    const folder = os === 'darwin' ? joined(machine, home(machine), '.config') : configFolder(machine)
    return [inFolder(machine, joined(machine, folder, 'zed'), file)]
  },
  ...jsonText('context_servers', { comments: true, trailingCommas: true }),
  next: 'Zed reads it at once; the agent panel’s settings show the server.',
}

const file = 'settings.json'
