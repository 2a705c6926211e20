import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { normalizeEmail, ownerOfEmail } from '../../src/platform/identity/email'

describe('normalizeEmail', () => {
  test.each([
    ['  Ada@Example.COM ', 'ada@example.com'],
    ['John.Doe+trades@gmail.com', 'johndoe@gmail.com'],
    ['j.o.h.n.d.o.e@GoogleMail.com', 'johndoe@gmail.com'],
    ['john+a+b@gmail.com', 'john@gmail.com'],
    ['john.doe+trades@example.com', 'john.doe+trades@example.com'],
    ["o'brien@example.ie", "o'brien@example.ie"],
    ['x@sub.domain.example.museum', 'x@sub.domain.example.museum'],
    ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
    ['a@example.xn--p1ai', 'a@example.xn--p1ai'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('%p is %p', (text, normalized) => {
    expect(normalizeEmail(text)).toBe(normalized)
  })

  test.each([
    '',
    '@',
    'a@b',
    'a@x.c',
    'a b@example.com',
    '.a@example.com',
    'a.@example.com',
    'a..b@example.com',
    'a@example..com',
    'a@-example.com',
    'a@example-.com',
    'a@example.com.',
    'a@.example.com',
    'a@@example.com',
    'a@example.123',
    '"a b"@example.com',
    'a@[192.0.2.1]',
    'a@example.com, b@example.com',
    'Ada <ada@example.com>',
    'a\n@example.com',
    'a\0@example.com',
    'ä@example.com',
    'a@exämple.com',
    '+tag@gmail.com',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(64)}.com`,
    // The Kelvin sign, whose lower case is an ASCII k.
    '\u212Aim@example.com',
  ])('%p is no address', (text) => {
    expect(normalizeEmail(text)).toBeUndefined()
  })

  test('254 characters are the most', () => {
    const addressOf = (length: number) => {
      const rest = `@${'d'.repeat(60)}.${'d'.repeat(60)}.${'d'.repeat(60)}.com`
      return 'a'.repeat(length - rest.length) + rest
    }
    const longest = addressOf(251).replace('.com', '.museum')
    expect(longest).toHaveLength(254)
    expect(normalizeEmail(longest)).toBe(longest)
    expect(normalizeEmail(longest.replace('.museum', '.museums'))).toBeUndefined()
  })

  test('a long hostile text is judged at once', () => {
    const started = process.cpuUsage()
    normalizeEmail(`${'a.'.repeat(500_000)}@${'a-'.repeat(500_000)}`)
    normalizeEmail(`${'a.'.repeat(30)}@${'a-'.repeat(90)}`)
    // Milliseconds here; with backtracking it would be hours.
    expect(process.cpuUsage(started).user / 1_000_000).toBeLessThan(20)
  })

  test('normalizing twice changes nothing, and letter case and blanks never matter', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9._+-]{0,20}$/)
    const host = fc.constantFrom('gmail.com', 'googlemail.com', 'example.com', 'mail.example.org')
    fc.assert(
      fc.property(word, host, (local, domain) => {
        const once = normalizeEmail(`${local}@${domain}`)
        if (once === undefined) return
        expect(normalizeEmail(once)).toBe(once)
        expect(normalizeEmail(` ${local.toUpperCase()}@${domain.toUpperCase()}\t`)).toBe(once)
      }),
    )
  })

  test('any text at all is judged without a throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void normalizeEmail(text)))
  })
})

describe('ownerOfEmail', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

  test('is the hex SHA-256 of the normalized email', () => {
    expect(ownerOfEmail('ada@example.com', '')).toBe(sha256('ada@example.com'))
  })

  test('puts the namespace before it, so that data of older systems can move in', () => {
    expect(ownerOfEmail('ada@example.com', 'fortunamind:v1:')).toBe(sha256('fortunamind:v1:ada@example.com'))
  })
})
