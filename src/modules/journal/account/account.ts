import type { Host } from '../../../core/module'
import type { Operation } from '../../../core/operation'
import type { JournalSettings } from '../settings'
import { deleteMyData } from './delete-my-data'
import { getUserStats } from './get-user-stats'
import { validateSubscription } from './validate-subscription'

/** What a person may know and decide about their own account. */
export const account = (host: Host<JournalSettings>): Operation[] => [
  getUserStats(host),
  validateSubscription(),
  deleteMyData(),
]
