import type { Logger } from '../core/module'

/**
 * An error that nobody waits for any more (a client hung up while its answer was made) must not end the process, and with it everybody
 * else's calls: it is logged instead. An exception that nobody caught is another matter: it still ends the process.
 */
export function logStrayErrors(log: Logger): void {
  process.on('unhandledRejection', (error) => log.error('an error reached nobody', { error }))
}
