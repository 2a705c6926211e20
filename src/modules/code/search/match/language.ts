import { languages } from '../../pipeline/language'
import { editDistance } from '../rank/distance'

/** Usual short names of languages. */
const shortNames: Record<string, string> = {
  ts: 'typescript',
  js: 'javascript',
  jsx: 'javascript',
  py: 'python',
  golang: 'go',
  rs: 'rust',
  'c++': 'cpp',
  'c#': 'csharp',
  cs: 'csharp',
  rb: 'ruby',
  kt: 'kotlin',
  sh: 'bash',
  shell: 'bash',
  yml: 'yaml',
  md: 'markdown',
}

/** The language that people mean by this. */
export function languageNamed(text: string): string {
  const wanted = text.toLowerCase()
  return Object.hasOwn(shortNames, wanted) ? shortNames[wanted]! : wanted
}

/** What is wrong with the name of a language, and which one comes close; undefined for one that there is. */
export function languageFault(text: string): string | undefined {
  const name = languageNamed(text)
  if (languages.includes(name)) return undefined
  const near = nearest(name)
  return `there is no language "${text.slice(0, 40)}"${near ? `; the nearest is ${near}` : `: there are ${languages.join(', ')}`}`
}

function nearest(name: string): string | undefined {
  const begins = languages.find(
    (one) => name.length > 1 && (one.startsWith(name) || name.startsWith(`${one} `)),
  )
  if (begins) return begins
  const most = Math.min(3, Math.floor(name.length / 2))
  const close = languages
    .map((one) => ({ one, distance: editDistance(one, name, most) }))
    .filter(({ distance }) => distance <= most)
  return close.sort((a, b) => a.distance - b.distance)[0]?.one
}
