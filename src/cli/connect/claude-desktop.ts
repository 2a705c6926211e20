import type { ClientFile } from './client-file'
import { jsonText } from './json-text'
import { applicationData, inFolder, joined, type Machine, type Place, variable } from './machine'

/** Claude Desktop. On Windows its packaged form (the usual one since 2026) reads a folder of its own instead of %APPDATA%. */
export const claudeDesktop: ClientFile = {
  id: 'claude-desktop',
  places(machine) {
    const usual = inFolder(machine, joined(machine, applicationData(machine), 'Claude'), file)
    return machine.os === 'win32' ? [packaged(machine), usual] : [usual]
  },
  ...jsonText('mcpServers'),
  next: 'Quit Claude Desktop completely and start it again.',
}

const file = 'claude_desktop_config.json'

function packaged(machine: Machine): Place {
  const packages = joined(machine, variable(machine, 'LOCALAPPDATA'), 'Packages', 'Claude_pzs8sxrjxfjjc')
  return { file: joined(machine, packages, 'LocalCache', 'Roaming', 'Claude', file), sign: packages }
}
