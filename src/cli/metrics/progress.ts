import type { Terminal } from '../terminal'

/** Shows how far long work has come, on stderr. */
export interface ProgressBar {
  show(done: number, total: number): void
  /** Ends the line. */
  end(): void
}

const width = 30

/** A bar that is redrawn where stderr is a terminal; elsewhere a line for each tenth. */
export function progressBar(
  terminal: Terminal,
  noun: string,
  redraw = process.stderr.isTTY === true,
): ProgressBar {
  let shown = -1
  return {
    show(done, total) {
      const share = total === 0 ? 1 : Math.min(1, done / total)
      const place = Math.floor(share * (redraw ? 100 : 10))
      if (place === shown) return
      shown = place
      const bar = '█'.repeat(Math.round(share * width)).padEnd(width, '░')
      const text = `${Math.floor(share * 100)}% ${Math.min(done, total).toLocaleString('en')} of ${total.toLocaleString('en')} ${noun}`
      terminal.warn(redraw ? `\r${bar} ${text}` : `${text}\n`)
    },
    end() {
      if (redraw && shown >= 0) terminal.warn('\n')
    },
  }
}
