import type { Component, SenderKey } from '../../core/module'
import type { Principal } from '../../core/principal'

/** What a transport knows of a request's sender. */
export interface Credentials {
  /** A request header in any letter case. */
  header(name: string): string | undefined
  /** The client's address, after trusted proxies. */
  address: string
  /** Path of the request: a token may be for a part of the server. */
  readonly path?: string
}

export interface Identity {
  /** The caller at once where their key was looked up a moment ago; undefined says nothing: ask `authenticate`. */
  recognize(credentials: Pick<Credentials, 'header'>): Principal | undefined
  /** The caller, or throws AppError `unauthorized` / `malformed` with an AUTH_… code and `WWW-Authenticate`. */
  authenticate(credentials: Credentials): Promise<Principal>
  /** The caller of an earlier request as they are now; undefined when the credential they came with no longer opens the door. */
  current(principal: Principal): Promise<Principal | undefined>
  /** Forgets cached answers about one API key or one email's subscription; call it after every change in this process. */
  forget(subject: { keyId?: string; owner?: string }): void
  /** Stores ingest keys that were issued elsewhere. Those that are known, ended ones too, stay as they are. Gives how many are new. */
  acceptSenders(keys: readonly SenderKey[]): Promise<number>
  /** Share of validations answered from cache, 0 to 1; null before the first. */
  hitRate(): number | null
  /** How it stands with the issuers of tokens; undefined where none is set. Looks at nothing: says what the latest attempt came to. */
  issuers(): Component | undefined
  /** Resolves when what was noted in the background (last use of keys) is written; call it before the storage closes. */
  settled(): Promise<void>
}
