import type { ShownFile } from './engine/shown-files'
import type { LineMatch } from './match/line-match'
import type { Definition } from './piece-definitions'
import type { Key } from './rank/key'

/** A file that matches. */
export interface Hit {
  file: ShownFile
  lines: LineMatch[]
  definitions: Definition[]
  key: Key
}
