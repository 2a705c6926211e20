/** Kinds of secrets that entries, preferences and records must not hold. */
export const categories = [
  'api_key_path',
  'pem_block',
  'private_key',
  'token',
  'seed_phrase',
  'server_key',
  'provider_key',
  'labelled_secret',
] as const
export type Category = (typeof categories)[number]

/** What was found. Never where it stands nor any part of it. */
export interface Finding {
  category: Category
}

interface Lesson {
  /** What it looks like. */
  what: string
  /** Why it must not stay, and what to do now. */
  advice: string
}

/** What a person is told, by category. */
export const lessons: Record<Category, Lesson> = {
  api_key_path: {
    what: 'the path of a Coinbase API key',
    advice:
      'It names the key that opens your account. Write "my Coinbase key" instead; get_portfolio takes credentials as request headers, for that one request only.',
  },
  pem_block: {
    what: 'a PEM block or private key',
    advice:
      'Whoever reads it can sign as you. Leave it out, and if it was pasted into a chat, revoke the key and make a new one.',
  },
  private_key: {
    what: 'a private key',
    advice:
      'Whoever reads it can move the funds. Leave it out, and if it was pasted into a chat, move the funds to a new wallet. A transaction hash looks the same: shorten it, as in 0x12ab…cd34.',
  },
  token: {
    what: 'a JSON Web Token',
    advice:
      'It signs in as you until it expires. Leave it out, and sign out to end the session that it belongs to.',
  },
  seed_phrase: {
    what: 'the recovery phrase of a wallet',
    advice:
      'Whoever reads it owns the wallet. Keep it on paper, never in software; if it was pasted into a chat, move the funds to a new wallet.',
  },
  server_key: {
    what: 'a key of this server',
    advice:
      'It opens your journal to whoever reads it. Leave it out, and have the key replaced if others saw it.',
  },
  provider_key: {
    what: 'an access key of a service',
    advice:
      'Whoever reads it can use the service as you. Leave it out, and revoke it where it was issued if others saw it.',
  },
  labelled_secret: {
    what: 'a password, token or secret key',
    advice: 'Name it without its value, as in "the exchange key", and change it if others saw it.',
  },
}
