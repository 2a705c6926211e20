import type { Host } from '../../../core/module'
import type { Part } from '../part'
import type { CodeSettings } from '../settings'

export const searchPart = (_host: Host<CodeSettings>): Part => ({})
