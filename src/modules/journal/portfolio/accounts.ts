import { type Static, Type } from '@sinclair/typebox'
import { AppError } from '../../../core/errors'
import type { Coinbase } from './coinbase'
import { UnknownThing } from './coinbase'

const amount = Type.Object({
  value: Type.String({ pattern: '^\\d{1,40}(\\.\\d{1,40})?$' }),
  currency: Type.String(),
})

const account = Type.Object({
  uuid: Type.String(),
  name: Type.String(),
  currency: Type.String(),
  available_balance: amount,
  hold: Type.Optional(Type.Union([amount, Type.Null()])),
})

/** What of Coinbase's account is used. */
export type Account = Static<typeof account>

const answer = Type.Object({
  accounts: Type.Array(account),
  has_next: Type.Optional(Type.Boolean()),
  cursor: Type.Optional(Type.String()),
})

const path = '/api/v3/brokerage/accounts'
const pageSize = 250
/** 5,000 accounts; nobody has as many, and a server that always says "more" must not keep us. */
const mostPages = 20

/** Every account of the key's portfolio. */
export async function listAccounts(coinbase: Coinbase): Promise<Account[]> {
  const accounts: Account[] = []
  let cursor = ''
  for (let page = 0; page < mostPages; page++) {
    const query: [string, string][] = [['limit', String(pageSize)]]
    if (cursor) query.push(['cursor', cursor])
    const found = await readPage(coinbase, query)
    accounts.push(...found.accounts)
    if (!found.has_next || !found.cursor || found.cursor === cursor) return accounts
    cursor = found.cursor
  }
  throw new AppError('unavailable', `Coinbase lists more than ${mostPages * pageSize} accounts`, {
    code: 'coinbase_unavailable',
  })
}

async function readPage(coinbase: Coinbase, query: [string, string][]): Promise<Static<typeof answer>> {
  try {
    return await coinbase.get(path, query, answer)
  } catch (error) {
    if (!(error instanceof UnknownThing)) throw error
    throw new AppError(
      'unavailable',
      'Coinbase does not offer its accounts at COINBASE_API_URL: check the setting',
      {
        code: 'coinbase_unavailable',
      },
    )
  }
}
