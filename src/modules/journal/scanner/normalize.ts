/** Characters that a reader does not see and that could stand between those of a secret. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu
const beyondAscii = /[\u0080-\uffff]/

/** The text as a reader takes it: full-width and styled letters become plain ones, dashes become hyphens, the invisible goes. */
export function normalize(text: string): string {
  if (!beyondAscii.test(text)) return text
  const plain = text.replace(invisible, '').normalize('NFKC').replace(invisible, '')
  // What autocorrect makes of two hyphens becomes two again.
  return plain.replace(/[\u2014\u2015]/g, '--').replace(/\p{Pd}/gu, '-')
}
