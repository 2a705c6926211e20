import type { Reader } from '../src/core/storage'
import { parseFilter } from '../src/modules/journal/entries/filter'
import type { Total } from '../src/modules/journal/entries/list'
import { listPage } from '../src/modules/journal/entries/list-page'
import { analyze } from '../src/modules/journal/insights/insights'
import { parseQuery } from '../src/modules/journal/search/query'
import { searchEntries } from '../src/modules/journal/search/search'
import type { Storage } from '../src/platform/storage/storage'
import type { Planted } from './fill-journal'

type Input = Parameters<typeof parseFilter>[0]

/** One call as its owner; tells how much matched. */
export type Case = (storage: Storage, owner: string) => Promise<Total>

const list =
  (filter: Input, offset = 0): Case =>
  (storage, owner) =>
    storage.as(owner).read((db) => listPage(db, owner, parseFilter(filter), { limit: 20, offset }))

const search =
  (text: string, filter: Input = {}): Case =>
  (storage, owner) =>
    storage
      .as(owner)
      .read((db) =>
        searchEntries(db, { owner, query: parseQuery(text), filter: parseFilter(filter) }, { limit: 20 }),
      )

/** Words of the same 250 entries. */
const field = 'windowful harvest meadow orchard granary stubble'

/**
 * Entries that are the same number at every size, spread evenly: the words of a field and its tag in 250, of these `stubble quiet`, `$RARE`, BTC, a type and
 * two tags in 50, of these `lonesome` in 5.
 */
export const planting =
  (count: number) =>
  (n: number): Planted | undefined => {
    const every = Math.floor(count / 250)
    const nth = n / every
    if (!Number.isInteger(nth) || nth >= 250) return undefined
    if (nth % 5 > 0) return { text: field, tags: ['field'] }
    const text = `${field} quiet btc $RARE${nth % 50 === 0 ? ' lonesome' : ''}`
    return { text, tags: ['field', 'plan', 'kept'], entry_type: 'yearly' }
  }

/** The first pages of a search: the next one looks into the same window again, until that ends. */
const searchPages =
  (text: string, count: number, limit: number): Case =>
  (storage, owner) =>
    storage.as(owner).read(async (db) => {
      const wanted = { owner, query: parseQuery(text), filter: parseFilter({}) }
      let page = await searchEntries(db, wanted, { limit })
      for (let n = 1; n < count; n++) {
        page = await searchEntries(db, wanted, { limit, cursor: page.next_cursor ?? undefined })
      }
      return page
    })

/** The last of some pages of a list. */
const listPages =
  (filter: Input, count: number): Case =>
  (storage, owner) =>
    storage.as(owner).read(async (db) => {
      let page = await listPage(db, owner, parseFilter(filter), { limit: 20 })
      for (let n = 1; n < count; n++) {
        const cursor = page.next_cursor ?? undefined
        page = await listPage(db, owner, parseFilter(filter), { limit: 20, cursor })
      }
      return page
    })

const insights =
  (from: string, to: string): Case =>
  async (storage, owner) => {
    const read = (db: Reader) => analyze(db, owner, new Date(from), new Date(to))
    const { entries_analyzed: total } = await storage.as(owner).read(read)
    return { total, total_relation: 'eq' }
  }

