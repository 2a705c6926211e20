import type { AppError } from '../../core/errors'
import type { Principal } from '../../core/principal'
import { quotaOf, refusal } from './answers'
import type { Quota, Teller } from './limits'
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
  private resolve!: (quota: Quota) => void
  private reject!: (error: AppError) => void

  constructor(
    private readonly counting: Counting,
    private readonly principal: Principal,
    private readonly plan: Plan,
    readonly cost: number,
    private readonly teller: Teller | undefined,
  ) {
    this.owner = principal.id
    this.spans = plan.spans
  }

  /** What the call left, or why it is refused. Asked for once, before it is counted. */
  outcome(): Promise<Quota> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }

  answer(taken: Taken): void {
    const { principal, plan, teller } = this
    const { watch } = this.counting
    if (!taken.admitted) {
      watch.refused(principal.tier)
      this.reject(refusal(principal, plan, taken))
      return
    }
    const quota = quotaOf(plan, taken)
    watch.admitted(principal.tier, quota.remaining, taken.at)
    teller?.counted?.(quota)
    this.resolve(quota)
  }

  fail(cause: unknown): void {
    this.reject(this.counting.uncountable(cause))
  }
}
