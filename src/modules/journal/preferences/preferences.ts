import type { Host } from '../../../core/module'
import type { Operation } from '../../../core/operation'
import type { JournalSettings } from '../settings'
import { deletePreference } from './delete-preference'
import { getPreference } from './get-preference'
import { listPreferences } from './list-preferences'
import { setPreference } from './set-preference'

/** What a person likes, by key: any JSON. */
export const preferences = (host: Host<JournalSettings>): Operation[] => [
  setPreference(host),
  getPreference(),
  listPreferences(),
  deletePreference(),
]
