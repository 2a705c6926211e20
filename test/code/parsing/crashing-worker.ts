/** A worker that does to texts what they say, for the test of the pool. */
declare const self: {
  onmessage: ((event: { data: { texts: { text: string }[] } }) => void) | null
  postMessage(result: unknown): void
}

self.onmessage = ({ data: { texts } }) => {
  for (const { text } of texts) {
    if (text === 'crash') throw new Error('crashed as asked')
    while (text === 'hang');
  }
  self.postMessage({
    results: texts.map(({ text }) => ({ facts: null, symbols: [], referenceCount: text.length })),
  })
}
