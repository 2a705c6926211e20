import { nearest } from '../../platform/config/nearest'
import { clientIds } from '../../platform/mcp/clients/forms'
import { type Invocation, UsageError } from '../command'
import { locate } from './apply'
import type { ClientFile } from './client-file'
import { clientFiles } from './client-files'
import type { Machine } from './machine'

/** The clients that a command line names: one, or with --all those on this machine. Throws UsageError. */
export function chosenClients(
  { positionals: [id], flags }: Invocation,
  machine: Machine,
): readonly ClientFile[] {
  if (flags.all) {
    if (id !== undefined) throw new UsageError('connect takes a client or --all, not both', 'connect')
    const found = clientFiles.filter((client) => locate(client, machine).installed)
    if (found.length === 0)
      throw new Error('no client was found on this machine; name one, e.g. connect cursor')
    return found
  }
  if (id === undefined) throw new UsageError(`connect needs a client: ${clientIds.join(', ')}`, 'connect')
  return [clientNamed(id, 'connect')]
}

/** The client of that name; throws UsageError. */
export function clientNamed(id: string, command: string): ClientFile {
  const found = clientFiles.find((client) => client.id === id)
  if (found) return found
  const meant = nearest(id, clientIds)
  const hint = meant ? `did you mean ${meant}?` : `there are ${clientIds.join(', ')}`
  throw new UsageError(`there is no client ${id}; ${hint}`, command)
}
