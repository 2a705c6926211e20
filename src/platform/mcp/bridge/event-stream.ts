import { readLines } from './lines'

/** One event of a stream of server-sent events. */
export interface StreamEvent {
  data: string
  /** To resume after this event. */
  id?: string
  /** Milliseconds that the server wants between two connections. */
  retry?: number
}

/** The events of a stream as they come, also those that only carry an id. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  let event: StreamEvent & { lines: string[] } = { data: '', lines: [] }
  for await (const line of readLines(body)) {
    if (line !== '') {
      addField(event, line)
      continue
    }
    const { lines, ...rest } = event
    if (lines.length > 0 || rest.id !== undefined || rest.retry !== undefined) {
      yield { ...rest, data: lines.join('\n') }
    }
    event = { data: '', lines: [] }
  }
}

function addField(event: StreamEvent & { lines: string[] }, line: string): void {
  const at = line.indexOf(':')
  const name = at < 0 ? line : line.slice(0, at)
  const value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '')
  if (name === 'data') event.lines.push(value)
  if (name === 'id' && !value.includes('\0')) event.id = value
  if (name === 'retry' && /^\d{1,9}$/.test(value)) event.retry = Number(value)
}
