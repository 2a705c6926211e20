import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareWithTruth } from './truth/compare'

const program = (name: string) => new URL(`truth/${name}`, import.meta.url).pathname

/** What a command prints; undefined when it fails. */
function printed(command: string[], cwd: string, env: Record<string, string> = {}): string | undefined {
  const ran = Bun.spawnSync(command, { cwd, env: { ...process.env, ...env }, stderr: 'ignore' })
  return ran.exitCode === 0 ? ran.stdout.toString() : undefined
}

/** Sources, as Debian's packages install them, that are copied into a folder, and what the language's own tool says of them there. */
interface Judge {
  language: string
  beside: string
  sources: [from: string, to: string][]
  truth(folder: string): string | undefined
}

const [gopath, python] = ['/usr/share/gocode', '/usr/lib/python3.11']
const spf13 = 'github.com/spf13'

const judges: Judge[] = [
  {
    language: 'go',
    beside: 'go/types (cobra, pflag)',
    sources: ['pflag', 'cobra'].map((name) => [`${gopath}/src/${spf13}/${name}`, `${spf13}/${name}`]),
    truth: (folder) =>
      printed(
        [
          'go',
          'run',
          program('uses.go'),
          `${gopath}/src`,
          ...['pflag', 'cobra', 'cobra/doc'].map((name) => `${spf13}/${name}`),
        ],
        folder,
        { GO111MODULE: 'off', GOPATH: gopath, GOCACHE: join(folder, '.cache') },
      ),
  },
  {
    language: 'java',
    beside: 'javac (java.logging)',
    sources: [],
    truth(folder) {
      const archive = '/usr/lib/jvm/openjdk-17/lib/src.zip'
      if (printed(['unzip', '-qo', archive, 'java.logging/*'], folder) === undefined) return undefined
      return printed(['java', program('Uses.java'), `${folder}/java.logging`, 'java.logging'], folder)
    },
  },
  {
    language: 'python',
    beside: 'jedi (json, concurrent, wsgiref)',
    sources: ['json', 'concurrent', 'wsgiref'].map((name) => [`${python}/${name}`, name]),
    truth: (folder) => printed(['/usr/bin/python3', program('uses.py'), folder], folder),
  },
]

/** How right usages are in languages whose own tools are installed. */
export async function benchLanguages(): Promise<void> {
  for (const { language, beside, sources, truth } of judges) {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-truth-'))
    try {
      const installed = sources.filter(([from]) => existsSync(from))
      for (const [from, to] of installed)
        cpSync(from, join(folder, to), { recursive: true, dereference: true })
      const said = installed.length === sources.length ? truth(folder) : undefined
      const below = language === 'java' ? `${folder}/java.logging` : folder
      console.log(
        `usages in ${language}, beside ${beside}: ${said ? '(wanted: 90 % at the top level)' : 'not installed'}`,
      )
      for (const line of said ? await compareWithTruth(language, below, said) : []) console.log(`  ${line}`)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
