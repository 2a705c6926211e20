/** Prometheus' own words for what went wrong: the request, the evaluation, or its time. */
export type PromqlErrorType = 'bad_data' | 'execution' | 'timeout'

/** A failure of a PromQL request; the message is public. */
export class PromqlError extends Error {
  constructor(
    readonly errorType: PromqlErrorType,
    message: string,
  ) {
    super(message)
    this.name = 'PromqlError'
  }
}

/** The query is not valid, or asks for what is not supported. */
export const badData = (message: string) => new PromqlError('bad_data', message)

/** The query is valid and cannot be answered with this data. */
export const failed = (message: string) => new PromqlError('execution', message)
