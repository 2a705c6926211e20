/** A text to parse. */
export interface SourceText {
  path: string
  language: string
  text: string
}
