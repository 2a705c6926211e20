import type { Complete, Contents, ReadCall, Variables } from './resource'

/** A part of a message. */
export type PromptContent =
  | { type: 'text'; text: string }
  | { type: 'image' | 'audio'; data: string; mimeType: string }
  | { type: 'resource'; resource: { uri: string } & Contents }

export interface PromptMessage {
  role: 'user' | 'assistant'
  content: PromptContent
}

export interface PromptArgument {
  name: string
  title?: string
  /** For people: they fill it in. */
  description: string
  required?: boolean
  complete?: Complete
}

/** A way of working that people start by name: messages that tell the agent what to do with the module's tools. */
export interface Prompt {
  /** snake_case and unique among the server's prompts. */
  name: string
  /** For people. */
  title: string
  /** For people: what they get from it. */
  description: string
  /** Scope the caller needs, e.g. `journal:read`; null for any caller with a credential. */
  scope: string | null
  arguments?: PromptArgument[]
  /** What it takes from the caller's quota. Default 0: the tools that it leads to are counted. */
  cost?: number
  messages(given: Variables, call: ReadCall): Promise<PromptMessage[]>
}

/** Declares a prompt; throws at start when the declaration itself is wrong. */
export function definePrompt(prompt: Prompt): Prompt {
  const names = (prompt.arguments ?? []).map(({ name }) => name)
  for (const name of [prompt.name, ...names]) {
    if (!/^[a-z][a-z0-9_]{0,63}$/.test(name))
      throw new Error(`prompt ${prompt.name}: ${name} must be snake_case`)
  }
  if (new Set(names).size < names.length) throw new Error(`prompt ${prompt.name}: two arguments share a name`)
  return prompt
}
