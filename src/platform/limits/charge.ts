import type { AppError } from '../../core/errors'
import type { Principal } from '../../core/principal'
import type { Told } from '../../core/within'
import { quotaOf, refusal } from './answers'
import type { Teller } from './limits'
import type { Asking, Taken } from './store'
import type { Plan } from './tiers'
import type { Watch } from './watch'

/** What all calls that are counted have in common. */
export interface Counting {
  watch: Watch
  /** Tells that nothing can be counted; gives what callers are told. */
  uncountable(cause: unknown): AppError
}

/** One call while it is counted. A class, for closures would be made anew for each. */
export class Charge implements Asking {
  readonly owner: string
  readonly spans: Plan['spans']

  constructor(
    private readonly counting: Counting,
    private readonly principal: Principal,
    private readonly plan: Plan,
    readonly cost: number,
    private readonly told: Told,
    private readonly teller: Teller | undefined,
  ) {
    this.owner = principal.id
    this.spans = plan.spans
  }

  answer(taken: Taken): void {
    const { principal, plan, told, teller } = this
    const { watch } = this.counting
    if (!taken.admitted) {
      watch.refused(principal.tier)
      told.fail(refusal(principal, plan, taken))
      return
    }
    const quota = quotaOf(plan, taken)
    watch.admitted(principal.tier, quota.remaining, taken.at)
    teller?.counted?.(quota)
    told.end(quota)
  }

  fail(cause: unknown): void {
    this.told.fail(this.counting.uncountable(cause))
  }
}
