/** A file that lies still, ready to be packed. */
export interface Still {
  /** Its name in a backup. */
  path: string
  /** Absolute. */
  file: string
}
