import { definingGram, gramNumbers, gramsOf, nameNumbers } from '../grams'
import type { Question } from './postings'

/** Pieces that may define this folded name. */
export function definingQuestion(folded: string): Question {
  const whole = gramNumbers([definingGram(folded)])
  const parts = nameNumbers(gramsOf(folded))
  return parts.length > 0 ? { names: true, numbers: parts, besides: whole } : { names: true, numbers: whole }
}

/** Pieces that may define a name with this folded text of three characters or more in it. */
export const namingQuestion = (folded: string): Question => ({
  names: true,
  numbers: nameNumbers(gramsOf(folded)),
})
