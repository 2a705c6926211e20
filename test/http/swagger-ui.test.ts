import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type Served, serve } from './kit'

let server: Served
beforeAll(async () => {
  server = await serve()
})
afterAll(() => server.close())

/** The page and everything that it names. */
async function assets(): Promise<string[]> {
  const html = await (await fetch(`${server.url}/swagger`)).text()
  return [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!)
}

test('the page names nothing outside of this server and has no script inside', async () => {
  const html = await (await fetch(`${server.url}/swagger`)).text()
  expect((await assets()).every((path) => path.startsWith('/swagger/'))).toBe(true)
  expect(html).not.toMatch(/<script>|<style|onload=|https?:/)
})

test('assets are kept for ever, packed, and not sent twice', async () => {
  const paths = await assets()
  expect(paths).toHaveLength(4)
  for (const path of paths) {
    const packed = await fetch(server.url + path, { headers: { 'accept-encoding': 'gzip' } })
    const plain = await fetch(server.url + path, { headers: { 'accept-encoding': 'identity' } })
    expect(packed.headers.get('content-encoding')).toBe('gzip')
    expect(packed.headers.get('cache-control')).toContain('immutable')
    expect(await packed.text()).toBe(await plain.text())
    const etag = plain.headers.get('etag')!
    expect((await fetch(server.url + path, { headers: { 'if-none-match': etag } })).status).toBe(304)
  }
})

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const flags = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking'
const args = `${flags} --disable-component-update --disable-sync`.split(' ')

describe.skipIf(!existsSync(executablePath))('in a browser', () => {
  let browser: Browser
  let page: Page
  const asked: string[] = []
  const complaints: string[] = []

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, headless: true, args })
    page = await browser.newPage({ viewport: { width: 1280, height: 1500 } })
    page.on('request', (request) => void asked.push(request.url()))
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => void complaints.push(String(error)))
  }, 60_000)
  afterAll(() => browser?.close())

  /** Opens an operation and presses Try it out, then Execute. */
  async function execute(operation: string, fill?: (block: ReturnType<Page['locator']>) => Promise<void>) {
    const block = page.locator(`#operations-shop-${operation}`)
    await block.locator('.opblock-summary-control').click()
    await block.getByRole('button', { name: 'Try it out' }).click()
    await fill?.(block)
    await block.getByRole('button', { name: 'Execute' }).click()
    const live = block.locator('.live-responses-table')
    await live.waitFor()
    return {
      status: (await live.locator('.response .response-col_status').textContent())?.trim() ?? '',
      body: (await live.locator('.highlight-code code').first().textContent()) ?? '',
    }
  }

  test('paste a key, try it out, get the answer', async () => {
    await page.goto(`${server.url}/swagger`)
    await page.getByRole('button', { name: 'Authorize' }).first().click()
    // The cursor stands where the key belongs.
    await page.keyboard.insertText(server.key)
    await page.keyboard.press('Enter')
    await page.getByText('Authorized').first().waitFor()
    await page.getByRole('button', { name: 'Close' }).last().click()
    const answer = await execute('list_things')
    expect(answer.status).toStartWith('200')
    expect(JSON.parse(answer.body)).toEqual({ input: { limit: 20 } })
    const added = await execute('add_thing')
    expect(added.status).toStartWith('201')
    expect(JSON.parse(added.body)).toEqual({ length: 6 })
    const folder = process.env.SCREENSHOTS ?? join(tmpdir(), 'holdfast-screenshots')
    mkdirSync(folder, { recursive: true })
    await page.locator('#operations-shop-list_things').screenshot({ path: join(folder, 'swagger-ui.png') })
    await page.screenshot({ path: join(folder, 'swagger-ui-page.png') })
  }, 60_000)

  test('it asked nobody else, and nothing was blocked or broke', () => {
    expect(asked.length).toBeGreaterThan(4)
    expect(asked.filter((url) => !url.startsWith(server.url) && !url.startsWith('data:'))).toEqual([])
    expect(complaints).toEqual([])
  })

  test('the key is forgotten with the page', async () => {
    const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')
    expect(kept).not.toContain(server.key)
    await page.reload()
    expect(
      (await execute('get_thing', (block) => block.locator('input').first().fill('7'))).status,
    ).toStartWith('401')
  }, 60_000)
})
