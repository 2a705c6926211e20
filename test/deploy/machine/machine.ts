import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyFolder } from '../../kit/folder'
import { runTool, type Said } from '../tool'

/** A machine that systemd has booted. */
export interface Machine {
  /** Runs a script of sh there, as root, to its end or to its first command that fails. */
  run(script: string): Said
  /** As if its plug was pulled. */
  end(): Promise<void>
}

/**
 * Boots the systemd of this machine in namespaces, over its files, with `program` as /root/new/holdfast. Undefined, with a word about the reason, where it is not installed or the
 * kernel, a container around or missing rights stand in the way.
 */
export async function bootMachine(program: string): Promise<Machine | undefined> {
  const group = controlGroup()
  if (!group || process.getuid?.() !== 0) return skip('that takes root, and control groups of version 2')
  const boot = [join(import.meta.dir, 'boot.sh'), emptyFolder(), group, program]
  const outer = Bun.spawn(['sh', ...boot], { stdout: 'ignore', stderr: 'pipe' })
  const machine = { run: runIn(outer.pid), end: () => end(outer, group) }
  const isUp = await hasBooted(outer, machine)
  const fault = isUp ? faultOf(machine) : undefined
  if (isUp && !fault) return machine
  await machine.end()
  return skip(fault || (await new Response(outer.stderr).text()).trim() || 'it was not up within 60 s')
}

function skip(reason: string): undefined {
  console.warn(`\n*** SKIPPED: the unit was NOT run under a booted systemd: ${reason} ***\n`)
}

/** A name for a control group of our own; undefined where there are none of version 2. */
function controlGroup(): string | undefined {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
  const root = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1]
  return root && join(root, `holdfast-test-${process.pid}`)
}

async function hasBooted(outer: Bun.Subprocess, { run }: Pick<Machine, 'run'>): Promise<boolean> {
  for (const until = Date.now() + 60_000; Date.now() < until && outer.exitCode === null; ) {
    if (/^(running|degraded)/.test(run('systemctl is-system-running').text)) return true
    await Bun.sleep(50)
  }
  return false
}

/** What it says where it cannot confine a service at all, because something around it does not allow that; empty where it can. */
function faultOf({ run }: Pick<Machine, 'run'>): string {
  const confined = [
    'PrivateUsers',
    'PrivateDevices',
    'PrivateNetwork',
    'ProtectKernelTunables',
    'NoNewPrivileges',
  ]
  const properties = confined.map((name) => `-p ${name}=yes`).join(' ')
  const { code, text } = run(
    `systemd-run --wait -q -p SystemCallFilter=@system-service ${properties} /bin/true`,
  )
  return code === 0 ? '' : `a confined service does not start: ${text.trim() || `code ${code}`}`
}

/** The first process of the namespaces is the only child of the program that made them. */
function runIn(outer: number): Machine['run'] {
  return (script) => {
    const first = readIfThere(`/proc/${outer}/task/${outer}/children`).trim()
    return runTool('nsenter', ['-t', first, '-m', '-u', '-i', '-n', '-p', '-C', 'sh', '-ec', script])
  }
}

async function end(outer: Bun.Subprocess, group: string): Promise<void> {
  outer.kill('SIGKILL')
  await outer.exited
  for (const until = Date.now() + 10_000; Date.now() < until; await Bun.sleep(20)) {
    if (!readIfThere(join(group, 'cgroup.events')).includes('populated 1')) break
  }
  // Not `rm`: the files of a control group are the kernel's and go with it.
  runTool('find', [group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';'])
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
