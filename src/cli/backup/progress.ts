import type { Progress } from '../../platform/backup/backup'
import type { Terminal } from '../terminal'

const width = 30

/** A bar on stderr where that is a terminal; nothing elsewhere. `end` clears it. */
export function progressBar(terminal: Terminal): { progress: Progress; end(): void } {
  if (!process.stderr.isTTY) return { progress: () => {}, end: () => {} }
  let shown = -1
  return {
    progress(done, total, what) {
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100)
      if (percent === shown) return
      shown = percent
      const filled = Math.round((percent / 100) * width)
      terminal.warn(
        `\r[${'#'.repeat(filled).padEnd(width, '.')}] ${String(percent).padStart(3)} % ${what}\x1b[K`,
      )
    },
    end: () => terminal.warn('\r\x1b[K'),
  }
}