export const cases: Record<string, Case> = {
  'list, newest': list({}),
  'list, one type': list({ entry_type: 'trade' }),
  'list, rare type': list({ entry_type: 'yearly' }),
  'list, tag': list({ tag: 'plan' }),
  'list, rare tag': list({ tag: 'kept' }),
  'list, symbol and type': list({ symbol: 'BTC', entry_type: 'trade' }),
  'list, symbol and rare type': list({ symbol: 'BTC', entry_type: 'yearly' }),
  'list, tag and symbol': list({ tag: 'plan', symbol: 'SOL' }),
  'list, tag and rare symbol': list({ tag: 'plan', symbol: 'RARE' }),
  'list, tag, symbol and rare type': list({ tag: 'plan', symbol: 'BTC', entry_type: 'yearly' }),
  'list, span of time': list({ from: '2026-10-30', to: '2026-10-31' }),
  'list, tag in a span of time': list({ tag: 'plan', from: '2026-10-30', to: '2026-10-31' }),
  'list, tag, symbol and type in a span of time': list({
    tag: 'plan',
    symbol: 'BTC',
    entry_type: 'trade',
    from: '2026-10-28',
    to: '2026-10-31',
  }),
  'list, since a day': list({ from: '2026-10-27' }),
  'list, until a day': list({ to: '2026-10-29' }),
  'list, symbol': list({ symbol: 'BTC' }),
  'list, symbol until a day': list({ symbol: 'BTC', to: '2026-10-29' }),
  'list, offset of 900': list({}, 900),
  'list, ten pages': listPages({}, 10),
  'list, five pages of a tag': listPages({ tag: 'plan' }, 5),
  'search, word of 5': search('lonesome'),
  'search, word of 50': search('quiet'),
  'search, word of 250': search('windowful'),
  'search, phrase of 50': search('"stubble quiet"'),
  'search, phrase of 250': search('"windowful harvest"'),
  'search, three words of 250': search('windowful harvest meadow'),
  'search, six words of 250': search(field),
  'search, phrase of 250 that goes on': search('"windowful harv"*'),
  'search, phrase and word of 250': search('"windowful harvest" meadow'),
  'search, phrase and tag of 250': search('"windowful harvest"', { tag: 'field' }),
  'search, phrase of a common word': search('"btc rare"'),
  'search, common word with a rare tag': search('btc', { tag: 'kept' }),
  'search, common word of a rare type in a span of time': search('btc', {
    entry_type: 'yearly',
    from: '2000-01-01',
    to: '2026-12-31',
  }),
  'search, phrase of 250 without another': search('"windowful harvest" -"stop loss"'),
  'search, prefix of 5': search('lone*'),
  'search, prefix of 250': search('win*'),
  'search, common word and one of 50': search('btc quiet'),
  'search, word of 50 without another': search('quiet -lonesome'),
  'search, word of 5 with a tag': search('lonesome', { tag: 'plan' }),
  'search, word of 50 in a span of time': search('quiet', { from: '2000-01-01', to: '2026-12-31' }),
  'search, no match': search('nowhere'),
  'search, common word': search('btc'),
  'search, two common words': search('btc plan'),
  'search, rare word': search('wfdz'),
  'search, middling word': search('w5k'),
  'search, common and middling': search('btc w5k'),
  'search, phrase': search('"stop loss"'),
  'search, phrase of three common words': search('"the stop loss"'),
  'search, phrase of a common and a middling word': search('"btc w15"'),
  'search, phrase that goes on': search('"stop lo"*'),
  'search, phrase that goes on with 4 letters': search('"stop targ"*'),
  'search, phrase with a tag': search('"stop loss"', { tag: 'plan' }),
  'search, phrase with a symbol until a day': search('"stop loss"', { symbol: 'BTC', to: '2026-10-29' }),
  'search, phrase and word': search('"stop loss" fomo'),
  'search, without a phrase': search('btc -"stop loss"'),
  'search, three common words': search('btc plan stop'),
  'search, six common words': search('btc eth plan stop loss fomo'),
  'search, three middling words': search('w15 w16 w17'),
  'search, negation': search('btc -eth'),
  'search, many negations': search('plan -btc -eth -sold -"stop loss"'),
  'search, many negations of middling words': search('plan -w15 -w16 -w17 -"w18 w19"'),
  'search, only negation': search('-btc'),
  'search, prefix of 3 letters': search('bre*'),
  'search, prefix of 5 letters': search('break*'),
  'search, prefix of a common word': search('boug*'),
  'search, negated prefix': search('eth -boug*'),
  'search, prefix of 2 letters': search('re*'),
  'search, two pages': searchPages('btc', 2, 20),
  'search, six pages of 100': searchPages('-w15', 6, 100),
  'search, until a day': search('btc', { to: '2026-10-29' }),
  'search, with filters': search('btc', { tag: 'plan', entry_type: 'trade' }),
  'search, span of time': search('btc', { from: '2026-10-25', to: '2026-10-31' }),
  'insights, two days': insights('2026-10-30', '2026-10-31T23:59:59Z'),
}

/** What finds too little at a small size to be compared with itself, and a call of its kind that fills its window there. */
export const fullAtAnySize: Record<string, string> = {
  'search, rare word': 'search, word of 250',
  'search, middling word': 'search, word of 250',
  'search, common and middling': 'search, two common words',
  'search, phrase': 'search, phrase of 250',
  'search, phrase of three common words': 'search, phrase of 250',
  'search, phrase of a common and a middling word': 'search, phrase of 250',
  'search, phrase that goes on': 'search, phrase of 250 that goes on',
  'search, phrase that goes on with 4 letters': 'search, phrase of 250 that goes on',
  'search, phrase with a tag': 'search, phrase and tag of 250',
  'search, phrase with a symbol until a day': 'search, phrase and tag of 250',
  'search, phrase and word': 'search, phrase and word of 250',
  'search, three common words': 'search, three words of 250',
  'search, six common words': 'search, six words of 250',
  'search, three middling words': 'search, three words of 250',
  'search, many negations': 'search, many negations of middling words',
  'search, prefix of 3 letters': 'search, prefix of 250',
  'search, prefix of 5 letters': 'search, prefix of 250',
  'search, negated prefix': 'search, negation',
  'search, with filters': 'search, common word',
}
