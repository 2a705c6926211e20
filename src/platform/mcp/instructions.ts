import type { Bound, Dispatcher } from '../dispatch/dispatch'
import { offered } from './catalog'
import { isListed, isVisible, type Selection } from './selection'

/** What an agent reads once, on connecting: which modules there are, which tools no list shows, how answers and errors look. */
export function instructionsFor(dispatcher: Dispatcher, name: string, selection: Selection): string {
  const { module } = selection
  const shown = dispatcher.mounted.filter((mounted) => module === undefined || mounted.module === module)
  const modules = shown.map(({ title, description }) => `- ${title}: ${description}`)
  return [
    `${name} offers these tools, by module:`,
    ...modules,
    ...unlisted(dispatcher, selection),
    'Times are ISO 8601 UTC. Long lists come in pages: pass next_cursor on as cursor. A failed call says in its text what to change.',
  ].join('\n')
}

/** Names the tools that the caller may call and does not see, with what shows them. */
function unlisted({ operations }: Dispatcher, selection: Selection): string[] {
  const hidden = operations.filter((bound) => {
    const one = offered(bound)
    return isVisible(one, selection) && !isListed(one, selection)
  })
  if (hidden.length === 0) return []
  const byModule = Object.entries(Object.groupBy(hidden, ({ module }) => module)) as [string, Bound[]][]
  return [
    'More tools than tools/list shows can be called by their names:',
    ...byModule.map(
      ([module, tools]) => `- ${module}: ${tools.map(({ operation }) => operation.name).join(', ')}`,
    ),
    'To see what they take, let the client connect to /mcp/<module>, or send the header X-MCP-Toolsets with modules or with all; over stdio the flag --mcp-toolsets does the same.',
  ]
}
