import { tiers } from '../../core/principal'

const hidden = '[redacted]'

/** Values that give someone access, or that tell who someone is, by their form alone. */
const forms: [RegExp, string][] = [
  [/-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g, hidden],
  [
    new RegExp(
      `[A-Za-z][A-Za-z0-9-]*_(?:${tiers.join('|')})_[0-9a-f]{8}-?[0-9a-f-]{20,}[A-Za-z0-9_-]*`,
      'gi',
    ),
    hidden,
  ],
  [/\bfm_sub_[A-Za-z0-9_-]+/gi, hidden],
  [/\bmcp_metrics_[A-Za-z0-9_-]{43}\b/g, hidden],
  [/\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g, hidden],
  [
    /\b(?:sk|rk|pk|whsec|sb_secret|sb_publishable|gh[pousr]|github_pat|glpat|xox[abposr])[-_][A-Za-z0-9_-]{16,}/g,
    hidden,
  ],
  [/\bAKIA[0-9A-Z]{16}\b/g, hidden],
  [/\b([Bb]earer|BEARER|[Bb]asic)\s+(?=[a-z]*[A-Z0-9._~+/=-])[A-Za-z0-9._~+/=-]{6,}/g, `$1 ${hidden}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^/\s@]*@/gi, `$1${hidden}@`],
  [
    /\b([\w-]*(?:secret|password|token|api[_-]?key|apikey|signature|email)[\w-]*)=[^&\s"',;]+/gi,
    `$1=${hidden}`,
  ],
  [/[^\s@"'`<>()[\]{},;:=|/\\]+@[^\s@"'`<>()[\]{},;:=|/\\]+/g, hidden],
]

/** What every form above has in it; most texts have none, and this is one pass. */
const suspicious =
  /@|-----BEGIN|_(?:free|basic|solo|premium|team|enterprise)_|fm_sub_|mcp_metrics_|eyJ|(?:sk|rk|pk|whsec|gh[pousr]|github_pat|glpat|xox[abposr])[-_]|sb_|AKIA|bearer|basic|(?:secret|password|token|key|signature|email)[\w-]*=/i

/** Longest text that a log line carries. */
const longest = 2000
/** Looked at before cutting, so that a secret across the cut is still recognised whole. */
const inspected = 16_384

/** Short texts that were found harmless: routes, methods and messages come again and again. Bounded, and nothing secret is ever in it. */
const harmless = new Set<string>()
const mostHarmless = 2_000
const longestKept = 40

/** The text without secrets and email addresses, cut to 2,000 characters. */
export function scrub(text: string): string {
  if (harmless.has(text)) return text
  const clean = scrubOnce(text)
  if (clean === text && text.length <= longestKept && harmless.size < mostHarmless) harmless.add(text)
  return clean
}

/** `scrub` for a text that will not come again. */
export function scrubOnce(text: string): string {
  const piece = text.length > inspected ? text.slice(0, inspected) : text
  let clean = piece
  if (suspicious.test(piece)) {
    for (const [form, replacement] of forms) clean = clean.replace(form, replacement)
  }
  return clean.length > longest ? `${clean.slice(0, longest)}… (${text.length} characters)` : clean
}
