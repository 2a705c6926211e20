import { AppError } from '../../../core/errors'

/** The members of a JSON body; none for another value. Throws `malformed`. */
export async function readBody(request: Request): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await request.text())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    throw new AppError('malformed', 'The body is not valid JSON')
  }
}

/** A refusal in the predecessor's shape. */
export const failure = (status: number, error: string, headers: Record<string, string> = {}) =>
  Response.json({ error }, { status, headers })

const statuses: Record<string, number> = {
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  invalid: 400,
  too_large: 413,
  unavailable: 503,
}

/** Answers, and words what is refused as the predecessor did. */
export async function answer(work: () => Promise<Response>, notFound?: string): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    const status = error instanceof AppError ? statuses[error.kind] : undefined
    if (!(error instanceof AppError) || status === undefined) throw error
    return failure(status, error.kind === 'not_found' && notFound ? notFound : error.message, error.headers)
  }
}
