import type { Operation } from '../../../core/operation'
import type { Reading } from '../query/reading'
import { comparePeriods } from './compare-periods'
import { getErrorBreakdown } from './get-error-breakdown'
import { getSlowestTools } from './get-slowest-tools'
import { getToolPerformance } from './get-tool-performance'
import { getUsageByClient } from './get-usage-by-client'

/** What agents ask of tools and clients. */
export const tools = (reading: Reading): Operation[] => [
  getToolPerformance(reading),
  getSlowestTools(reading),
  getErrorBreakdown(reading),
  comparePeriods(reading),
  getUsageByClient(reading),
]
