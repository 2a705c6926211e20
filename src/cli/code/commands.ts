import type { Command } from '../command'
import { codeIndex } from './index-command'
import { codeRemove } from './remove'
import { codeSearch } from './search'
import { codeStatus } from './status'

/** `code index`, `code search`, `code status`, `code remove`. */
export const codeCommands: readonly Command[] = [codeIndex, codeSearch, codeStatus, codeRemove]
