import { type Declared, type Declares, declaredSettings } from './declared'

/** docs/settings.md: every setting in a table a part, and how settings are given. */
export function settingsMarkdown(modules: readonly Declares[]): string {
  const all = declaredSettings(modules)
  const parts: [string, Declared[]][] = [
    ['The server', all.filter(({ module }) => module === null)],
    ...modules.map(({ name, title }): [string, Declared[]] => [
      `Module \`${name}\`: ${title}`,
      all.filter(({ module }) => module === name),
    ]),
  ]
  const tables = parts
    .filter(([, settings]) => settings.length > 0)
    .map(([title, settings]) => `## ${title}\n\n${table(settings)}\n`)
  return `${introduction}\n${tables.join('\n')}`
}

const introduction = `# Settings

<!-- Generated from the declarations in src: change those, then run \`bun run docs\`. -->

Nothing has to be set. What is set comes from, strongest first:

1. flags: \`--data-dir /var/lib/holdfast\` sets \`DATA_DIR\`. Flags are visible in the list of processes, so give no secrets this way;
2. the environment;
3. the file that \`--env-file\` names, or \`.env\` in the working directory (values with \`#\` or blanks in quotes);
4. the default.

Each setting may also be written with \`HOLDFAST_\` in front (\`HOLDFAST_PORT\`), which wins over the plain name in the same place; the plain
name wins over the older names in the last column. An empty value is no value. A setting marked *secret* is never shown or logged, and can be
given as a file: \`DATABASE_URL_FILE=/run/secrets/database\` names one, and under systemd \`LoadCredential=database_url:…\` makes one
(\`$CREDENTIALS_DIRECTORY/database_url\`, also for a key such as \`METRICS_API_KEY_GATEWAY\`). A line break at the end of such a file does not count;
one that cannot be read is a fault.

\`holdfast config\` prints every value and where it comes from. When something is wrong, all of it is listed at once and the exit code is 78:
a value that does not fit, an unknown \`HOLDFAST_…\` name, and a name that is nearly one of these (\`DATABSE_URL\`). Variables that Kubernetes
sets for services of the same namespace (\`HOLDFAST_PORT=tcp://…\`) are passed over.
`

function table(settings: Declared[]): string {
  const rows = settings.map((declared) => `| ${cellsOf(declared).map(escapeCell).join(' | ')} |`)
  return [
    '| setting | value | default | meaning | older names |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function cellsOf({ name, setting }: Declared): string[] {
  const example = setting.example ? ` Example: \`${setting.example}\`.` : ''
  return [
    `\`${name}\``,
    setting.secret ? `${setting.kind}, *secret*` : setting.kind,
    defaultOf(setting),
    `${setting.description}${example}`,
    (setting.aliases ?? []).map((alias) => `\`${alias}\``).join(', '),
  ]
}

function defaultOf(setting: Declared['setting']): string {
  if (setting.defaultText !== undefined) return setting.defaultText
  if (setting.default === undefined) return '–'
  return `\`${String(setting.default)}\``
}

const escapeCell = (text: string) => text.replaceAll('|', '\\|')

/** .env.example: every setting, commented out, with its default or an example. */
export function envExample(modules: readonly Declares[]): string {
  const lines = declaredSettings(modules).map(
    ({ name, setting }) =>
      `# ${setting.description}${hintOf(setting)}\n# ${name}=${quoted(setting.example ?? plainDefault(setting))}\n`,
  )
  return `# Copy to .env and take the # off what you change; docs/settings.md explains all of it.\n# Nothing has to be set.\n\n${lines.join('\n')}`
}

const hintOf = ({ defaultText }: Declared['setting']) => (defaultText ? ` Default: ${defaultText}.` : '')

const plainDefault = ({ default: value, defaultText }: Declared['setting']) =>
  value === undefined || value === null || defaultText !== undefined ? '' : String(value)

/** An unquoted # would begin a comment. */
const quoted = (text: string) => (/[#\s'"]/.test(text) ? JSON.stringify(text) : text)
