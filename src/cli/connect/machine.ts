import { posix, win32 } from 'node:path'

/** The machine whose files are meant, so that each can be thought through on any. */
export interface Machine {
  os: 'darwin' | 'linux' | 'win32'
  env: Record<string, string | undefined>
}

/** Where a client may keep its configuration. */
export interface Place {
  file: string
  /** A file or folder that is there when the client is. */
  sign: string
}

/** Puts a path together by the rules of the machine. */
export const joined = ({ os }: Machine, ...parts: string[]) => (os === 'win32' ? win32 : posix).join(...parts)

/** The person's own folder. */
export const home = (machine: Machine) => variable(machine, machine.os === 'win32' ? 'USERPROFILE' : 'HOME')

/** Where programs of the desktop keep what belongs to the person. */
export function applicationData(machine: Machine): string {
  if (machine.os === 'win32') return variable(machine, 'APPDATA')
  if (machine.os === 'darwin') return joined(machine, home(machine), 'Library', 'Application Support')
  return configFolder(machine)
}

/** `~/.config`, or what XDG_CONFIG_HOME says. */
export const configFolder = (machine: Machine) =>
  machine.env.XDG_CONFIG_HOME || joined(machine, home(machine), '.config')

/** A file in a folder that the client makes when it is first started. */
export function inFolder(machine: Machine, folder: string, file: string): Place {
  return { file: joined(machine, folder, file), sign: folder }
}

/** The value of a variable. Throws when it is not set. */
export function variable({ env }: Machine, name: string): string {
  const value = env[name]
  if (!value) throw new Error(`${name} is not set, so the client’s files cannot be found`)
  return value
}
