import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type MetricsRig, startMetrics } from '../rig'
import { fillHour } from './fill'

/** A server on a socket, as a browser sees it. */
async function served() {
  const rig = await startMetrics()
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => rig.fetch(request) })
  const admin = await rig.addKey('boss', 'enterprise', ['admin'])
  const close = async () => {
    await server.stop(true)
    await rig.close()
  }
  return { rig, admin, url: `http://127.0.0.1:${server.port}`, close }
}

let server: Awaited<ReturnType<typeof served>>
let rig: MetricsRig
beforeAll(async () => {
  server = await served()
  rig = server.rig
})
afterAll(() => server.close())

test('the page names nothing outside of this server, runs nothing inline, and every file is there', async () => {
  const response = await fetch(`${server.url}/dashboard/metrics`)
  const html = await response.text()
  expect(response.headers.get('content-security-policy')).toContain("script-src 'self'")
  expect(html).not.toMatch(/<script>|<style|style="|onload=|https?:/)
  const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1]!)
  expect(files.length).toBeGreaterThan(4)
  for (const file of files) {
    const packed = await fetch(server.url + file, { headers: { 'accept-encoding': 'gzip' } })
    expect([file, packed.status, packed.headers.get('content-encoding')]).toEqual([file, 200, 'gzip'])
    expect(packed.headers.get('cache-control')).toContain('immutable')
    const plain = await fetch(server.url + file, { headers: { 'accept-encoding': 'identity' } })
    expect(await plain.text()).toBe(await packed.text())
  }
  expect((await fetch(`${server.url}${files[0]!.replace(/[^/]+$/, 'constructor')}`)).status).toBe(404)
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
  const shoot = (name: string) =>
    page.screenshot({ path: join(folder, `metrics-${name}.png`), fullPage: true })

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true })
    browser = await chromium.launch({ executablePath, headless: true, args })
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' })
    page.on('request', (request) => void asked.push(request.url()))
    page.on('console', (message) => {
      const isExpected = /status of (401|403|503)/.test(message.text())
      if (['error', 'warning'].includes(message.type()) && !isExpected) complaints.push(message.text())
    })
    page.on('pageerror', (error) => void complaints.push(String(error)))
  }, 60_000)
  afterAll(() => browser?.close())

  async function signIn(key: string) {
    await page.getByLabel('Admin key').fill(key)
    await page.keyboard.press('Enter')
  }

  test('asks for a key, with the field in focus, and says why one does not do', async () => {
    await page.goto(`${server.url}/dashboard/metrics`)
    expect(await page.evaluate('document.activeElement.id')).toBe('key')
    await signIn('nonsense')
    await page.getByText('not known here').waitFor()
    await shoot('sign-in')
    await signIn(rig.key)
    await page.getByText('may not look at metrics').waitFor()
  }, 60_000)

  test('with nothing reported it says what to do', async () => {
    await signIn(server.admin)
    await page.getByRole('heading', { name: 'No requests in this range' }).waitFor()
    await shoot('empty')
  }, 60_000)

  test('shows what was reported', async () => {
    await fillHour(rig)
    await page.reload()
    await page.locator('#tiles dd').first().waitFor()
    expect(await page.locator('#tiles dd').first().textContent()).toMatch(/^3,\d{3}/)
    const tools = page.locator('#tools tbody tr')
    expect(await tools.count()).toBe(6)
    expect(await tools.first().locator('th').textContent()).toBe('search')
    expect(await page.locator('#services tbody tr').count()).toBe(3)
    for (const chart of await page.locator('.chart canvas').all())
      while (!(await isDrawn(chart))) await Bun.sleep(50)
    await shoot('wide-light')
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.waitForTimeout(300)
    await shoot('wide-dark')
    await page.setViewportSize({ width: 390, height: 844 })
    while (!(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'))) await Bun.sleep(50)
    await shoot('narrow-dark')
    await page.emulateMedia({ colorScheme: 'light' })
    await page.waitForTimeout(300)
    await shoot('narrow-light')
    await page.setViewportSize({ width: 1280, height: 900 })
  }, 60_000)

  test('a long name leaves its numbers in sight', async () => {
    const hidden = await page.evaluate<number>(`(() => {
      const table = document.querySelector('#tools')
      table.tBodies[0].rows[0].cells[0].textContent = 'a_name_of_'.repeat(9)
      return table.scrollWidth - table.parentElement.clientWidth
    })()`)
    expect(hidden).toBeLessThanOrEqual(0)
  })

  test('arrow keys read a chart, and a table has all of it', async () => {
    await page.locator('#latency .chart').focus()
    await page.keyboard.press('ArrowLeft')
    const said = page.locator('#latency output')
    expect(await said.textContent()).toMatch(/^\d+ \w+ \d{4}, .*: p50 [\d.]+ m?s, p95 .*, p99 /)
    const before = await said.textContent()
    await page.keyboard.press('ArrowLeft')
    expect(await said.textContent()).not.toBe(before)
    await page.getByText('Latency as a table').click()
    expect(await page.locator('#latency tbody tr').count()).toBeGreaterThan(100)
    await page.getByText('Latency as a table').click()
  }, 60_000)

  test('range, kind, service and lines are chosen with the keyboard', async () => {
    await page.locator('input[value="1h"]').focus()
    await Promise.all([page.waitForResponse(/range=6h/), page.keyboard.press('ArrowRight')])
    await Promise.all([
      page.waitForResponse(/type=auth_request/),
      page.locator('#type').selectOption('auth_request'),
    ])
    await page.getByText('No tool executions in this range').waitFor()
    await Promise.all([page.waitForResponse(/type=&|range=6h$/), page.locator('#type').selectOption('')])
    await Promise.all([
      page.waitForResponse(/service=gateway/),
      page.locator('#service').selectOption('gateway'),
    ])
    await page.locator('#latency .keys button').first().focus()
    await page.keyboard.press('Space')
    expect(await page.locator('#latency .keys button').first().getAttribute('aria-pressed')).toBe('false')
    expect(await page.locator('#service').inputValue()).toBe('gateway')
  }, 60_000)

  test('it is live: what comes in shows by itself', async () => {
    await page.locator('#service').selectOption('')
    await Promise.all([
      page.waitForResponse(/range=15m/),
      page.locator('input[value="15m"]').check({ force: true }),
    ])
    await rig.post(
      { service: 'newcomer', metrics: [{ type: 'auth_request', value: 1 }] },
      await rig.addIngestKey('newcomer'),
    )
    await page.locator('#services tbody tr', { hasText: 'newcomer' }).waitFor({ timeout: 15_000 })
  }, 60_000)

  test('what has no neighbour in time is a dot', async () => {
    const timestamp = new Date(Date.now() - 2 * 3_600_000).toISOString()
    const reported = Array.from({ length: 3 }, (_, n) => ({
      type: 'auth_request',
      timestamp,
      value: 1,
      duration_ms: 20,
      dimensions: { success: n > 0 },
    }))
    await rig.post({ service: 'lonely', metrics: reported }, await rig.addIngestKey('lonely'))
    await Promise.all([
      page.waitForResponse(/range=6h/),
      page.locator('input[value="6h"]').check({ force: true }),
    ])
    await page.locator('#service option[value="lonely"]').waitFor({ state: 'attached' })
    await page.locator('#service').selectOption('lonely')
    const shares = page.locator('#errors tbody td', { hasText: '%' })
    while ((await shares.count()) !== 1) await Bun.sleep(50)
    expect(await shares.textContent()).toBe('33.3 %')
    for (const [chart, paint] of [
      ['errors', 'bad'],
      ['latency', 'p99'],
    ] as const)
      while ((await page.evaluate<number>(painted(chart, paint))) < 20) await Bun.sleep(50)
    await shoot('dots')
    await page.locator('#service').selectOption('')
    await page.locator('#tools tbody tr').first().waitFor()
  }, 60_000)

  test('a server in trouble is told, what was shown stays, and it comes back', async () => {
    await page.route('**/data?*', (route) =>
      route.fulfill({ status: 503, json: { detail: 'The disk is full.' } }),
    )
    await page.getByRole('button', { name: 'Live' }).click()
    await page.getByRole('button', { name: 'Live' }).click()
    await page.getByText('The disk is full.').waitFor()
    expect(await page.locator('#tools tbody tr').count()).toBeGreaterThan(0)
    await shoot('error')
    await page.unroute('**/data?*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.locator('#notice').waitFor({ state: 'hidden' })
  }, 60_000)

  test('every control has a name, and text stands out enough in both schemes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await page.evaluate<string[]>(nameless)).toEqual([])
      expect(await page.evaluate<string[]>(faint)).toEqual([])
    }
  })

  test('the key is in the tab alone, and gone after signing out', async () => {
    expect(asked.filter((url) => url.includes(server.admin) || !url.startsWith(server.url))).toEqual([])
    expect(await page.context().cookies()).toEqual([])
    expect(await page.evaluate('JSON.stringify({ ...localStorage })')).toBe('{}')
    await page.getByRole('button', { name: 'Sign out' }).click()
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).toBe('{}')
    expect(await page.locator('#content').isHidden()).toBe(true)
    expect(complaints).toEqual([])
  })

  /** True when a canvas has more than one colour. */
  const isDrawn = (canvas: ReturnType<Page['locator']>) =>
    canvas.evaluate((element) => {
      const { width, height } = element as unknown as { width: number; height: number }
      // biome-ignore lint/suspicious/noExplicitAny: the DOM's types are not part of this project
      const pixels = (element as any).getContext('2d').getImageData(0, 0, width, height)
        .data as Uint8ClampedArray
      return new Set(new Uint32Array(pixels.buffer)).size > 10
    })

  /** How many points of a chart's canvas have exactly the colour of a line. */
  const painted = (chart: string, paint: string) => `(() => {
    const canvas = document.querySelector('#${chart} canvas')
    const colours = document.createElement('canvas').getContext('2d')
    colours.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--${paint}').trim()
    colours.fillRect(0, 0, 1, 1)
    const wanted = new Uint32Array(colours.getImageData(0, 0, 1, 1).data.buffer)[0]
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    return new Uint32Array(data.buffer).filter((pixel) => pixel === wanted).length
  })()`

  /** Shown controls without a label or text. */
  const nameless = `[...document.querySelectorAll('button, input, select, summary, [tabindex="0"]')]
    .filter((element) => element.checkVisibility())
    .filter((element) => !(element.innerText || element.getAttribute('aria-label') || element.getAttribute('aria-labelledby') || element.labels?.length))
    .map((element) => element.outerHTML.slice(0, 100))`

  /** Shown texts whose contrast with what is behind them is below 4.5. */
  const faint = `(() => {
    const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    const rgb = (colour) => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1); return [...paint.getImageData(0, 0, 1, 1).data] }
    const light = (colour) => { const [r, g, b] = rgb(colour).map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 }); return 0.2126 * r + 0.7152 * g + 0.0722 * b }
    const behind = (element) => { for (let e = element; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (rgb(c)[3] === 255) return c } return 'white' }
    const texts = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && !e.closest('.sight, .skip') && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    return texts.map((e) => { const [a, b] = [light(getComputedStyle(e).color), light(behind(e))]; return [e, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)] })
      .filter(([, ratio]) => ratio < 4.5).map(([e, ratio]) => e.outerHTML.slice(0, 80) + ' ' + ratio.toFixed(2))
  })()`
})
