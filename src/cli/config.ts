import { modules } from '../app'
import { declaredSettings } from '../platform/config/declared'
import type { Command } from './command'
import { exit } from './exit'
import { columns, printData } from './print'

export const configCommand: Command = {
  name: 'config',
  summary: 'Print every setting, its value and where it comes from',
  details: 'Secrets are shown as ********. Wrong settings are listed all at once, with exit code 78.',
  flags: { changed: { description: 'only what is not at its default' } },
  json: true,
  example: 'holdfast config --json',
  async run(invocation) {
    const { entries } = invocation.load()
    const texts = new Map(declaredSettings(modules).map(({ name, setting }) => [name, setting.defaultText]))
    const shown = entries
      .filter(({ source }) => !invocation.flags.changed || (source !== 'default' && source !== 'computed'))
      .map(({ value, source, ...entry }) => ({ ...entry, value, source, default: texts.get(entry.name) }))
    printData(invocation, shown, (rows) =>
      columns([
        ['SETTING', 'VALUE', 'SOURCE'],
        ...rows.map((row) => [
          row.name,
          row.value || (row.source === 'default' ? `(${row.default ?? 'not set'})` : ''),
          row.from && row.from !== row.name ? `${row.source}: ${row.from}` : row.source,
        ]),
      ]),
    )
    return exit.done
  },
}
