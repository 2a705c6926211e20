import type { Found } from './found'

type Rule = (found: Found, head: string, text: string) => boolean

const lineBefore = (text: string, at: number) => text.slice(text.lastIndexOf('\n', at - 1) + 1, at)

/** Whether `export` stands before it, or around it for members; export lists are looked at by the parser. */
const script: Rule = (found, head, text) => {
  if (/^(method|property)$/.test(found.kind)) return !/^\s*(private|protected|#)/.test(head)
  return /\bexport\b/.test(lineBefore(text, found.start)) || found.kind === 'enum_member'
}

/** What stands before the first of some signs. */
function before(signs: RegExp, head: string): string {
  const end = head.search(signs)
  return end < 0 ? head : head.slice(0, end)
}

const withoutWords =
  (words: RegExp): Rule =>
  (_found, head) =>
    !words.test(before(/[({=;\n]/, head))

const rules: Record<string, Rule> = {
  typescript: script,
  tsx: script,
  javascript: script,
  python: ({ name }) => !name.startsWith('_') || /^__\w+__$/.test(name),
  go: ({ name }) => /^\p{Lu}/u.test(name),
  rust: ({ kind }, head) => /^(\s*#\[[^\]]*\])*\s*pub\b/.test(head) || /^(enum_member|macro)$/.test(kind),
  java: ({ kind, parentType }, head) =>
    /\bpublic\b/.test(before(/[({=;]/, head)) ||
    /^(interface_body|enum_body)\b/.test(parentType) ||
    kind === 'enum_member',
  csharp: ({ kind, parentType }, head) =>
    /\bpublic\b/.test(before(/[({=;]/, head)) ||
    kind === 'namespace' ||
    kind === 'enum_member' ||
    /interface/.test(parentType),
  c: withoutWords(/\bstatic\b/),
  cpp: withoutWords(/\bstatic\b/),
  php: withoutWords(/\b(private|protected)\b/),
  kotlin: withoutWords(/\b(private|protected|internal)\b/),
  swift: withoutWords(/\b(private|fileprivate)\b/),
  scala: withoutWords(/\b(private|protected)\b/),
}

/** Whether other files can name it, by the language's own rule; true where the language has none. */
export const isExported = (language: string, found: Found, text: string): boolean =>
  rules[language]?.(found, text.slice(found.start, found.start + 300), text) ?? true
