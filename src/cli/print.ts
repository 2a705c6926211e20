import type { Invocation } from './command'

/** JSON with `--json`, else what `lines` makes of it. */
export function printData<T>({ json, terminal }: Invocation, data: T, lines: (data: T) => string): void {
  const text = json ? JSON.stringify(data, null, 2) : lines(data)
  if (text) terminal.print(`${text}\n`)
}

/** What holds a new key: the key alone on stdout, for scripts; what it is goes to stderr. */
export function printIssued<T extends { key: string }>(
  invocation: Invocation,
  issued: T,
  about: (issued: T) => string,
): void {
  if (!invocation.json) invocation.terminal.warn(`${about(issued)}\n`)
  printData(invocation, issued, ({ key }) => key)
}

/** Columns of even width; the first row is the head. */
export function columns(rows: string[][]): string {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `one entry`, `3 entries`. */
export const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`
