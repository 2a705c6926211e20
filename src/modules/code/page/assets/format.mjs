/** `1 line`, `2 lines`. */
export const counted = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`
