/** Days that a policy can say: never 0, which would delete everything. */
export const [fewestDays, mostDays] = [1, 36_500]
