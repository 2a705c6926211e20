import type { Host } from '../../../core/module'
import type { Part } from '../part'
import type { CodeSettings } from '../settings'
import { findUsages } from './tools/find-usages'
import { searchDependencies } from './tools/search-dependencies'

/** Questions about how the parts of a repository hang together. */
export const graphPart = (_host: Host<CodeSettings>): Part => ({
  operations: [searchDependencies, findUsages],
})
