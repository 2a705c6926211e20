import { version } from '../version'
import type { Command } from './command'
import { exit } from './exit'
import { printData } from './print'

export const versionCommand: Command = {
  name: 'version',
  summary: 'Print the version',
  settings: false,
  json: true,
  example: 'holdfast version',
  async run(invocation) {
    const data = { version, bun: Bun.version, platform: process.platform, arch: process.arch }
    printData(invocation, data, () => `holdfast ${version} (bun ${data.bun}, ${data.platform} ${data.arch})`)
    return exit.done
  },
}
