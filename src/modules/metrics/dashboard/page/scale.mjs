/** Marks of an axis from 0, at most six, in steps of 1, 2 or 5 times a power of ten; the last is not below `most`. */
export function marksTo(most) {
  const top = most > 0 ? most : 1
  const ten = 10 ** Math.floor(Math.log10(top / 5))
  const step = ten * [1, 2, 5, 10].find((times) => top / (ten * times) <= 5 + slack)
  return Array.from({ length: Math.ceil(top / step - slack) + 1 }, (_, index) => index * step)
}

// 3 * 0.1 is a little more than 0.3.
const slack = 1e-9

/** Where a column has a value that no line reaches: nothing (null) stands before it and behind it. */
export const isolatedIn = (column) =>
  [...column.keys()].filter(
    (index) => column[index] != null && column[index - 1] == null && column[index + 1] == null,
  )
