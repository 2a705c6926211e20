import { type Command, textOf, UsageError } from './command'
import { exit } from './exit'
import { withPlatform } from './open'
import { columns, count, printData } from './print'

const status: Command = {
  name: 'migrate status',
  summary: 'Say which schema the database has and which one this binary needs',
  details: 'Exits with 1 when they differ.',
  json: true,
  example: 'holdfast migrate status --database-url postgres://holdfast@db.example.com/holdfast',
  run: (invocation) =>
    withPlatform(
      invocation,
      async ({ migrator }) => {
        const { current, needed, newer, pending, changed } = await migrator.status()
        const names = pending.map(({ id, name }) => `${id}_${name}`)
        printData(invocation, { current, needed, newer, pending: names, changed }, () =>
          [
            `schema is at ${current ?? '0000'}, this binary needs ${needed}`,
            ...names.map((name) => `pending: ${name}`),
            ...changed.map((id) => `changed after it had been applied: ${id}`),
            ...(newer ? ['the database was migrated by a newer binary'] : []),
          ].join('\n'),
        )
        return newer || pending.length > 0 || changed.length > 0 ? exit.failed : exit.done
      },
      'any',
    ),
}

const list: Command = {
  name: 'migrate list',
  summary: 'List the steps of the schema and when each was applied',
  json: true,
  example: 'holdfast migrate list',
  run: (invocation) =>
    withPlatform(
      invocation,
      async ({ migrator }) => {
        printData(invocation, await migrator.list(), (steps) =>
          columns([
            ['ID', 'NAME', 'APPLIED'],
            ...steps.map(({ id, name, applied_at, changed }) => [
              id,
              name,
              `${applied_at ?? 'pending'}${changed ? ' (changed since)' : ''}`,
            ]),
          ]),
        )
        return exit.done
      },
      'any',
    ),
}

const up: Command = {
  name: 'migrate up',
  summary: 'Apply pending steps',
  details:
    'Needs a login that owns the database, and a direct or session connection. SQLite is copied to backups/ first.',
  flags: { to: { value: 'N', description: 'stop after this step, e.g. 0003' } },
  json: true,
  example: 'holdfast migrate up --to 0003',
  async run(invocation) {
    const text = textOf(invocation, 'to')
    const to = text === undefined ? undefined : stepId(text)
    return withPlatform(
      invocation,
      async ({ migrator }) => {
        const done = await migrator.up(to)
        const names = done.map(({ id, name }) => `${id}_${name}`)
        printData(invocation, { applied: names }, () =>
          names.length === 0 ? 'nothing to apply' : names.map((name) => `applied ${name}`).join('\n'),
        )
        return exit.done
      },
      'any',
    )
  },
}

const down: Command = {
  name: 'migrate down',
  existing: true,
  summary: 'Take back the newest N steps, and with them what they hold',
  positionals: [{ name: 'N', required: true }],
  json: true,
  example: 'holdfast migrate down 1',
  async run(invocation) {
    const steps = stepCount(invocation.positionals[0]!)
    return withPlatform(
      invocation,
      async ({ migrator }) => {
        const undone = await migrator.down(steps)
        const names = undone.map(({ id, name }) => `${id}_${name}`)
        printData(
          invocation,
          { undone: names },
          () => `took back ${count(names.length, 'step')}: ${names.join(', ')}`,
        )
        return exit.done
      },
      'any',
    )
  },
}

function stepId(text: string): string {
  if (!/^\d{1,4}$/.test(text))
    throw new UsageError('--to takes the number of a step, e.g. 0003', 'migrate up')
  return text.padStart(4, '0')
}

function stepCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new UsageError('migrate down takes a number of steps, e.g. 1', 'migrate down')
  return Number(text)
}

export const migrateCommands = [status, up, down, list]
