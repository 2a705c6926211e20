/** The least that any server of JSON-RPC must do: receive, parse, answer. */
const echo = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const { id, params } = (await request.json()) as { id: number; params: { arguments: { text: string } } }
    const content = [{ type: 'text', text: params.arguments.text }]
    return Response.json({ jsonrpc: '2.0', id, result: { content } })
  },
})
console.log(echo.url.href)
