import { CLIENT_CAPABILITIES_META_KEY, SUBSCRIPTION_ID_META_KEY } from '@modelcontextprotocol/server'
import type { Tasks } from '../../tasks/tasks'
import { makeRefusal, type Refusal } from '../refusal'
import { detailed, tasksExtension, tasksMissing } from './wire'

type Members = Record<string, unknown>

/** A `subscriptions/listen` that asks for tasks, which the SDK knows nothing of. */
export interface TaskListen {
  /** What the SDK is asked instead: a stream without a wish of its own would end at once. */
  body: Members
  taskIds: string[]
  /** The client wants to hear of the list of resources, too. */
  wantsList: boolean
}

/** Tasks that one stream follows at most. */
const mostFollowed = 100

/** Undefined for every other request; a refusal for a client that cannot know what tasks are. */
export function taskListenOf(message: unknown): TaskListen | Refusal | undefined {
  const { method, params } = Object(message) as { method?: unknown; params?: Members }
  const filter = params?.notifications as Members | undefined
  if (method !== 'subscriptions/listen' || !Array.isArray(filter?.taskIds)) return undefined
  const meta = params?._meta as Members | undefined
  const declared = meta?.[CLIENT_CAPABILITIES_META_KEY] as { extensions?: Members } | undefined
  if (declared?.extensions?.[tasksExtension] === undefined) return missing
  const { taskIds, ...rest } = filter
  const notifications = { ...rest, resourcesListChanged: true }
  return {
    body: { ...(message as Members), params: { ...params, notifications } },
    taskIds: [...new Set(taskIds.filter((id: unknown) => typeof id === 'string'))].slice(0, mostFollowed),
    wantsList: rest.resourcesListChanged === true,
  }
}

const missing: Refusal = (() => {
  const { code, message, data } = tasksMissing()
  return { ...makeRefusal(400, code, message), data: data as Members }
})()

/** The SDK's stream with what becomes of the owner's tasks: each as it stands now, then every change of this process' making. */
export async function followTasks(
  stream: Response,
  { taskIds, wantsList }: TaskListen,
  owner: string,
  tasks: Tasks,
): Promise<Response> {
  const found = await Promise.all(taskIds.map((id) => tasks.get(owner, id)))
  const followed = new Set(found.flatMap((row) => (row ? [row.id] : [])))
  const encoder = new TextEncoder()
  let id: unknown
  let stop = () => {}
  const merged = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      const text = new TextDecoder().decode(bytes)
      const message = messageIn(text)
      if (message?.method === 'notifications/resources/list_changed' && !wantsList) return
      if (message?.method !== acknowledged) return controller.enqueue(bytes)
      id = metaOf(message)[SUBSCRIPTION_ID_META_KEY]
      controller.enqueue(encoder.encode(frameOf(acknowledge(message, [...followed], wantsList))))
      const tell = async (task: string) => {
        const row = await tasks.get(owner, task)
        const params = row && { ...detailed(row), _meta: { [SUBSCRIPTION_ID_META_KEY]: id } }
        if (params) controller.enqueue(encoder.encode(frameOf({ method: 'notifications/tasks', params })))
      }
      stop = tasks.watch((whose, task) => {
        if (whose === owner && followed.has(task)) tell(task).catch(() => stop())
      })
      for (const task of followed) tell(task).catch(() => {})
    },
    flush: () => stop(),
  })
  const body = endingWith(stream.body!.pipeThrough(merged), () => stop())
  return new Response(body, { status: stream.status, headers: stream.headers })
}

const acknowledged = 'notifications/subscriptions/acknowledged'

const metaOf = (message: Members) => ((message.params as Members | undefined)?._meta ?? {}) as Members

function acknowledge(message: Members, taskIds: string[], wantsList: boolean): Members {
  const params = message.params as Members
  const { resourcesListChanged, ...others } = params.notifications as Members
  const notifications = { ...others, ...(wantsList && { resourcesListChanged }), taskIds }
  return { ...message, params: { ...params, notifications } }
}

/** The message of a chunk; the SDK writes one event a chunk. Undefined for a comment. */
function messageIn(text: string): Members | undefined {
  const data = /^data: (.*)$/m.exec(text)?.[1]
  return data === undefined ? undefined : (JSON.parse(data) as Members)
}

const frameOf = (message: Members) =>
  `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`

/** The same stream; `ended` is told when its reader goes away. */
function endingWith(body: ReadableStream<Uint8Array>, ended: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel(reason) {
      ended()
      return reader.cancel(reason)
    },
  })
}
