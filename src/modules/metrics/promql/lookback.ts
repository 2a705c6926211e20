/** How far back an instant selector looks for a sample: Prometheus' default, in milliseconds. */
export const lookback = 5 * 60_000
