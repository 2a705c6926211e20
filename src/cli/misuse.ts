import { AppError } from '../core/errors'
import { UsageError } from './command'

/** What the input rules refuse is a misuse of the command: exit 2 with their message. */
export async function asMisuse<T>(command: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'invalid') throw error
    throw new UsageError(error.message, command)
  }
}
