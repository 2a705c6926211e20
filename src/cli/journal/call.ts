import type { App } from '../../app'
import { normalizeEmail, ownerOfEmail } from '../../platform/identity/email'
import { type Flag, type Invocation, textOf, UsageError } from '../command'
import { localPrincipal } from '../stdio'
import { type FormatName, formats } from './file-parts'

export const ownerFlag: Flag = {
  value: 'ID',
  description:
    'whose journal: the owner as keys and subscriptions list it; an email address stands for its hash',
  required: true,
}
export const formatFlag: Flag = { value: 'FORMAT', description: 'json (default), csv or markdown' }

/** Calls an operation of the journal as the owner that the command names. */
export async function callAsOwner<T>(
  app: App,
  invocation: Invocation,
  name: string,
  input: unknown,
): Promise<T> {
  const bound = app.dispatcher.find(name)
  if (!bound) throw new UsageError('the journal is not among MODULES', 'config')
  const output = await app.dispatcher.dispatch(bound, input, {
    principal: { ...localPrincipal, id: ownerOf(app, textOf(invocation, 'owner')!) },
    requestId: crypto.randomUUID(),
    transport: 'cli',
    signal: new AbortController().signal,
    header: () => undefined,
  })
  return output as T
}

function ownerOf({ config }: App, text: string): string {
  if (!text.includes('@')) return text
  const email = normalizeEmail(text)
  if (email === undefined) throw new UsageError('--owner takes an id or an email address')
  return ownerOfEmail(email, config.IDENTITY_NAMESPACE)
}

/** The format that was asked for, else the one of the file's name, else JSON. */
export function formatOf(invocation: Invocation, file: string | undefined): FormatName {
  const asked = textOf(invocation, 'format')
  const found = formats.find((format) => format === asked)
  if (asked !== undefined && !found) throw new UsageError(`--format takes one of ${formats.join(', ')}`)
  if (found) return found
  if (file?.endsWith('.csv')) return 'csv'
  return file && /\.(md|markdown)$/.test(file) ? 'markdown' : 'json'
}
