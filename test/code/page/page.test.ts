import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { startApp, type TestApp } from '../../kit/app'
import { addCorpus } from '../search/corpus'

const many = Array.from({ length: 30 }, (_, n) => ({
  path: `src/part-${n}.ts`,
  language: 'typescript',
  text: `import { Router } from './router'\n  const router${n} = new Router()\n`,
}))
const files = [
  {
    path: 'src/router.ts',
    language: 'typescript',
    text: `${'// a line\n'.repeat(100)}export class Router {\n  add() {}\n}\n`,
    symbols: [{ name: 'Router', line: 101, column: 14, kind: 'class' }],
  },
  {
    path: 'evil.html',
    language: 'html',
    text: '<img src=x onerror=alert(1)> Router <script>alert(2)</script>\n',
  },
  ...many,
]

let app: TestApp
let url: string
let stop: () => Promise<void>
beforeAll(async () => {
  app = await startApp()
  await addCorpus(app.storage.as('tester'), 'tester', 'acme/shop', files)
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => app.fetch(request) })
  url = `http://127.0.0.1:${server.port}`
  stop = () => server.stop(true)
})
afterAll(async () => {
  await stop()
  await app.close()
})

test('the page names nothing outside of this server, runs nothing inline, and every file is there', async () => {
  const response = await fetch(`${url}/dashboard/code`)
  const html = await response.text()
  expect(response.headers.get('content-security-policy')).toContain("script-src 'self'")
  expect(html).not.toMatch(/<script>|<style|style="|onload=|https?:/)
  const grammar = /<p id="grammar"[^>]*>(.*)<\/p>/.exec(html)![1]!
  for (const part of [
    '&quot;a phrase&quot;',
    '/regex/',
    'file:',
    'lang:',
    'sym:',
    'repo:',
    'branch:',
    'case:yes',
  ])
    expect(grammar).toContain(part)
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1]!)
  expect(named.length).toBeGreaterThan(2)
  for (const file of named) {
    const found = await fetch(url + file)
    expect([file, found.status]).toEqual([file, 200])
    expect(found.headers.get('cache-control')).toContain('immutable')
  }
  expect((await fetch(`${url}${named[0]!.replace(/[^/]+$/, 'constructor')}`)).status).toBe(404)
})

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const flags = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking'
const args = `${flags} --disable-component-update --disable-sync`.split(' ')

describe.skipIf(!existsSync(executablePath))('in a browser', () => {
  let browser: Browser
  let page: Page
  const asked: string[] = []
  const complaints: string[] = []
  const folder = process.env.SCREENSHOTS ?? join(tmpdir(), 'holdfast-screenshots')
  const shoot = (name: string) => page.screenshot({ path: join(folder, `code-${name}.png`) })

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true })
    browser = await chromium.launch({ executablePath, args })
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } })
    page.on('request', (request) => asked.push(request.url()))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
  }, 60_000)
  afterAll(() => browser?.close())

  test('a wrong key is refused in words, the right one opens repositories', async () => {
    await page.goto(`${url}/dashboard/code`)
    await page.fill('#key', 'kota_free_nothing_such')
    await page.press('#key', 'Enter')
    await page.waitForSelector('#wrong:not(:empty)')
    expect(await page.textContent('#wrong')).toContain('not known')
    complaints.length = 0
    await page.fill('#key', app.key)
    await page.press('#key', 'Enter')
    await page.waitForSelector('#repositories tbody tr')
    expect(await page.textContent('#repositories tbody')).toContain('acme/shop')
  }, 30_000)

  test('results are highlighted and lead to lines, by keyboard alone', async () => {
    await page.keyboard.press('Escape')
    await page.evaluate('document.activeElement.blur()')
    await page.keyboard.press('/')
    await page.keyboard.type('Router')
    await page.keyboard.press('Enter')
    await page.waitForSelector('#results li mark')
    expect(await page.textContent('#status')).toContain('32 files')
    expect(await page.textContent('#results > li:first-child')).toContain('src/router.ts')
    expect(await page.textContent('#results > li:first-child mark')).toBe('Router')
    await shoot('light')
    await page.click('#more')
    await page.waitForSelector('#results > li:nth-child(32)')
    await page.focus('#results > li:first-child ul a')
    await page.keyboard.press('Enter')
    await page.waitForSelector('#file-lines [aria-current]')
    expect(await page.textContent('#file-lines [aria-current]')).toBe('export class Router {')
    expect(await page.evaluate('document.activeElement.id')).toBe('file-title')
    await page.emulateMedia({ colorScheme: 'dark' })
    await shoot('dark')
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await shoot('narrow-dark')
    await page.keyboard.press('Escape')
    expect(await page.isVisible('#file')).toBe(false)
    await page.emulateMedia({ colorScheme: 'light' })
    await page.evaluate('scrollTo(0, 0)')
    await shoot('narrow-light')
    await page.setViewportSize({ width: 1200, height: 900 })
  }, 30_000)

  test('a query that cannot be read says where, and text of files is never markup', async () => {
    await page.fill('#query', 'foo (bar')
    await page.press('#query', 'Enter')
    await page.waitForSelector('#fault:not([hidden])')
    expect(await page.textContent('#fault')).toContain('position 5')
    expect(await page.textContent('#status')).toBe('')
    expect(await page.locator('#results > li').count()).toBe(0)
    complaints.length = 0
    await page.fill('#query', 'onerror')
    await page.press('#query', 'Enter')
    await page.waitForSelector('#results > li:only-child')
    expect(await page.textContent('#results')).toContain('<img src=x onerror=alert(1)>')
    expect(await page.locator('#results img').count()).toBe(0)
    expect(await page.textContent('#status')).toContain('1 line in 1 file, ')
  }, 30_000)

  test('a repository that could not be indexed says why, and its button removes it', async () => {
    await app.tool('index_repository', { repository: 'https://127.0.0.1:1/ann/lost', wait_seconds: 30 })
    await page.reload()
    const row = page.locator('#repositories tbody tr', { hasText: 'ann/lost' })
    await row.waitFor()
    expect(await row.textContent()).toContain('could not be indexed: ')
    const questions: string[] = []
    page.on('dialog', (dialog) => {
      questions.push(dialog.message())
      return questions.length === 1 ? dialog.dismiss() : dialog.accept()
    })
    await row.getByRole('button').click()
    expect(await row.count()).toBe(1)
    await row.getByRole('button').click()
    await row.waitFor({ state: 'detached' })
    expect(questions[1]).toContain('ann/lost from the index')
    expect(await page.textContent('#index-said')).toContain('no longer indexed')
    expect(await page.textContent('#repositories tbody')).toContain('acme/shop')
  }, 30_000)

  test('the key is in no URL and nowhere after signing out; nothing left this server', async () => {
    await page.click('#sign-out')
    expect(await page.evaluate('sessionStorage.length + localStorage.length')).toBe(0)
    expect(await page.textContent('#results')).toBe('')
    expect(asked.filter((address) => !address.startsWith(url))).toEqual([])
    expect(asked.filter((address) => address.includes('kota_'))).toEqual([])
    expect(complaints).toEqual([])
  })
})
