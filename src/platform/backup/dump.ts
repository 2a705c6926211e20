/** Writes everything of the schema into a file of pg_dump's custom format. Throws an Error in one line. */
export const dumpDatabase = (url: string, file: string): Promise<void> =>
  run('pg_dump', url, [
    '--format=custom',
    '--compress=0',
    '--no-owner',
    '--schema=holdfast',
    `--file=${file}`,
  ])

/** Puts a dump in the place of the schema, all of it or nothing. */
export const restoreDump = (file: string, url: string): Promise<void> =>
  run('pg_restore', url, [
    '--clean',
    '--if-exists',
    '--no-owner',
    '--single-transaction',
    '--exit-on-error',
    file,
  ])

async function run(program: string, url: string, args: string[]): Promise<void> {
  const path = Bun.which(program)
  if (!path)
    throw new Error(
      `${program} is not installed: install the client programs of Postgres (Debian: postgresql-client), or rely on the backups of your provider`,
    )
  const { address, password } = split(url)
  const child = Bun.spawn([path, `--dbname=${address}`, ...args], {
    env: { ...process.env, ...(password && { PGPASSWORD: password }) },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  })
  const said = await new Response(child.stderr).text()
  if ((await child.exited) !== 0) throw new Error(firstFault(program, said))
}

/** The URL with the authority that DATABASE_SSL_CA names, as our own connections have it. PEM text is no file that pg_dump could read. */
export function withAuthority(url: string, ca: string | undefined): string {
  if (ca === undefined || ca.includes('-----BEGIN')) return url
  const parsed = new URL(url)
  const query = parsed.searchParams
  query.set('sslrootcert', ca)
  if (!query.has('sslmode') && !query.has('ssl')) query.set('sslmode', 'verify-full')
  return parsed.href
}

/** What libpq knows of the parameters that DATABASE_URL may have; it refuses those of other clients (`pgbouncer`, `connection_limit`, …). */
const known = new Set([
  'host',
  'port',
  'user',
  'dbname',
  'sslmode',
  'sslrootcert',
  'application_name',
  'options',
  'target_session_attrs',
  'connect_timeout',
])

/** The password must not stand in a list of processes. */
export function split(url: string): { address: string; password: string } {
  const parsed = new URL(url)
  const query = parsed.searchParams
  const password = decodeURIComponent(parsed.password) || query.get('password') || ''
  parsed.password = ''
  if (query.get('ssl') === 'true' && !query.has('sslmode')) query.set('sslmode', 'require')
  for (const name of [...query.keys()]) if (!known.has(name)) query.delete(name)
  return { address: parsed.href, password }
}

function firstFault(program: string, said: string): string {
  const line = said.split('\n').find((text) => /error/i.test(text)) ?? said.split('\n')[0] ?? ''
  const advice = /server version mismatch/.test(said)
    ? ': install the client programs of the server’s version'
    : ''
  return `${program} failed: ${line.replace(/^.*error: /, '')}${advice}`
}
