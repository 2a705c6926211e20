import { fromJsonSchema, ProtocolError, type Server, type ServerContext } from '@modelcontextprotocol/server'
import type { Tasks } from '../../tasks/tasks'
import type { OpenExchange } from '../exchange'
import { rpcCodes } from '../refusal'
import { declaresTasks, detailed, tasksMissing } from './wire'

let made: ReturnType<typeof makeNaming> | undefined
/** Compiled with the first session that needs it. */
const namingOf = () => {
  made ??= makeNaming()
  return made
}

const makeNaming = () => ({
  params: fromJsonSchema<{ taskId: string }>({
    type: 'object',
    properties: { taskId: { type: 'string', minLength: 1, maxLength: 200 } },
    required: ['taskId'],
  }),
})

/** Answers `tasks/get`, `tasks/update` and `tasks/cancel` for the tasks of whoever asks. */
export function attachTasks(server: Server, open: OpenExchange, tasks: Tasks): void {
  const naming = namingOf()
  const ownerOf = (context: ServerContext) => {
    if (context.mcpReq.envelope === undefined) throw new ProtocolError(-32601, 'Method not found')
    if (!declaresTasks(context)) throw tasksMissing()
    return open(context).principal.id
  }
  server.setRequestHandler('tasks/get', naming, async ({ taskId }, context) => {
    const row = await tasks.get(ownerOf(context), taskId)
    if (!row) throw noTask()
    return detailed(row)
  })
  server.setRequestHandler('tasks/update', naming, async ({ taskId }, context) => {
    const answers = (context.mcpReq.inputResponses ?? {}) as Record<string, unknown>
    if (!(await tasks.answer(ownerOf(context), taskId, answers))) throw noTask()
    return {}
  })
  server.setRequestHandler('tasks/cancel', naming, async ({ taskId }, context) => {
    if (!(await tasks.cancel(ownerOf(context), taskId))) throw noTask()
    return {}
  })
}

/** Gone, never there and another's look alike. */
const noTask = () =>
  new ProtocolError(
    rpcCodes.invalidParams,
    'Task not found: it never was, is over for too long, or is not yours',
  )
