import { describe, expect, test } from 'bun:test'
import { fold } from '../../../src/modules/code/search/fold'

const characters = Array.from({ length: 0x1f000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))

describe('fold', () => {
  test('puts two characters together exactly when a regex without regard to case does', () => {
    const classes = new Map<string, string[]>()
    for (const character of characters) {
      const folded = fold(character)
      classes.set(folded, [...(classes.get(folded) ?? []), character])
    }
    const wrong: string[] = []
    for (const [folded, members] of classes) {
      const escaped = `\\u{${folded.codePointAt(0)!.toString(16)}}`
      const insensitive = new RegExp(`^${escaped}$`, 'iu')
      for (const member of members) if (!insensitive.test(member)) wrong.push(`${member} is not ${folded}`)
    }
    expect(wrong).toEqual([])
  })

  test('keeps no two characters apart that a regex without regard to case takes for one', () => {
    const cased = characters.filter((c) => c.toLowerCase() !== c || c.toUpperCase() !== c)
    const wrong: string[] = []
    for (const character of cased) {
      const other = new RegExp(`\\u{${character.codePointAt(0)!.toString(16)}}`, 'iu')
      for (const variant of [character.toLowerCase(), character.toUpperCase()]) {
        if ([...variant].length === 1 && other.test(variant) && fold(variant) !== fold(character))
          wrong.push(`${character} ${variant}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('keeps every place where it is', () => {
    expect(fold('İstanbul STRASSE ẞ 𐐀 K')).toBe('İstanbul strasse ß 𐐨 k')
    expect(characters.filter((character) => fold(character).length !== character.length)).toEqual([])
  })
})
