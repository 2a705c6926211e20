import type { Terminal } from '../terminal'

/** How far something is. */
export interface Progress {
  phase: string
  done: number
  /** Null while it is not known. */
  total: number | null
}

const width = 24

/** One line: a bar where the total is known, else what is done. */
export function progressLine({ phase, done, total }: Progress): string {
  if (total === null || total === 0) return `${phase} ${done > 0 ? done : ''}`.trimEnd()
  const share = Math.min(1, done / total)
  const filled = Math.round(share * width)
  return `${phase} [${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${Math.floor(share * 100)}% ${done}/${total}`
}

/** Draws progress on stderr: over the same line for a person, a line for each phase in a pipe. */
export function progressBar({ tty, warn }: Pick<Terminal, 'tty' | 'warn'>) {
  const live = tty?.err === true
  let last = ''
  return {
    show(progress: Progress) {
      const text = live ? progressLine(progress) : progress.phase
      if (text === last) return
      last = text
      warn(live ? `\r\u001b[K${text}` : `${text}\n`)
    },
    end() {
      if (live && last) warn('\r\u001b[K')
    },
  }
}
