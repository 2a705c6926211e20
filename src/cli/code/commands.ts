import type { Command } from '../command'
import { codeIndex } from './index-command'
import { codeSearch } from './search'
import { codeStatus } from './status'

/** `code index`, `code search`, `code status`. */
export const codeCommands: readonly Command[] = [codeIndex, codeSearch, codeStatus]
