import { AppError } from '../../../../core/errors'

/** 422 for a query that cannot be read. `position` counts characters of the query from 1. */
export const syntaxError = (position: number, message: string): AppError =>
  new AppError('invalid', `The query cannot be read at position ${position}: ${message}`, {
    code: 'query_syntax',
    errors: [{ path: '/query', message: `at position ${position}: ${message}` }],
    data: { position },
  })
