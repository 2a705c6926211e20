import { expect, test } from 'bun:test'
import { readManifest } from '../../../src/modules/code/graph/packages/manifests'

const read = (path: string, text: string) => readManifest(path, text)?.packages

test('pom.xml: groups, versions, scopes and lines', () => {
  const text = `<project>
<dependencies>
  <dependency>
    <groupId> org.acme </groupId><artifactId>log</artifactId>
    <version>1.2</version>
  </dependency>
  <dependency><groupId>junit</groupId><artifactId>junit</artifactId><scope>test</scope></dependency>
  <dependency><groupId>lost</groupId></dependency>
</dependencies>`
  expect(read('pom.xml', text)).toEqual([
    { name: 'org.acme:log', kind: 'runtime', wanted: '1.2', line: 3 },
    { name: 'junit:junit', kind: 'development', wanted: undefined, line: 7 },
  ])
})

test('build.gradle, go.mod and pnpm-lock.yaml', () => {
  const gradle =
    'dependencies {\n  testImplementation("a.b:c:1.0")\n  compileOnly \'d:e\'\n  println "f:g"\n}'
  expect(read('build.gradle', gradle)).toMatchObject([
    { name: 'a.b:c', kind: 'development', wanted: '1.0', line: 2 },
    { name: 'd:e', kind: 'runtime', line: 3 },
  ])
  const go =
    'module x.org/y\nrequire github.com/a/b v1.0.0\nrequire (\n\tc.io v2.0.0 // indirect\n\tlocal v1.0.0\n)'
  expect(read('go.mod', go)).toMatchObject([
    { name: 'github.com/a/b', kind: 'runtime', version: 'v1.0.0', line: 2 },
    { name: 'c.io', kind: 'indirect', version: 'v2.0.0', line: 4 },
  ])
  const pnpm = "packages:\n  /left-pad@1.3.0:\n  '@a/b@2.0.0(react@18.0.0)':\n  /old/1.0.0:\n"
  expect(read('pnpm-lock.yaml', pnpm)).toMatchObject([
    { name: 'left-pad', version: '1.3.0' },
    { name: '@a/b', version: '2.0.0' },
    { name: 'old', version: '1.0.0' },
  ])
})

test('lines of package.json, whatever the order; packages of Cargo.lock', () => {
  const npm =
    '{\n "name": "a",\n "devDependencies": {\n  "b": "1"\n },\n "dependencies": {\n  "c": "2"\n }\n}'
  expect(read('package.json', npm)).toMatchObject([
    { name: 'c', kind: 'runtime', line: 7 },
    { name: 'b', kind: 'development', line: 4 },
  ])
  const lock =
    'version = 3\n\n[[package]]\nname = "serde"\nversion = "1.0.1"\n\n[[package]]\nname = "x"\nversion = "0.1.0"\n'
  expect(read('Cargo.lock', lock)).toMatchObject([
    { name: 'serde', version: '1.0.1' },
    { name: 'x', version: '0.1.0' },
  ])
})

// Each of these took from minutes to centuries where patterns went back and forth in it.
test.each([
  ['pom.xml', `<dependency><groupId>${' '.repeat(900_000)}</dependency>`],
  ['pom.xml', '<dependency>'.repeat(80_000)],
  ['build.gradle', 'api'.repeat(300_000)],
  ['go.mod', 'a.'.repeat(450_000)],
  ['pnpm-lock.yaml', `packages:\n  a@${'1'.repeat(900_000)}`],
  ['Cargo.toml', `[dependencies]\n${Array.from({ length: 60_000 }, (_, at) => `p${at} = "1"`).join('\n')}`],
])('%s of the worst kind is read at once', (path, text) => {
  expect(read(path, text)).toEqual([])
})
