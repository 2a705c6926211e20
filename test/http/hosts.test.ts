import { describe, expect, test } from 'bun:test'
import { createHostCheck, type HostRules } from '../../src/platform/http/hosts'
import { createOriginCheck } from '../../src/platform/http/origins'

const passes = (rules: HostRules, host: string) => {
  try {
    createHostCheck(rules)(host)
    return true
  } catch {
    return false
  }
}

const local = { HOST: '127.0.0.1' }
const open = { HOST: '0.0.0.0' }
const named = { HOST: '0.0.0.0', PUBLIC_URL: 'https://mcp.example.com' }

describe('Host', () => {
  const rows: [HostRules, string, boolean][] = [
    [local, 'localhost:8890', true],
    [local, 'mcp.example.com', false],
    [{ ...local, PUBLIC_URL: 'https://mcp.example.com' }, 'mcp.example.com', true],
    [{ ...local, PUBLIC_URL: 'https://mcp.example.com' }, 'MCP.example.com.:443', true],
    [{ ...local, PUBLIC_URL: 'https://mcp.example.com' }, '10.0.0.1', false],
    [{ ...local, ALLOWED_ORIGINS: ['https://app.example.com'] }, 'app.example.com', true],
    [open, 'anything.example', true],
    [named, 'mcp.example.com', true],
    [named, 'evil.example', false],
    [named, 'mcp.example.com.evil.example', false],
    [named, '172.19.0.5:8890', true],
    [named, '[fdaa::3]:8890', true],
    [named, 'holdfast', true],
    [named, 'holdfast.internal:8890', true],
    [named, 'localhost', true],
    [{ HOST: '::1' }, 'evil.example', false],
    [{ HOST: '::' }, 'some.example', true],
  ]
  test.each(rows)('with %j, %s: %p', (rules, host, allowed) => {
    expect(passes(rules, host)).toBe(allowed)
  })

  test.each(['', ' ', 'a b', 'a,b', 'a/b', 'a@b', 'a:b', 'a:123456', '[::1', 'a\\b', 'x?y', '..'])(
    'a malformed one is refused even where all are allowed: %j',
    (host) => expect(passes(open, host)).toBe(false),
  )

  test('a refused name stays refused, an accepted one stays accepted', () => {
    const check = createHostCheck(local)
    for (let i = 0; i < 3; i++) {
      expect(() => check('localhost')).not.toThrow()
      expect(() => check('evil.example')).toThrow()
    }
  })
})

describe('Origin', () => {
  const list = ['https://app.example.com', 'http://tool.example:3000']
  const rows: [string[] | undefined, string | undefined, string, string | null, boolean][] = [
    [list, undefined, 'https://app.example.com', null, true],
    [list, undefined, 'https://app.example.com:8443', null, true],
    [list, undefined, 'http://app.example.com', null, false],
    [list, undefined, 'https://app.example.com.evil.example', null, false],
    [list, undefined, 'https://xapp.example.com', null, false],
    [list, undefined, 'http://tool.example:3000', null, true],
    [list, undefined, 'http://tool.example:3001', null, false],
    [list, undefined, 'http://localhost:3000', null, false],
    [undefined, undefined, 'http://localhost:3000', null, true],
    [[], undefined, 'http://localhost:3000', 'localhost:3000', true],
    [undefined, undefined, 'https://mcp.example.com', 'mcp.example.com', true],
    [undefined, undefined, 'https://mcp.example.com:1', 'mcp.example.com', false],
    [list, 'https://mcp.example.com', 'https://mcp.example.com', 'other', true],
    [['vscode-webview://abc'], undefined, 'vscode-webview://abc', null, true],
  ]
  test.each(rows)('list %j, public %p: %s under Host %p: %p', (allowed, publicUrl, origin, host, fine) => {
    const check = () => createOriginCheck(allowed, publicUrl)(origin, host)
    if (fine) expect(check).not.toThrow()
    else expect(check).toThrow('ALLOWED_ORIGINS')
  })

  test.each(['*', 'app.example.com', 'https://app.example.com/path', 'https://u@app.example.com', ''])(
    'the setting %j is refused at start',
    (entry) => expect(() => createOriginCheck([entry])).toThrow('is not an origin'),
  )
})
