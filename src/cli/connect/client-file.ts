import type { Entry } from '../../platform/mcp/clients/form'
import type { ClientId } from '../../platform/mcp/clients/forms'
import type { Machine, Place } from './machine'

/** The text of a configuration and one server in it. Functions throw FileFault where the text is not what it must be. */
export interface ConfigText {
  /** The entry of that name; undefined when there is none. */
  read(text: string, name: string): Entry | undefined
  /** The text with the entry in it; all else, comments too, as it was. The same text when there is nothing to change. */
  merge(text: string, name: string, entry: Entry): string
  /** The text without the entry; the same text when there is none. */
  remove(text: string, name: string): string
}

/** A client's own configuration file. */
export interface ClientFile extends ConfigText {
  id: ClientId
  /** Where it may be, the surest sign first: the first place whose sign is there counts, else the last. */
  places(machine: Machine): Place[]
  /** What makes the client read it. */
  next: string
}

/** A file that cannot be changed safely; the message says where and why, and repeats nothing of its content. */
export class FileFault extends Error {}
