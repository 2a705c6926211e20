import { table } from '../../core/table'

/** `input_required` waits for answers of the client; the last three are final. */
export type TaskStatus = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled'

/** Members of a JSON object. */
export type Members = Record<string, unknown>

/** Calls that run on while their client polls. */
export const taskRows = table('mcp_tasks', 'owner', (c) => ({
  id: c.id(),
  owner: c.text().notNull(),
  tool: c.text().notNull(),
  /** What the tool is called with. */
  input: c.json<Members>().notNull(),
  /** Who called, as they were then: everything of the principal but its id. */
  caller: c.json<Members>().notNull(),
  status: c.text().notNull().$type<TaskStatus>(),
  /** How far it is, or why it ended. */
  message: c.text(),
  /** The result of a completed task, the error of a failed one. */
  outcome: c.json<Members>(),
  /** What the client is asked and has not answered, by key. */
  questions: c.json<Members>(),
  /** What the client answered, by key. */
  answers: c.json<Members>(),
  /** Runs begun. */
  attempts: c.small().notNull(),
  /** Which process runs it, and until when that is believed. */
  lease_by: c.text(),
  lease_until: c.time(),
  created_at: c.time().notNull(),
  updated_at: c.time().notNull(),
  /** It is gone after this. */
  expires_at: c.time().notNull(),
}))

export type TaskRow = ReturnType<typeof taskRows.on>['$inferSelect']
