/** Requests without an effect that a second one would double. */
const methods = new Set([
  'initialize',
  'server/discover',
  'ping',
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'subscriptions/listen',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'tasks/get',
  'tasks/list',
])

/** True for what may be sent again when it is unknown whether it arrived. Tool calls may not. */
export const isRepeatable = (method: string | undefined) => method !== undefined && methods.has(method)
