import { numberOfDFGCompiles } from 'bun:jsc'
import { type Finding, fail, pass, warn } from './finding'

/** JavaScriptCore's answer when its compilers are off. */
const compilersOff = 1_000_000

/** systemd's MemoryDenyWriteExecute turns the just-in-time compiler off without a word: everything is 15 times slower. */
export function checkCompiler(): Finding {
  const sum = (n: number) => {
    let total = 0
    for (let i = 0; i < n; i++) total += i % 7
    return total
  }
  for (let i = 0; i < 2000; i++) sum(100)
  if (numberOfDFGCompiles(sum) < compilersOff) return pass('compiler', 'code is compiled as it runs')
  return warn(
    'compiler',
    'the just-in-time compiler is off',
    'remove MemoryDenyWriteExecute from the unit, or BUN_JSC_useJIT',
  )
}

/** The git that indexing of repositories calls. */
export async function checkGit(): Promise<Finding> {
  const path = Bun.which('git')
  if (!path) return warn('git', 'git is not installed', 'install it where repositories are to be indexed')
  const child = Bun.spawn([path, '--version'], { stdout: 'pipe', stderr: 'ignore' })
  return pass('git', (await new Response(child.stdout).text()).trim())
}

/** Whether this process would take any certificate: Bun and Node have a variable for that. */
export function checkOutgoingTls(env: Record<string, string | undefined>): Finding[] {
  if (env.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return []
  const next = 'unset it; a private authority goes into NODE_EXTRA_CA_CERTS'
  return [fail('outgoing tls', 'NODE_TLS_REJECT_UNAUTHORIZED=0 makes every certificate count', next)]
}
