import type { LocalConnection, Procedures } from '../../../core/local-database'
import type { Selection } from '../query/selection'
import { breakDownErrors } from './break-down-errors'
import { measureGroups } from './measure-groups'

/** What the reading thread works out for the tools. */
export const toolProcedures = (db: LocalConnection): Procedures => ({
  measureGroups: (selection: Selection) => measureGroups(db, selection),
  breakDownErrors: (selection: Selection) => breakDownErrors(db, selection),
})
