import { existsSync } from 'node:fs'

const loaders = ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1']

/** This machine in the names of downloads, as `install.sh` finds it: `linux-x64`, `linux-arm64-musl`, `darwin-arm64`. */
export function platformName(): string {
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  return process.platform === 'linux' && !loaders.some((path) => existsSync(path)) ? `${name}-musl` : name
}

/** Who else looks after this binary, with what to do instead; undefined when nobody does. */
export function keeperOf(binary: string): string | undefined {
  const owner = Bun.which('dpkg-query') && ask('dpkg-query', '-S', binary)
  if (owner)
    return `${binary} belongs to the package ${owner.split(':')[0]}: sudo apt-get install ./holdfast_VERSION_ARCH.deb`
  const rpm = Bun.which('rpm') && ask('rpm', '-qf', '--qf', '%{NAME}', binary)
  if (rpm) return `${binary} belongs to the package ${rpm}: upgrade that`
  return /\/(Cellar|nix\/store|snap)\//.test(binary)
    ? `${binary} belongs to a package manager: upgrade it there`
    : undefined
}

/** True inside of a container, where the next start brings the old binary back. */
export const inContainer = (env: Record<string, string | undefined>): boolean =>
  ['/.dockerenv', '/run/.containerenv'].some((path) => existsSync(path)) ||
  ['KUBERNETES_SERVICE_HOST', 'FLY_MACHINE_ID', 'RENDER'].some((name) => env[name])

function ask(program: string, ...args: string[]): string | undefined {
  const { exitCode, stdout } = Bun.spawnSync([program, ...args], { stderr: 'ignore' })
  return exitCode === 0 ? stdout.toString().trim() : undefined
}
