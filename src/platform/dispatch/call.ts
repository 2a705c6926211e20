import { AppError } from '../../core/errors'
import { type Chargeable, invoke } from '../../core/invoke'
import type { Call, Operation } from '../../core/operation'
import type { Principal } from '../../core/principal'
import type { ReadCall } from '../../core/resource'
import type { Build, Dialect, Writer } from '../../core/storage'
import { Limited, type Told } from '../../core/within'
import type { AppendAudit } from '../audit/audit'
import type { Limits, Teller } from '../limits/limits'
import type { Storage } from '../storage/storage'
import { currentRequestId, resumeRequest } from '../telemetry/request-id'

/** One request to one operation, as a transport describes it. */
export interface RequestContext extends Teller {
  principal: Principal
  requestId: string
  /** The same as log lines may have it, where it is known. */
  logged?: string | undefined
  transport: Call['transport']
  signal: AbortSignal
  header(name: string): string | undefined
  progress?: (done: number, total?: number, message?: string) => void
  /** When the call came, on the clock of `performance.now`; now where it is absent. */
  since?: number
  /** Set for what was admitted before: it is not counted again, and may take this long instead of the usual limit. */
  admitted?: { timeoutSeconds: number }
}

export interface CallParts {
  storage: Storage
  appendAudit: AppendAudit
  limits: Limits
  now(): number
  /** Told of every write once it is committed. */
  written(write: Written): void
}

/** A committed write, as the audit trail has it. */
export interface Written {
  owner: string
  operation: string
  subject: string
}

/**
 * The server's side of one call that reads, and its time limit. Classes, where a closure would do once: closures and accessors made anew for every call are
 * a sixth of what it leaves to the collector.
 */
export class ReadingCall extends Limited implements ReadCall {
  readonly principal
  readonly requestId
  readonly transport
  readonly read
  protected readonly scope
  private late: AbortController | undefined
  private either: AbortSignal | undefined

  constructor(
    protected readonly parts: CallParts,
    protected readonly context: RequestContext,
    private readonly seconds: number,
  ) {
    super((context.since ?? performance.now()) + seconds * 1000)
    this.principal = context.principal
    this.requestId = context.requestId
    this.transport = context.transport
    this.scope = parts.storage.as(context.principal.id)
    this.read = this.scope.read
  }

  get dialect(): Dialect {
    return this.scope.dialect
  }

  prepared<T>(name: string, build: Build<T>, params?: Record<string, unknown>): Promise<T> {
    return this.scope.prepared(name, build, params)
  }

  /** Made on first use, for most operations never look. */
  get signal(): AbortSignal {
    this.late ??= new AbortController()
    this.either ??= AbortSignal.any([this.context.signal, this.late.signal])
    return this.either
  }

  header(name: string): string | undefined {
    return this.context.header(name)
  }

  timeLeft(): number {
    return this.until - performance.now()
  }

  /** Fails with `timeout`. */
  protected expire(): AppError {
    const error = new AppError('timeout', `The call took longer than ${this.seconds} s${this.afterwards}`)
    this.late ??= new AbortController()
    this.late.abort(error)
    return error
  }

  protected get afterwards(): string {
    return ''
  }
}

/** The server's side of one call of an operation. */
export class OperationCall extends ReadingCall implements Chargeable {
  readonly progress
  readonly wantsProgress: boolean
  /** The id in log lines of the call. */
  private readonly logged

  constructor(
    parts: CallParts,
    context: RequestContext,
    seconds: number,
    private readonly operation: Operation,
  ) {
    super(parts, context, seconds)
    this.logged = context.logged ?? currentRequestId()
    this.progress = context.progress ?? nobodyListens
    this.wantsProgress = context.progress !== undefined
  }

  /** Tells `listener` what the operation answers; fails with `timeout` when it outlives the limit. */
  invoke(input: unknown, listener: Told): void {
    this.tell(listener)
    invoke(this.operation, input, this)
  }

  resume<A>(work: (given: A) => void, given: A): void {
    resumeRequest(this.logged, work, given)
  }

  /** The quota is told before the call runs, so that its failure carries the headers too. */
  charge(cost: number, counted: Told): void {
    const { context, principal } = this
    if (context.admitted) counted.end(null)
    else this.parts.limits.tell(principal, cost, counted, context)
  }

  async write<T>(subject: string, work: (tx: Writer) => Promise<T>): Promise<T> {
    const { appendAudit, now, written } = this.parts
    const { principal, requestId, operation } = this
    const { id: owner } = principal
    const actor = principal.credential ?? principal.kind
    const result = await this.scope.write(async (tx) => {
      // Who waited for the right to write until the limit was told so, and may have repeated the call meanwhile.
      if (this.timeLeft() <= 0) throw this.expire()
      const result = await work(tx)
      const at = new Date(now())
      await appendAudit(tx, { owner, actor, operation: operation.name, subject, requestId, at })
      return result
    })
    written({ owner, operation: operation.name, subject })
    return result
  }

  /** A change may be committed after its answer was given up. */
  protected override get afterwards(): string {
    return this.operation.hints?.readOnly
      ? ''
      : '; what it changed may be stored all the same: look before you repeat it'
  }
}

const nobodyListens = () => {}
