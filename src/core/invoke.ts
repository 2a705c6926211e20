import { AppError } from './errors'
import type { Call, Operation } from './operation'
import { allows } from './principal'
import { faultsOf, fits, validate } from './validate'

/** A call that can be counted. */
export interface Chargeable extends Call {
  /** Takes `cost` from the caller's quota or throws `rate_limited`; undefined where that was done before. */
  charge(cost: number): Promise<unknown> | undefined
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
 * nothing.
 */
export async function invoke(operation: Operation, input: unknown, call: Chargeable): Promise<unknown> {
  const fitting = admitInput(operation, input, call)
  const cost = operation.cost ?? 1
  if (cost > 0) await call.charge(cost)
  const output = await operation.run(fitting, call)
  if (!fits(operation.output, output)) {
    const faults = faultsOf(operation.output as never, output).map(
      (fault) => `${fault.path} ${fault.message}`,
    )
    throw new Error(
      `operation ${operation.name} answered what its schema does not allow: ${faults.join('; ')}`,
    )
  }
  return output
}
