/**
 * Keys of `_meta` (MCP 2026-07-28, general fields). The SDK has them too, but it is not loaded for plain calls: evaluating its schemas takes a tenth
 * of the start.
 */
export const metaKeys = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  logLevel: 'io.modelcontextprotocol/logLevel',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
} as const
