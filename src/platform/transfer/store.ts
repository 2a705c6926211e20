import type { Reader, Scope, Writer } from '../../core/storage'
import type { Row } from '../../core/table'
import type { Codec } from './codec'

/** One kind of rows of an installation, wherever they are kept. */
export interface Store {
  name: string
  codec: Codec
  /** What is made anew by `add` or `finish` rather than moved. */
  index?: readonly string[]
  count(db: Reader): Promise<number>
  /** A running server changes them while they are read. */
  moving?: boolean
  /** All rows, in the order in which they can be added; a page is what fits into memory with ease. */
  pages(db: Reader): AsyncGenerator<Row[]>
  /** Adds a page. Doing so again after it was taken back, or was never committed, is no fault. */
  add(tx: Writer, rows: Row[]): Promise<void>
  /** Called when all pages of all stores are added; again, when that was cut short. */
  finish?(scope: Scope): Promise<void>
}
