import { type Tokens, wordAt } from './tokens'

/**
 * What a word is to declarations: `plain` words are names, of types or of what is declared. `specifier` and `operand` say nothing of what is declared, the
 * latter with parentheses of its own; `type` stands for a type; `statement` begins what belongs into a function.
 */
export type Role =
  | 'plain'
  | 'specifier'
  | 'storage'
  | 'extern'
  | 'friend'
  | 'typedef'
  | 'operand'
  | 'type'
  | 'typeof'
  | 'aggregate'
  | 'namespace'
  | 'template'
  | 'using'
  | 'concept'
  | 'operator'
  | 'access'
  | 'statement'
  | 'assertion'

const words: Partial<Record<Role, string>> = {
  storage: 'static inline __inline __inline__ __forceinline constexpr consteval constinit virtual explicit',
  specifier:
    'const volatile restrict __restrict __restrict__ register mutable thread_local _Thread_local __thread typename final override __extension__ _Noreturn noreturn _Atomic __const __volatile__ __cdecl __stdcall __fastcall try',
  extern: 'extern',
  friend: 'friend',
  typedef: 'typedef',
  operand: '__attribute__ __attribute __declspec alignas _Alignas noexcept throw asm __asm__ __asm requires',
  typeof: 'decltype typeof __typeof__ __typeof',
  type: 'void bool _Bool char short int long float double signed unsigned auto wchar_t char8_t char16_t char32_t __int128 _Complex __signed__',
  aggregate: 'class struct union enum __interface',
  namespace: 'namespace',
  template: 'template',
  using: 'using',
  concept: 'concept',
  operator: 'operator',
  access: 'public protected private signals Q_SIGNALS slots Q_SLOTS',
  statement: 'if else for while do switch case default return goto break continue catch',
  assertion: 'static_assert _Static_assert',
}

const roles = new Map(
  Object.entries(words).flatMap(([role, all]) => all.split(' ').map((word) => [word, role as Role] as const)),
)

/** Which sums of first letter, last letter and length keywords have: most words need no closer look. */
const sums = new Uint8Array(1024)
const sumOf = (first: number, last: number, length: number) => (first * 31 + last * 7 + length) & 1023
for (const word of roles.keys())
  sums[sumOf(word.charCodeAt(0), word.charCodeAt(word.length - 1), word.length)] = 1

export function roleAt(tokens: Tokens, at: number): Role {
  const { text, starts, ends } = tokens
  const [start, end] = [starts[at]!, ends[at]!]
  if (sums[sumOf(text.charCodeAt(start), text.charCodeAt(end - 1), end - start)] === 0) return 'plain'
  return roles.get(wordAt(tokens, at)) ?? 'plain'
}
