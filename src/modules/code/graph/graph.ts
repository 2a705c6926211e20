import type { Machine } from '../jobs/machine'
import type { Part } from '../part'
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
export const graphPart = (machine: Machine): Part => ({
  operations: [
    searchDependencies,
    findUsages,
    goToDefinition,
    getCallHierarchy,
    analyzeChangeImpact(machine),
    validateImplementationSpec,
    findCycles,
    listDependencies,
    generateTaskContext,
    getIndexStatistics,
  ],
})
