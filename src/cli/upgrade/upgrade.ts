import { existsSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Loaded } from '../../platform/config/load'
import type { Candidate } from '../../platform/upgrade/candidate'
import { inContainer, keeperOf, platformName } from '../../platform/upgrade/platform'
import { type Archive, openRelease } from '../../platform/upgrade/release'
import { previousOf } from '../../platform/upgrade/replace'
import { rollBack, type Upgrading, upgradeTo } from '../../platform/upgrade/upgrade'
import { version } from '../../version'
import { dataDirOf } from '../backup/installation'
import { progressBar } from '../backup/progress'
import { type Command, type Invocation, textOf, UsageError } from '../command'
import { exit } from '../exit'
import { count, printData } from '../print'

export const upgrade: Command = {
  name: 'upgrade',
  summary: 'Replace this program by another release, and keep it beside the new one',
  details:
    'The archive is compared with SHA256SUMS, the program in it is asked for its version and whether it knows the schema of the data; only then it takes the place of this one, in one step, and this one stays as holdfast.previous. A running server goes on until it is restarted. Declines what a package or a container looks after. With --check, exits with 1 when there is a newer release.',
  flags: {
    from: {
      value: 'PLACE',
      description: 'folder, archive or https:// address of the release',
    },
    release: { value: 'VERSION', description: 'this one, also when it is older; default: the newest there' },
    check: { description: 'only say what there is' },
    rollback: { description: 'go back to holdfast.previous' },
    force: { description: 'also inside a container, until its next start' },
  },
  json: true,
  example: 'holdfast upgrade --from https://downloads.example.com/holdfast',
  async run(invocation) {
    if (invocation.flags.rollback) {
      const work = upgrading(invocation)
      return report(invocation, work, await rollBack(work))
    }
    const from = textOf(invocation, 'from')
    if (!from) throw new UsageError('--from is missing: where the release is published', 'upgrade')
    const isUrl = /^[a-z]+:\/\//i.test(from)
    const place = isUrl ? from : resolve(invocation.terminal.cwd, from)
    if (invocation.flags.check)
      return check(invocation, choose(invocation, (await openRelease(place, platformName())).archives))
    const work = upgrading(invocation)
    const release = await openRelease(place, platformName())
    const archive = choose(invocation, release.archives)
    if (archive.version === version && textOf(invocation, 'release') === undefined)
      return report(invocation, work, undefined)
    const { progress, end } = progressBar(invocation.terminal)
    return report(invocation, work, await upgradeTo({ ...work, progress }, release, archive).finally(end))
  },
}

function choose(invocation: Invocation, archives: readonly Archive[]): Archive {
  const wanted = textOf(invocation, 'release')
  const found = wanted === undefined ? archives[0]! : archives.find((one) => one.version === wanted)
  if (!found)
    throw new Error(
      `there is no ${wanted} for ${platformName()} there; there is ${archives.map((one) => one.version).join(', ')}`,
    )
  if (wanted === undefined && Bun.semver.order(found.version, version) < 0)
    throw new Error(
      `the newest there is ${found.version}, this is ${version}: to go back say --release ${found.version}`,
    )
  return found
}

function check(invocation: Invocation, { version: newest }: Archive): number {
  const isNewer = Bun.semver.order(newest, version) > 0
  printData(invocation, { version, newest, newer: isNewer }, () =>
    isNewer ? `there is ${newest}; this is ${version}` : `this is ${version}, and there is nothing newer`,
  )
  return isNewer ? exit.failed : exit.done
}

/** What is to be replaced. Throws where that is not this command's to do. */
function upgrading(invocation: Invocation): Work {
  const { terminal, flags } = invocation
  const [program, ...rest] = terminal.self
  if (rest.length > 0)
    throw new Error(
      'this runs from its source, not from a released binary: bring the source up to date instead',
    )
  if (process.platform === 'win32')
    throw new Error(
      'Windows keeps a running program where it is: stop it and put the new one in its place by hand',
    )
  const binary = realpathSync(program!)
  const keeper = keeperOf(binary)
  if (keeper) throw new Error(keeper)
  if (inContainer(terminal.env) && !flags.force)
    throw new Error(
      'inside a container the next start would bring this version back: deploy the new image instead (--force replaces the file all the same)',
    )
  const loaded = invocation.load()
  return { binary, data: dataOf(invocation, loaded), dataDir: dataDirOf(loaded) }
}

interface Work extends Upgrading {
  dataDir: string
}

/** What another binary needs to look at the same data; nothing where there is none. */
function dataOf({ terminal }: Invocation, loaded: Loaded): Upgrading['data'] {
  const { DATABASE_URL, DATABASE_SSL_CA } = loaded.config
  const DATA_DIR = dataDirOf(loaded)
  if (!DATABASE_URL && !existsSync(join(DATA_DIR, 'holdfast.db'))) return undefined
  return { ...terminal.env, DATA_DIR, DATABASE_URL, DATABASE_SSL_CA }
}

/** Nothing was done where there is no `candidate`. */
function report(invocation: Invocation, work: Work, candidate: Candidate | undefined): number {
  const { binary } = work
  const to = candidate?.version ?? version
  const data = { from: version, to, binary, previous: previousOf(binary), schema: candidate?.schema ?? null }
  printData(invocation, data, () => (candidate ? describe(work, candidate) : `this is ${version} already`))
  return exit.done
}

function describe({ binary, dataDir }: Work, { version: now, schema }: Candidate): string {
  const unseen = `there is no data in ${dataDir}, so nobody asked whether ${now} knows its schema: name it with --data-dir or --env-file`
  const pending = schema?.pending.length ?? 0
  const steps = `${count(pending, 'schema step')} to come: at the next start on SQLite (copied before), by 'holdfast migrate up' on Postgres`
  return [
    `${binary} is ${now} now; ${version} stays as ${previousOf(binary)}`,
    ...(schema === undefined
      ? [unseen]
      : pending > 0
        ? [steps]
        : [`schema ${schema.current} is what it needs`]),
    "next: restart the server, then 'holdfast doctor'; 'holdfast upgrade --rollback' goes back",
  ].join('\n')
}
