import type { Database } from 'bun:sqlite'
import { statSync } from 'node:fs'
import type { LocalConnection, LocalProgram, LocalStep, Procedures } from '../../../core/local-database'
import { explainDisk } from '../disk-faults'
import { readLog } from '../log/read-log'
import { explainFault, needsReopening } from '../sqlite/faults'
import { checkVersion, openReader } from '../sqlite/file'
import { checkpointing } from './checkpoints'
import { createLocalConnection } from './connection'
import { createEffort, type Effort, TooLong } from './effort'
import { faultOf, type Opening, type Reply, type Request } from './message'
import { applySteps } from './steps'
import { openWriter } from './writer'

interface Port {
  onmessage: ((event: MessageEvent) => void) | null
  postMessage(message: unknown): void
}

interface Open {
  client: Database
  procedures: Procedures
  effort: Effort
}

/** Turns this worker into a thread of a local database that runs `program`. The first message says which file, and in which role. */
export function serveLocal(port: Port, program: LocalProgram, steps: readonly LocalStep[]): void {
  const tell = (reply: Reply) => port.postMessage(reply)
  let open: Open | undefined
  port.onmessage = ({ data: opening }: MessageEvent<Opening>) => {
    port.onmessage = ({ data: request }: MessageEvent<Request>) => {
      try {
        open ??= openThread(opening, program, steps, (event) => tell({ event }))
        const procedure = open.procedures[request.procedure]
        if (!procedure) throw new Error(`${opening.role} has no procedure ${request.procedure}`)
        open.effort.begin()
        tell({ id: request.id, answer: procedure(request.input) })
      } catch (error) {
        if (error instanceof TooLong) return tell({ id: request.id, tooLong: true })
        if (needsReopening(error)) {
          open?.client.close()
          open = undefined
        }
        tell({ id: request.id, fault: faultOf(explainDisk(explainFault(error))) })
      }
    }
  }
}

function openThread(
  { path, role, options, effort: most }: Opening,
  program: LocalProgram,
  steps: readonly LocalStep[],
  emit: (event: unknown) => void,
): Open {
  const client = role === 'reading' ? openReader(path) : openWriter(path)
  const effort = createEffort(most)
  try {
    const db = createLocalConnection(client, path, effort)
    if (role === 'writing') prepare(db, program, steps)
    const sizeOf = (suffix: string) => statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0
    const procedures =
      role === 'checkpoints' ? checkpointing(db) : program[role](db, { options, readLog, sizeOf, emit })
    return { client, effort, procedures: { ...procedures, ...builtIn(db, client) } }
  } catch (error) {
    client.close()
    throw error
  }
}

function prepare(db: LocalConnection, program: LocalProgram, steps: readonly LocalStep[]): void {
  checkVersion(db.statement<{ version: string }>('select sqlite_version() as version').get()!.version)
  program.adopt?.(db)
  applySteps(db, steps)
}

/** What every thread can do. */
const builtIn = (db: LocalConnection, client: Database): Procedures => ({
  'local.open': () => true,
  'local.rows': ({ sql, values }: { sql: string; values: never[] }) => db.statement(sql).all(...values),
  'local.close': () => client.close(),
})
