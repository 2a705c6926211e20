/** Loaded at its first use: most servers never need it, and all would wait for it at the start. */
const csv = () => require('csv-parse/sync') as typeof import('csv-parse/sync')

export const formats = ['json', 'csv', 'markdown'] as const
export type FormatName = (typeof formats)[number]

/** A journal file taken apart: any run of records between head and tail is a file again. */
interface Apart {
  head: string
  records: string[]
  separator: string
  tail: string
}

/** What an import call takes with a good margin: entries, and characters. */
const most = { records: 1000, characters: 4_000_000 }

/** Files as large as one call takes, and how many entries each has; a text that cannot be taken apart stays whole. */
export function splitFile(format: FormatName, text: string): { text: string; records: number }[] {
  const apart = takeApart[format](text)
  if (!apart) return [{ text, records: 0 }]
  const parts: string[][] = [[]]
  let characters = 0
  for (const record of apart.records) {
    const full = parts.at(-1)!.length === most.records || characters + record.length > most.characters
    if (full && parts.at(-1)!.length > 0) {
      parts.push([])
      characters = 0
    }
    parts.at(-1)!.push(record)
    characters += record.length
  }
  return parts.map((records) => ({ text: together({ ...apart, records }), records: records.length }))
}

/** One file of the files that consecutive calls answered with. */
export function joinFiles(format: FormatName, files: string[]): string {
  if (files.length === 1) return files[0]!
  const all = files.map((file) => takeApart[format](file)!)
  return together({ ...all[0]!, records: all.flatMap(({ records }) => records) })
}

const together = ({ head, records, separator, tail }: Apart) => head + records.join(separator) + tail

const takeApart: Record<FormatName, (text: string) => Apart | undefined> = {
  json(text) {
    const entries = entriesOf(text)
    if (!entries) return undefined
    const head = '{"format":"holdfast-journal","version":1,"entries":[\n'
    return { head, records: entries.map((entry) => JSON.stringify(entry)), separator: ',\n', tail: '\n]}\n' }
  },
  csv(text) {
    const [head, ...records] = rawRecords(text)
    return head === undefined ? undefined : { head, records, separator: '', tail: '' }
  },
  markdown(text) {
    const [head, ...records] = text.split(/^(?=<!-- entry \{)/m)
    return { head: head!, records: records.map(endedByLine), separator: '', tail: '' }
  },
}

function entriesOf(text: string): unknown[] | undefined {
  try {
    const parsed = JSON.parse(text.replace(/^\uFEFF/, ''))
    const entries = Array.isArray(parsed) ? parsed : parsed?.entries
    return Array.isArray(entries) ? entries : undefined
  } catch {
    return undefined
  }
}

/** The records as they are written, each with its line break. */
function rawRecords(text: string): string[] {
  try {
    const records = csv().parse(text, {
      bom: true,
      raw: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as { raw: string }[]
    return records.map(({ raw }) => endedByLine(raw))
  } catch {
    return []
  }
}

const endedByLine = (text: string) => (text.endsWith('\n') ? text : `${text}\n`)
