import { existsSync } from 'node:fs'

/** How a machine can run the binaries of another. */
interface Machine {
  platform: string
  arch: string
  musl: boolean
  /** The path of a program, or null. */
  which(program: string): string | null
  exists(path: string): boolean
}

const here: Machine = {
  platform: process.platform,
  arch: process.arch,
  musl: existsSync('/etc/alpine-release'),
  which: Bun.which,
  exists: existsSync,
}

/** Emulators of Debian's qemu-user and qemu-user-static, and where libc6-arm64-cross puts what the binary needs. */
const emulators = ['qemu-aarch64-static', 'qemu-aarch64']
const libraries = '/usr/aarch64-linux-gnu'

/** The words before a binary of that name with which this machine starts it; otherwise what is missing. */
export function wayToStart(name: string, machine: Machine = here): string[] | string {
  const [platform, arch, libc] = name.split('-')
  if (platform !== machine.platform) return `it wants ${platform}`
  if ((libc === 'musl') !== machine.musl)
    return libc === 'musl' ? 'it wants musl and its libstdc++ (Alpine)' : 'it wants glibc'
  if (arch === machine.arch) return []
  const emulator = emulators.map((program) => machine.which(program)).find((path) => path !== null)
  if (arch !== 'arm64' || !emulator || !machine.exists(libraries))
    return `it wants ${arch}, or qemu-user and libc6-arm64-cross of Debian`
  return [emulator, '-L', libraries]
}

/** Starts a binary for its version, where this machine can; says what it answered or why it was not started. Throws when it does not answer. */
export function startOnce(name: string, binary: string): string {
  const way = wayToStart(name)
  if (typeof way === 'string') return `not started here: ${way}`
  const { exitCode, stdout, stderr } = Bun.spawnSync([...way, binary, 'version'], { timeout: 60_000 })
  if (exitCode !== 0)
    throw new Error(`${name} does not start: ${stderr.toString().trim().split('\n').at(-1)}`)
  return `starts${way.length > 0 ? ' in an emulator' : ''}: ${stdout.toString().trim()}`
}
