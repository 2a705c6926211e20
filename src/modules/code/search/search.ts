import type { Host } from '../../../core/module'
import type { Part } from '../part'
import type { CodeSettings } from '../settings'
import { searchCode } from './search-code'
import { searchSymbols } from './search-symbols'

export const searchPart = (_host: Host<CodeSettings>): Part => ({ operations: [searchCode, searchSymbols] })
