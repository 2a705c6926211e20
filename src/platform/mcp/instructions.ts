import type { Dispatcher } from '../dispatch/dispatch'

/** What an agent reads once, on connecting: which modules there are and how answers and errors look. */
export function instructionsFor(dispatcher: Dispatcher, name: string, module?: string): string {
  const shown = dispatcher.mounted.filter((mounted) => module === undefined || mounted.module === module)
  const modules = shown.map(({ title, description }) => `- ${title}: ${description}`)
  return [
    `${name} offers these tools, by module:`,
    ...modules,
    'Times are ISO 8601 UTC. Long lists come in pages: pass next_cursor on as cursor. A failed call says in its text what to change.',
  ].join('\n')
}
