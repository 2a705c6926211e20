import type { Command } from '../command'
import { exit } from '../exit'
import { withApp } from '../open'
import { columns, printData } from '../print'
import { callCode, ownerFlag } from './call'
import { harmless } from './color'

interface Status {
  repositories: {
    name: string
    ref: string | null
    status: string
    commit: string | null
    files: number
    symbols: number
    stale_reason: string | null
    indexed_at: string | null
  }[]
  jobs: { repository: string; status: string; phase: string | null; percent: number | null }[]
}

export const codeStatus: Command = {
  name: 'code status',
  existing: true,
  summary: 'List the indexed repositories, how fresh they are, and what is being indexed',
  flags: { owner: ownerFlag },
  json: true,
  example: 'holdfast code status',
  async run(invocation) {
    return withApp(invocation, async (app) => {
      const { repositories } = await callCode<Pick<Status, 'repositories'>>(
        app,
        invocation,
        'list_repositories',
        {},
      )
      const running = await Promise.all(
        ['processing', 'pending'].map((status) =>
          callCode<Pick<Status, 'jobs'>>(app, invocation, 'list_index_jobs', { status }),
        ),
      )
      printData(invocation, { repositories, jobs: running.flatMap(({ jobs }) => jobs) }, lines)
      return exit.done
    })
  },
}

function lines({ repositories, jobs }: Status): string {
  if (repositories.length === 0)
    return "No repository is indexed yet; 'holdfast code index OWNER/REPO' adds one"
  const rows = repositories.map((row) => [
    harmless(row.ref ? `${row.name}@${row.ref}` : row.name),
    row.commit?.slice(0, 12) ?? '-',
    String(row.files),
    String(row.symbols),
    row.indexed_at ? `${row.indexed_at.slice(0, 16).replace('T', ' ')}Z` : 'never',
    harmless(row.stale_reason ?? 'up to date'),
  ])
  const table = columns([['REPOSITORY', 'COMMIT', 'FILES', 'SYMBOLS', 'INDEXED', 'STATE'], ...rows])
  const running = jobs.map(
    ({ repository, status, phase, percent }) =>
      `${harmless(repository)}: ${status}${phase ? `, ${phase}` : ''}${percent === null ? '' : ` ${percent}%`}`,
  )
  return [table, ...running].join('\n')
}
