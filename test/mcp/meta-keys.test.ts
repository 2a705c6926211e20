import { expect, test } from 'bun:test'
import * as sdk from '@modelcontextprotocol/server'
import { metaKeys } from '../../src/platform/mcp/meta-keys'

test('the keys of _meta are those of the SDK', () => {
  expect(metaKeys).toEqual({
    protocolVersion: sdk.PROTOCOL_VERSION_META_KEY,
    clientInfo: sdk.CLIENT_INFO_META_KEY,
    clientCapabilities: sdk.CLIENT_CAPABILITIES_META_KEY,
    logLevel: sdk.LOG_LEVEL_META_KEY,
    serverInfo: sdk.SERVER_INFO_META_KEY,
  })
})
