import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { App } from '../../app'
import type { Streamed } from '../../core/module'
import { type Command, type Invocation, textOf, UsageError } from '../command'
import { firstSignal } from '../drain'
import { exit } from '../exit'
import { withApp } from '../open'
import { localPrincipal } from '../stdio'
import { progressBar } from './progress'

const path = '/api/v1/metrics/export'
const formats = ['parquet', 'csv', 'jsonl']

export const exportMetrics: Command = {
  name: 'metrics export',
  existing: true,
  summary: 'Write the raw metrics of a period to stdout or a file',
  details:
    'Streams: memory stays small whatever the size. A file is there whole or not at all. Times are ISO 8601 (without zone: UTC) or how long ago, such as 7d. Parquet needs --out.',
  flags: {
    format: {
      value: 'FORMAT',
      description: 'parquet, csv or jsonl; default by the name of the file, else jsonl',
    },
    from: { value: 'TIME', description: 'start; default: all there is' },
    to: { value: 'TIME', description: 'end, not included; default now' },
    type: { value: 'TYPE', description: 'metrics of one type, e.g. tool_execution' },
    service: { value: 'NAME', description: 'metrics of one sender' },
    out: { value: 'FILE', description: 'write here instead of stdout' },
  },
  example: 'holdfast metrics export --format parquet --from 30d --out metrics.parquet',
  async run(invocation) {
    const out = textOf(invocation, 'out')
    const format = formatOf(invocation, out)
    if (format === 'parquet' && !out)
      throw new UsageError('a Parquet file needs --out FILE', 'metrics export')
    return withApp(invocation, async (app) => {
      if (!out) return toStdout(invocation, await begin(app, invocation, format))
      const bar = progressBar(invocation.terminal, 'metrics looked at')
      let written = 0
      const body = await begin(app, invocation, format, (so) => {
        written = so.written
        bar.show(Math.min(so.looked, so.total), so.total)
      })
      const ended = await toFile(invocation, body, resolve(invocation.terminal.cwd, out)).finally(bar.end)
      invocation.terminal.warn(
        ended ? `Cancelled: ${out} was not written\n` : `${counted(written)} exported to ${out}\n`,
      )
      return ended ? exit.failed : exit.done
    })
  },
}

const counted = (metrics: number) => `${metrics.toLocaleString('en')} ${metrics === 1 ? 'metric' : 'metrics'}`

function formatOf(invocation: Invocation, out: string | undefined): string {
  const asked =
    textOf(invocation, 'format') ?? formats.find((format) => out?.endsWith(`.${format}`)) ?? 'jsonl'
  if (!formats.includes(asked))
    throw new UsageError(`--format takes one of ${formats.join(', ')}`, 'metrics export')
  return asked
}

/** Asks the module's own route, as the local process. */
async function begin(
  app: App,
  invocation: Invocation,
  format: string,
  watch?: (so: Streamed) => void,
): Promise<ReadableStream<Uint8Array>> {
  const route = app.dispatcher.mounted.flatMap(({ routes }) => routes).find((one) => one.path === path)
  if (!route) throw new UsageError('metrics are not among MODULES', 'config')
  const query = new URLSearchParams({ format })
  for (const name of ['from', 'to', 'type', 'service']) {
    const value = textOf(invocation, name)
    if (value !== undefined) query.set(name, value)
  }
  const answer = await route.handle({
    request: new Request(`http://localhost${path}?${query}`),
    params: {},
    requestId: crypto.randomUUID(),
    principal: localPrincipal,
    bytes: new Uint8Array(),
    header: () => null,
    answer: (value) => Response.json(value),
    call: () => Promise.reject(new Error('an export calls no operation')),
    watch,
  })
  return answer.body!
}

/** Writes the file; the signal that ended it early, if one did: then there is no file. */
async function toFile({ terminal }: Invocation, body: ReadableStream<Uint8Array>, file: string) {
  const part = `${file}.part`
  const handle = await open(part, 'w', 0o600)
  let whole = false
  try {
    const signal = firstSignal()
    void signal.then(() => terminal.warn('\nCancelling\n'))
    const ended = await copyUntil(signal, body, (bytes) => handle.write(bytes))
    if (ended) return ended
    await handle.sync()
    await rename(part, file)
    whole = true
    return undefined
  } finally {
    await handle.close()
    if (!whole) await rm(part, { force: true })
  }
}

/** Calls `take` with every chunk, until there are no more or the signal comes; that signal. */
async function copyUntil(
  signal: Promise<string>,
  body: ReadableStream<Uint8Array>,
  take: (bytes: Uint8Array) => Promise<unknown>,
): Promise<string | undefined> {
  const reader = body.getReader()
  let ended: string | undefined
  // Not by Promise.race: the signal's promise would hold on to every chunk there has been.
  void signal.then((name) => {
    ended = name
    return reader.cancel()
  })
  for (;;) {
    const next = await reader.read()
    if (ended || next.done) return ended
    await take(next.value)
  }
}

/** Waits for whoever reads, so that no more than a chunk is held; ends when they have gone. */
async function toStdout({ terminal }: Invocation, body: ReadableStream<Uint8Array>): Promise<number> {
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    terminal.print(decoder.decode(chunk, { stream: true }))
    if ((await terminal.printed?.()) === false) break
  }
  return exit.done
}
