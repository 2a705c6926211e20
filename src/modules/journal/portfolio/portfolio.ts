import type { Host } from '../../../core/module'
import type { Operation } from '../../../core/operation'
import type { JournalSettings } from '../settings'
import { getPortfolio } from './get-portfolio'

/** What a person holds elsewhere. */
export const portfolio = (host: Host<JournalSettings>): Operation[] => [getPortfolio(host)]
