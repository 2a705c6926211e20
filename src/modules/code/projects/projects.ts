import type { Host } from '../../../core/module'
import type { Part } from '../part'
import type { CodeSettings } from '../settings'
import { projectOperations } from './operations'

/** Groups of repositories. */
export const projectsPart = (host: Host<CodeSettings>): Part => ({ operations: projectOperations(host) })
