import { AppError } from './errors'
import type { Call, Operation } from './operation'
import { allows } from './principal'
import { faultsOf, fits, validate } from './validate'
import type { Told } from './within'

/** A call that can be counted. */
export interface Chargeable extends Call {
  /** Takes `cost` from the caller's quota; ends, or fails with `rate_limited`. Ends at once where that was done before. */
  charge(cost: number, counted: Told): void
  /** Goes on with the call, whoever called back. */
  resume<A>(work: (given: A) => void, given: A): void
}

/** What a caller needs for something. */
export type Need = Pick<Operation, 'scope' | 'access'>

/** Throws `unauthorized` or `forbidden` when the caller may not use what needs this. */
export function checkAccess(need: Need, call: Pick<Call, 'principal'>): void {
  checkCredential(need, call)
  checkScope(need, call)
}

/** A refused or absent credential runs only what declares `access: 'optional'`. */
function checkCredential(need: Need, { principal }: Pick<Call, 'principal'>): void {
  if (principal.kind !== 'anonymous' || need.access === 'optional') return
  const { code, message } = principal.refusal ?? {
    code: 'AUTH_MISSING_KEY',
    message: 'A credential is needed',
  }
  throw new AppError('unauthorized', message, { code, headers: { 'WWW-Authenticate': 'Bearer' } })
}

function checkScope({ scope }: Need, call: Pick<Call, 'principal'>): void {
  if (allows(call.principal, scope)) return
  if (scope === null) throw new AppError('forbidden', 'An ingest key may only send metrics')
  throw new AppError('forbidden', `This needs the scope ${scope}, which the credential does not have`, {
    code: 'insufficient_scope',
    headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  })
}

/** Checks credential, scope and input; gives the input with its defaults. */
export function admitInput(
  operation: Operation,
  input: unknown,
  call: Pick<Call, 'principal'>,
): Record<string, unknown> {
  checkAccess(operation, call)
  const fitting = validate(operation.input, input)
  operation.check?.(fitting)
  return fitting
}

/**
 * Where all transports meet: credential, scope, then input, then quota, then `run`, then the output's own schema. What is refused before `run` costs
 * nothing. How it ends, the call is told.
 */
export function invoke(operation: Operation, input: unknown, call: Chargeable & Told): void {
  try {
    const admitted = new Admitted(operation, admitInput(operation, input, call), call)
    const cost = operation.cost ?? 1
    if (cost > 0) call.charge(cost, admitted)
    else admitted.end()
  } catch (error) {
    call.fail(error)
  }
}

/** A call that may run as soon as it is counted. A class, for closures would be made anew for each. */
class Admitted implements Told {
  constructor(
    readonly operation: Operation,
    readonly input: Record<string, unknown>,
    readonly call: Chargeable & Told,
  ) {}

  end(): void {
    this.call.resume(run, this)
  }

  fail(error: unknown): void {
    this.call.fail(error)
  }
}

async function run({ operation, input, call }: Admitted): Promise<void> {
  try {
    const output = await operation.run(input, call)
    if (!fits(operation.output, output)) throw unfit(operation, output)
    call.end(output)
  } catch (error) {
    call.fail(error)
  }
}

function unfit({ name, output: schema }: Operation, output: unknown): Error {
  const faults = faultsOf(schema as never, output).map((fault) => `${fault.path} ${fault.message}`)
  return new Error(`operation ${name} answered what its schema does not allow: ${faults.join('; ')}`)
}
