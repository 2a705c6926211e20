import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  MissingRequiredClientCapabilityError,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { TaskRow } from '../../tasks/tables'

/** The extension's name, in the capabilities of both sides. */
export const tasksExtension = 'io.modelcontextprotocol/tasks'

/** True when the request says that its client can poll; only requests of 2026-07-28 can say so. */
export function declaresTasks({ mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as Record<string, unknown> | undefined
  const declared = envelope?.[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined
  return declared?.extensions?.[tasksExtension] !== undefined
}

/** What a client is told that cannot poll. */
export const tasksMissing = () =>
  new MissingRequiredClientCapabilityError(
    { requiredCapabilities: { extensions: { [tasksExtension]: {} } } },
    `Missing client capability: declare the extension ${tasksExtension}`,
  )

/** A task as `tools/call` announces it: without what it may hold in the end. */
export function announced(row: TaskRow) {
  return {
    taskId: row.id,
    status: row.status,
    ...(row.message !== null && { statusMessage: row.message }),
    createdAt: row.created_at.toISOString(),
    lastUpdatedAt: row.updated_at.toISOString(),
    ttlMs: row.expires_at.getTime() - row.created_at.getTime(),
    pollIntervalMs: pollInterval(row),
  }
}

/** A task as `tasks/get` and notifications tell of it. */
export const detailed = (row: TaskRow) => ({
  ...announced(row),
  ...(row.status === 'completed' && { result: row.outcome }),
  ...(row.status === 'failed' && { error: row.outcome }),
  ...(row.status === 'input_required' && { inputRequests: row.questions }),
})

/** Young tasks are often nearly done; old ones take their time. */
const pollInterval = ({ created_at, updated_at }: TaskRow): number =>
  updated_at.getTime() - created_at.getTime() < 30_000 ? 1000 : 5000
