import { listBackups, listed } from '../../platform/backup/manifest'
import { openTarget } from '../../platform/backup/open-target'
import type { Command } from '../command'
import { exit } from '../exit'
import { columns, printData } from '../print'
import { sizeText } from './size'

export const list: Command = {
  name: 'backup list',
  summary: 'List the backups, the newest first',
  json: true,
  example: 'holdfast backup list',
  async run(invocation) {
    const target = openTarget(invocation.load().config)
    const { whole, damaged } = await listBackups(target)
    const backups = whole.map(listed)
    printData(invocation, { location: target.location, backups, damaged }, () =>
      backups.length + damaged.length === 0
        ? `there is no backup in ${target.location}`
        : columns([
            ['NAME', 'CREATED', 'SIZE', 'FILES', 'SCHEMA', 'VERSION', 'ENCRYPTED'],
            ...backups.map((one) => [
              one.name,
              one.created_at,
              sizeText(one.bytes),
              String(one.files),
              one.schema ?? '-',
              one.version,
              one.encrypted ? 'yes' : 'no',
            ]),
            ...damaged.map((name) => [name, 'damaged manifest', '-', '-', '-', '-', '-']),
          ]),
    )
    return exit.done
  },
}
