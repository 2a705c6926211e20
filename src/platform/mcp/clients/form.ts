/** A value of a client's configuration. */
export type Value = string | number | boolean | string[] | { [member: string]: Value }

/** One server in a client's configuration. */
export type Entry = Record<string, Value>

/** A server that is reached by its URL. */
export interface RemoteServer {
  url: string
  /** The key's text, or what stands for it. */
  key: string
}

/** A server that the client starts and speaks with over stdin and stdout. */
export interface ProgramServer {
  command: string
  args: string[]
  env: Record<string, string>
}

/** How a client wants to be told of an MCP server. */
export interface ClientForm {
  /** Its name for people. */
  title: string
  syntax: 'json' | 'toml'
  /** The member of its configuration that holds the servers by name. */
  section: string
  /** Undefined for a client whose file takes programs alone. */
  remote?(server: RemoteServer): Entry
  program(server: ProgramServer): Entry
}

/** The header that carries a key. */
export const authorization = (key: string) => ({ Authorization: `Bearer ${key}` })

/** The form of a program that most clients share. */
export const plainProgram = ({ command, args, env }: ProgramServer): Entry => ({ command, args, env })
