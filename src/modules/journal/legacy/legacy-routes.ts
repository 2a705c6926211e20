import type { Host, RawRoute } from '../../../core/module'
import type { JournalSettings } from '../settings'
import { refuse } from './answer'
import { getEntries } from './get-entries'
import { refusals } from './refusals'
import { storeEntry } from './store-entry'
import { userStats } from './user-stats'
import { validate } from './validate'

/** The predecessor's own paths, with its answer shapes and the statuses that it meant. */
export const legacyRoutes = (_host: Host<JournalSettings>): RawRoute[] =>
  [storeEntry, getEntries, userStats, validate].map((route) => ({
    ...route,
    openapi: { ...route.openapi, responses: refusals },
    refuse,
  }))
