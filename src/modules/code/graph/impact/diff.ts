import { invalid } from '../../../../core/errors'

/** A file of a unified diff. `ranges` are lines of the old file that were changed or stand around what was added. */
export interface ChangedFile {
  path: string
  previous: string | undefined
  status: 'added' | 'modified' | 'deleted' | 'renamed'
  ranges: [from: number, to: number][]
  /** What happens to the file, where `status` does not tell. */
  reason?: string
}

const unquoted = (text: string) =>
  text
    .replace(/^"(.*)"$/, '$1')
    .replace(/\t.*$/, '')
    .replace(/^[ab]\//, '')
    .trim()

/** Reads what `git diff` writes. Throws `invalid` for what is none. */
export function readDiff(diff: string): ChangedFile[] {
  const files: ChangedFile[] = []
  let file: ChangedFile | undefined
  let [old, left] = [0, [0, 0] as [number, number]]
  for (const line of diff.split(/\r?\n/)) {
    if (file && (left[0] > 0 || left[1] > 0)) {
      ;[old, left] = readLine(file, line, old, left)
      continue
    }
    const header = /^diff --git (.+)$/.exec(line)
    if (header) {
      file = newFile(header[1]!)
      files.push(file)
    } else if (line.startsWith('--- ') && (!file || file.ranges.length > 0)) {
      file = newFile(`${line.slice(4)} ${line.slice(4)}`)
      files.push(file)
    }
    if (file) readHeader(file, line)
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line)
    if (file && hunk) [old, left] = beginOf(hunk)
  }
  if (files.length === 0) throw invalid('/diff', 'must be a unified diff, as `git diff` writes it')
  return files
}

/** Without context a hunk that only adds names the line before. */
function beginOf([, from, removed = '1', added = '1']: RegExpExecArray): [number, [number, number]] {
  return [Number(from) + (removed === '0' ? 1 : 0), [Number(removed), Number(added)]]
}

function newFile(header: string): ChangedFile {
  const [, path] = /^"?a\/.+?"? "?b\/(.+?)"?$/.exec(header) ?? []
  return {
    path: path ?? unquoted(header.split(' ')[0]!),
    previous: undefined,
    status: 'modified',
    ranges: [],
  }
}

function readHeader(file: ChangedFile, line: string): void {
  if (line.startsWith('new file mode') || line === '--- /dev/null') file.status = 'added'
  else if (line.startsWith('deleted file mode') || line === '+++ /dev/null') file.status = 'deleted'
  else if (line.startsWith('rename from ')) [file.status, file.previous] = ['renamed', line.slice(12)]
  else if (line.startsWith('+++ ')) file.path = unquoted(line.slice(4))
  else if (line.startsWith('--- ') && file.status !== 'renamed') file.path = unquoted(line.slice(4))
}

function readLine(
  file: ChangedFile,
  line: string,
  old: number,
  [removed, added]: [number, number],
): [number, [number, number]] {
  if (line.startsWith('-')) {
    mark(file, old)
    return [old + 1, [removed - 1, added]]
  }
  if (line.startsWith('+')) {
    mark(file, Math.max(1, old - 1))
    return [old, [removed, added - 1]]
  }
  if (line.startsWith('\\')) return [old, [removed, added]]
  return [old + 1, [removed - 1, added - 1]]
}

function mark({ ranges }: ChangedFile, line: number): void {
  const last = ranges.at(-1)
  if (last && line <= last[1] + 1) last[1] = Math.max(last[1], line)
  else ranges.push([line, line])
}
