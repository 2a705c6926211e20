/** A worker that does to texts what they say, for the test of the pool. */
declare const self: {
  onmessage: ((event: { data: { texts: { text: string }[] } }) => void) | null
  postMessage(result: unknown): void
}

let batches = 0

self.onmessage = ({ data: { texts } }) => {
  batches++
  for (const { text } of texts) {
    if (text === 'crash') throw new Error('crashed as asked')
    while (text === 'hang');
  }
  self.postMessage({
    results: texts.map(({ text }) => ({
      facts: null,
      symbols: null,
      symbolCount: 0,
      definitions: '',
      referenceCount: text === 'which batch' ? batches : text.length,
    })),
    memory: texts.some(({ text }) => text === 'much memory') ? 200 * 1024 ** 2 : 0,
  })
}
