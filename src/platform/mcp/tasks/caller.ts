import type { Principal } from '../../../core/principal'
import type { TaskRow } from '../../tasks/tables'

/** What is stored of a caller: all but the id, which is the row's owner. */
export function callerOf({ id, ...rest }: Principal): TaskRow['caller'] {
  return rest
}

/** The caller as they were when the task began. */
export const principalOf = ({ caller, owner }: Pick<TaskRow, 'caller' | 'owner'>): Principal => ({
  ...(caller as unknown as Principal),
  id: owner,
})
