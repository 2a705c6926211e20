/** A push that a host told of. */
export interface Push {
  /** Tells this delivery from all others, and a repeated one from none: a hash over what was signed. */
  delivery: string
  /** Every URL under which the repository may have been indexed. */
  urls: string[]
  branch: string | null
  tag: string | null
  commit: string
}

type Fields = Record<string, unknown>

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** The push in a body of GitHub's, GitLab's or the plain form; undefined for one that brings no commit (a deleted branch). */
export function readPush(body: unknown, delivery: string): Push | undefined {
  const fields = fieldsOf(body)
  const place = { ...fieldsOf(fields.repository), ...fieldsOf(fields.project) }
  const plain = textOf(fields.repository)
  const urls = [
    plain,
    place.clone_url,
    place.html_url,
    place.ssh_url,
    place.git_http_url,
    place.git_ssh_url,
    place.web_url,
  ]
    .map(textOf)
    .filter((url): url is string => url !== undefined)
  const ref = textOf(fields.ref) ?? ''
  const commit = textOf(fields.checkout_sha) ?? textOf(fields.after) ?? textOf(fields.commit)
  if (!commit || !/^[0-9a-f]{40,64}$/.test(commit) || /^0+$/.test(commit) || urls.length === 0)
    return undefined
  const tag = /^refs\/tags\/(.+)$/.exec(ref)?.[1] ?? null
  return { delivery, urls, branch: tag ? null : ref.replace(/^refs\/heads\//, '') || null, tag, commit }
}
