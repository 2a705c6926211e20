import type { Host } from '../../../core/module'
import type { Part } from '../part'
import type { CodeSettings } from '../settings'
import { analyzeChangeImpact } from './tools/analyze-change-impact'
import { findCycles } from './tools/find-cycles'
import { findUsages } from './tools/find-usages'
import { generateTaskContext } from './tools/generate-task-context'
import { getCallHierarchy } from './tools/get-call-hierarchy'
import { getIndexStatistics } from './tools/get-index-statistics'
import { goToDefinition } from './tools/go-to-definition'
import { listDependencies } from './tools/list-dependencies'
import { searchDependencies } from './tools/search-dependencies'
import { validateImplementationSpec } from './tools/validate-implementation-spec'

/** Questions about how the parts of a repository hang together. */
export const graphPart = (_host: Host<CodeSettings>): Part => ({
  operations: [
    searchDependencies,
    findUsages,
    goToDefinition,
    getCallHierarchy,
    analyzeChangeImpact,
    validateImplementationSpec,
    findCycles,
    listDependencies,
    generateTaskContext,
    getIndexStatistics,
  ],
})
