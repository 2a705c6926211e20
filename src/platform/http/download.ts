import type { TSchema } from '@sinclair/typebox'
import type { Operation } from '../../core/operation'

/** What an operation answers whose output schema says `x-holdfast-download: true`. */
export interface Download {
  filename: string
  /** E.g. `text/csv`. */
  media_type: string
  content: string
  /** Where the next file goes on; a bare file says it in the header `X-Next-Cursor`. */
  next_cursor?: string | null
}

/** Query parameter that asks for the bare file. */
export const downloadParameter = 'download'

/** True for operations whose answer can leave as a file. */
export const isDownload = ({ output }: Operation): boolean => output['x-holdfast-download'] === true

/** The media types that the output schema lists for `media_type`. */
export function mediaTypesOf(output: TSchema): string[] {
  const schema: TSchema | undefined = output.properties?.media_type
  const options: TSchema[] = schema?.anyOf ?? (schema ? [schema] : [])
  return options.flatMap((option) => option.enum ?? ('const' in option ? [option.const] : [])).map(String)
}

/** True when the caller wants the file itself: `?download=true`, or an `Accept` that names its media type. */
export function wantsFile(asked: unknown, accept: string | null, { media_type }: Download): boolean {
  if (asked !== undefined) return asked === 'true' || asked === true
  if (accept === null || media_type.startsWith('application/json')) return false
  const wanted = media_type.split(';')[0]!.trim().toLowerCase()
  return accept.split(',').some((entry) => entry.split(';')[0]!.trim().toLowerCase() === wanted)
}

/** The file with a name that is harmless in a header. */
export function fileResponse(
  { filename, media_type, content, next_cursor }: Download,
  status: number,
): Response {
  const plain = filename.replace(/[^A-Za-z0-9._-]/g, '_')
  const exact = plain === filename ? '' : `; filename*=UTF-8''${encodeURIComponent(filename)}`
  const charset = /charset=/i.test(media_type) || !media_type.startsWith('text/') ? '' : '; charset=utf-8'
  return new Response(content, {
    status,
    headers: {
      'Content-Type': `${media_type}${charset}`,
      'Content-Disposition': `attachment; filename="${plain}"${exact}`,
      ...(next_cursor && { 'X-Next-Cursor': next_cursor }),
    },
  })
}
