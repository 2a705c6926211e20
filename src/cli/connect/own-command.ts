import { join } from 'node:path'

/** How a client starts this very program: the binary, or Bun with the source. Absolute, since clients start in any folder with any PATH. */
export function ownCommand(): { command: string; args: string[] } {
  const compiled = /^(\/\$bunfs|[A-Z]:[\\/]~BUN)/i.test(import.meta.dir)
  return { command: process.execPath, args: compiled ? [] : [join(import.meta.dir, '../../main.ts')] }
}
