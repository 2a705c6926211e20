/** The least that any server of JSON must do: receive, parse, answer. */
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  maxRequestBodySize: 1024 ** 3,
  async fetch(request) {
    const { metrics } = (await request.json()) as { metrics: unknown[] }
    return Response.json({ accepted: metrics.length })
  },
})
console.log(server.url.href)
