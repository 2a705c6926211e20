import type { Host } from '../../../core/module'
import type { Prompt } from '../../../core/prompt'
import type { JournalSettings } from '../settings'
import { planCheck } from './plan-check'
import { tradePostMortem } from './trade-post-mortem'
import { weeklyReview } from './weekly-review'

/** Ways of working with the journal that a person starts by name. */
export const prompts = (host: Host<JournalSettings>): Prompt[] => [
  weeklyReview(host),
  tradePostMortem,
  planCheck,
]
