import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { App } from '../../app'
import { type Command, type Invocation, textOf } from '../command'
import { exit } from '../exit'
import { withApp } from '../open'
import { count, printData } from '../print'
import { callCode, ownerFlag } from './call'
import { harmless } from './color'
import { progressBar } from './progress-bar'

interface Job {
  runId: string
  status: 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled'
  repository: string
  repository_id: string
  commit: string | null
  phase: string | null
  files_done: number
  files_total: number | null
  stats: Record<string, number> | null
  error_message: string | null
}

const pollMs = 200

export const codeIndex: Command = {
  name: 'code index',
  summary: 'Index a git repository: owner/repo, a git URL, or a folder',
  details: 'Shows how far it is and ends with the job. Later runs take only what changed.',
  positionals: [{ name: 'REPOSITORY', required: true }],
  flags: { ref: { value: 'REF', description: 'branch, tag or commit; default the HEAD' }, owner: ownerFlag },
  json: true,
  example: 'holdfast code index expressjs/express',
  async run(invocation) {
    const ref = textOf(invocation, 'ref')
    const repository = addressOf(invocation)
    return withApp(
      invocation,
      async (app) => {
        const input = { repository, ...(ref ? { ref } : {}) }
        const started = await callCode<Job>(app, invocation, 'index_repository', input)
        const job = await follow(app, invocation, started)
        const left = job.stats?.files_skipped ? await skippedFiles(app, invocation, job.repository_id) : []
        printData(invocation, job, () => [summary(job), ...left].join('\n'))
        return job.status === 'completed' ? exit.done : exit.failed
      },
      { jobs: true },
    )
  },
}

/** A folder is named from where the command was started, also one that there is not. */
function addressOf({ positionals, terminal }: Invocation): string {
  const text = positionals[0]!
  const path = resolve(terminal.cwd, text)
  return /^\.{0,2}\//.test(text) || statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : text
}

async function follow(app: App, invocation: Invocation, started: Job): Promise<Job> {
  const bar = progressBar(invocation.terminal)
  let job = started
  while (job.status === 'pending' || job.status === 'processing') {
    bar.show({ phase: job.phase ?? 'waiting', done: job.files_done, total: job.files_total })
    await Bun.sleep(pollMs)
    job = await callCode<Job>(app, invocation, 'get_index_job_status', { runId: started.runId })
  }
  bar.end()
  return job
}

function summary({ repository, status, commit, stats, error_message }: Job): string {
  if (status !== 'completed')
    return `Indexing ${repository} ${status}${error_message ? `: ${error_message}` : ''}`
  return `Indexed ${repository} at ${commit?.slice(0, 12) ?? 'its files'}: ${countsOf(stats ?? {})}`
}

/** Skipped files that are named. */
const mostNamed = 5

/** A line for each of the first files that were left out, with the reason. */
async function skippedFiles(app: App, invocation: Invocation, repository: string): Promise<string[]> {
  const { skipped } = await callCode<{ skipped: { files: { path: string; reason: string }[] } }>(
    app,
    invocation,
    'get_repository',
    { repository },
  )
  return skipped.files
    .slice(0, mostNamed)
    .map(({ path, reason }) => `  skipped: ${harmless(path)} (${reason.replaceAll('_', ' ')})`)
}

/** How many files are searchable, how many of those came or changed; what was left out or went away where there is any. */
function countsOf(stats: Record<string, number>): string {
  const { files_indexed = 0, files_changed = 0, files_skipped = 0, files_removed = 0, seconds = 0 } = stats
  return [
    count(files_indexed, 'file'),
    `${files_changed} of them new or changed`,
    ...(files_skipped > 0 ? [`${files_skipped} skipped`] : []),
    ...(files_removed > 0 ? [`${files_removed} removed`] : []),
    `in ${seconds} s`,
  ].join(', ')
}
