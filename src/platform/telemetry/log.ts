import type { Logger } from '../../core/module'
import { jsonLine, type Level, levels, textLine } from './line'
import type { LogOptions } from './output'
import { currentRequestId } from './request-id'
import { scrub } from './scrub'

type Fields = Record<string, unknown>

/** Makes loggers, their fields as `clean` gives them. A logger never throws. */
export function createLog(options: LogOptions) {
  const { output, now } = options
  const format = options.format === 'json' ? jsonLine : textLine
  const least = levels.indexOf(options.level)
  return (logger: string, clean: (fields: Fields) => Fields): Logger => {
    const at = (level: Level) => {
      if (levels.indexOf(level) < least) return () => {}
      return (message: string, fields?: Fields) => {
        const line = format({
          at: now(),
          level,
          logger,
          message: scrub(message),
          requestId: currentRequestId(),
          fields: fields && clean(fields),
        })
        output.pieces.push(line, '\n')
        output.added(line.length)
      }
    }
    return { debug: at('DEBUG'), info: at('INFO'), warn: at('WARNING'), error: at('ERROR') }
  }
}
