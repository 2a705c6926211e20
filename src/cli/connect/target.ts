import { keyVariable } from '../../platform/mcp/bridge/refusals'
import type { Entry, RemoteServer } from '../../platform/mcp/clients/form'
import { type ClientId, formOf } from '../../platform/mcp/clients/forms'

/** What a client is to be connected with: a server by its URL, or this program on a folder of data. */
export type Target = RemoteServer | { dataDir: string }

/** The entry for a client: the URL where it takes one, else this program (the words of `self`) as the bridge to it. */
export function entryFor(client: ClientId, target: Target, self: readonly string[]): Entry {
  const form = formOf(client)
  const [command, ...args] = self as [string, ...string[]]
  if ('dataDir' in target) {
    return form.program({ command, args: [...args, 'stdio'], env: { DATA_DIR: target.dataDir } })
  }
  if (form.remote) return form.remote(target)
  return form.program({
    command,
    args: [...args, 'stdio', '--remote', target.url],
    env: { [keyVariable]: target.key },
  })
}
