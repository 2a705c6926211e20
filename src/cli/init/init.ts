import { relative, resolve } from 'node:path'
import { nearest } from '../../platform/config/nearest'
import { targets } from '../../platform/deploy/targets'
import { type Command, textOf, UsageError } from '../command'
import { exit } from '../exit'
import { printData } from '../print'
import { installationOf } from './installation-of'
import { writeArtifacts } from './write'

export const init: Command = {
  name: 'init',
  summary: 'Write the files that a platform runs Holdfast from',
  details: `PLATFORM is one of: ${targets.map(({ name, summary }) => `${name} (${summary})`).join('; ')}. The files fit the present settings: ports, public URL, SQLite or Postgres, Redis, and what else is set. Secrets are named, their values never written; families of settings (METRICS_API_KEY_*) are left to you. A file that was changed is only replaced with --force.`,
  positionals: [{ name: 'PLATFORM', required: true }],
  flags: {
    out: { value: 'DIR', description: 'folder to write into (default: this one)' },
    force: { description: 'replace files that say something else' },
  },
  json: true,
  example: 'holdfast init systemd --public-url https://mcp.example.com --out deploy/systemd',
  async run(invocation) {
    const { terminal, flags, positionals } = invocation
    const target = find(positionals[0]!)
    const installation = installationOf(invocation.load())
    const folder = resolve(terminal.cwd, textOf(invocation, 'out') ?? '.')
    const files = writeArtifacts(folder, target.artifacts(installation), flags.force === true)
    const next = target.next(installation, relative(terminal.cwd, folder) || '.')
    printData(invocation, { platform: target.name, files, next }, () =>
      [
        ...files.map(({ path, state }) => `${state} ${relative(terminal.cwd, path)}`),
        '',
        'Next:',
        ...next.map((line) => `  ${line}`),
      ].join('\n'),
    )
    return exit.done
  },
}

function find(name: string) {
  const target = targets.find((one) => one.name === name)
  if (target) return target
  const names = targets.map((one) => one.name)
  const meant = nearest(name, names)
  const hint = meant ? `; did you mean ${meant}?` : `; there are ${names.join(', ')}`
  throw new UsageError(`init knows no platform ${name}${hint}`, 'init')
}
