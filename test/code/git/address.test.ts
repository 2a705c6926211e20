import { expect, test } from 'bun:test'
import { checkRef, readAddress } from '../../../src/modules/code/git/address'

const base = 'https://github.com'

test.each([
  ['expressjs/express', 'https://github.com/expressjs/express', 'expressjs/express'],
  ['expressjs/express.git', 'https://github.com/expressjs/express', 'expressjs/express'],
  ['https://github.com/expressjs/express.git', 'https://github.com/expressjs/express', 'expressjs/express'],
  ['https://github.com/expressjs/express/', 'https://github.com/expressjs/express', 'expressjs/express'],
  [
    'https://gitlab.com/group/sub/project',
    'https://gitlab.com/group/sub/project',
    'gitlab.com/group/sub/project',
  ],
  ['https://git.example:8443/a/b', 'https://git.example:8443/a/b', 'git.example/a/b'],
  ['git@github.com:expressjs/express.git', 'ssh://git@github.com/expressjs/express', 'expressjs/express'],
  ['ssh://git@git.example:2222/a/b.git', 'ssh://git@git.example:2222/a/b', 'git.example/a/b'],
])('%s is found at %s', (text, url, name) => {
  expect(readAddress(text, base)).toMatchObject({ kind: 'remote', url, name })
})

test('a full URL is not put behind the base, and a base with a path keeps it', () => {
  expect(readAddress('a/b', 'https://git.example/mirror/')).toMatchObject({
    url: 'https://git.example/mirror/a/b',
    name: 'a/b',
  })
  expect(readAddress('https://other.example/a/b', 'https://git.example/mirror')).toMatchObject({
    url: 'https://other.example/a/b',
  })
})

test('folders are folders', () => {
  expect(readAddress('/srv/code/app', base)).toEqual({ kind: 'local', folder: '/srv/code/app', name: 'app' })
  expect(readAddress('/srv/code/../app/', base)).toMatchObject({ folder: '/srv/app' })
})

test.each([
  '--upload-pack=touch /tmp/x',
  '-oProxyCommand=x/y',
  'owner/--upload-pack',
  'owner',
  'owner/../../etc',
  'owner/repo with blank',
  'ext::sh -c touch% /tmp/x',
  'file:///etc',
  'git://github.com/a/b',
  'http::https://x/y',
  'https://user:secret@github.com/a/b',
  'https://token@github.com/a/b',
  'https://github.com/a/b?x=1',
  'https://github.com/a/b#x',
  'https://github.com/',
  'https://github.com/a/%2Fb',
  'https://github.com/a/%zz',
  'https://github.com/a/b%00',
  'ssh://-l@github.com/a/b',
  'https://github.com/a/-b',
  'ssh://-oProxyCommand=x/a/b',
  'git@-oProxyCommand=x:a/b',
  'a/b\nc',
  'a/b\0c',
])('%j is refused', (text) => {
  expect(() => readAddress(text, base)).toThrow(/does not fit/)
})

test('a refused URL is not repeated in the error: it may hold a secret', () => {
  expect(() => readAddress('https://user:hunter2@github.com/a/b', base)).toThrow(
    /^(?!.*hunter2).*credentials/,
  )
})

test.each([
  'main',
  'feature/x',
  'v1.2.3',
  'release-2026.11',
  'a@b',
  'ümlaut',
  '4c9d5e0f4c9d5e0f4c9d5e0f4c9d5e0f4c9d5e0f',
  '',
])('%j is a ref', (ref) => {
  expect(checkRef(ref)).toBe(ref)
})

test.each([
  '--upload-pack=x',
  '-b',
  '--',
  'a..b',
  'a b',
  'a~1',
  'a^',
  'a:b',
  'a?',
  'a*',
  '[a',
  'a\\b',
  '/a',
  'a/',
  'a//b',
  '.a',
  'a/.b',
  'a.lock',
  'a@{1}',
  '@',
  '+main',
  'a\nb',
  'a\0b',
])('%j is no ref', (ref) => {
  expect(() => checkRef(ref)).toThrow(/branch, a tag or a whole commit hash/)
})
