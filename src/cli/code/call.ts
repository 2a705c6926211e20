import type { App } from '../../app'
import { type Flag, type Invocation, textOf, UsageError } from '../command'
import { localPrincipal } from '../stdio'

export const ownerFlag: Flag = {
  value: 'ID',
  description: 'whose repositories: the owner as keys list it; default local, whom stdio serves',
}

/** Calls an operation of the code index as the owner that the command names. */
export async function callCode<T>(
  app: App,
  invocation: Invocation,
  name: string,
  input: unknown,
  signal: AbortSignal = new AbortController().signal,
): Promise<T> {
  const bound = app.dispatcher.find(name)
  if (!bound) throw new UsageError('the code index is not among MODULES', 'config')
  const output = await app.dispatcher.dispatch(bound, input, {
    principal: { ...localPrincipal, id: textOf(invocation, 'owner') ?? localPrincipal.id },
    requestId: crypto.randomUUID(),
    transport: 'cli',
    signal,
    header: () => undefined,
  })
  return output as T
}
