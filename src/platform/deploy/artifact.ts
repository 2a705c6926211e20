import mustache from 'mustache'
import type { Installation } from './installation'

/** A file to be written. */
export interface Artifact {
  /** Relative to the folder of its target. */
  path: string
  text: string
}

/** A platform that files are written for. */
export interface Target {
  name: string
  summary: string
  artifacts(installation: Installation): Artifact[]
  /** What to do with the files, a command a line. `folder` is where they are, `.` for here. */
  next(installation: Installation, folder: string): string[]
}

/** The files of templates by path, filled for an installation. */
export function fill(
  templates: Record<string, string>,
  installation: Installation,
  more: Record<string, unknown> = {},
): Artifact[] {
  const view = { ...viewOf(installation), ...more }
  return Object.entries(templates).map(([path, template]) => ({
    path,
    text: mustache.render(template, view, undefined, { escape: String }),
  }))
}

/** What templates may name. */
function viewOf(installation: Installation): Record<string, unknown> {
  const { publicUrl, database, given, secrets, maxRequestBytes, requestTimeoutSeconds } = installation
  const domain = publicUrl ? new URL(publicUrl).hostname : 'mcp.example.com'
  const app = domain.endsWith('.fly.dev') ? domain.slice(0, -'.fly.dev'.length) : 'holdfast'
  const others = secrets.filter((name) => name !== 'DATABASE_URL' && name !== 'REDIS_URL')
  return {
    ...installation,
    domain,
    app,
    flyUrl: publicUrl ?? `https://${app}.fly.dev`,
    url: publicUrl ?? `https://${domain}`,
    sqlite: database === 'sqlite',
    postgres: database === 'postgres',
    // Everything that is quoted is quoted as JSON, which is TOML's and YAML's form, too.
    env: given.map(({ name, value }) => ({
      name,
      quoted: JSON.stringify(value),
      // Compose fills in variables where a dollar stands.
      composeQuoted: JSON.stringify(value.replaceAll('$', '$$$$')),
      systemdValue: value
        .replaceAll('\\', '\\\\')
        .replaceAll('"', '\\"')
        .replaceAll('%', '%%')
        .replaceAll('\n', '\\n'),
    })),
    otherSecrets: others,
    secretVariables: others.map((name) => ({ name, reference: `\${${name}:-}` })),
    bodyBytes: maxRequestBytes,
    bodyMegabytes: Math.ceil(maxRequestBytes / 1024 ** 2),
    // Longer than the server gives a call, so that its own answer arrives.
    readSeconds: requestTimeoutSeconds + 15,
    // An event stream is also the answer to a call.
    streamSeconds: Math.max(3600, requestTimeoutSeconds + 15),
    flyIdleSeconds: Math.max(600, requestTimeoutSeconds + 15),
  }
}
