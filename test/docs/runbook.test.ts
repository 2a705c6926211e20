import { expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const root = join(import.meta.dir, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Rules {
  groups: { rules: { alert: string; annotations: { runbook?: string } }[] }[]
}

test('every alert has a section of the run-book, and leads there', () => {
  const { groups } = Bun.YAML.parse(read('deploy/prometheus/alerts.yml')) as Rules
  const alerts = groups.flatMap(({ rules }) => rules)
  const sections = [...read('docs/runbook.md').matchAll(/^## (\w+)\n\n(?=[^#\s])/gm)].map(([, name]) => name)
  expect(sections).toEqual(alerts.map(({ alert }) => alert))
  for (const { alert, annotations } of alerts)
    expect(annotations.runbook).toBe(`docs/runbook.md#${alert.toLowerCase()}`)
})

const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]

test.each(pages)('links of %s lead to files and headings that are there', (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link!)
  const broken = links.filter((link) => {
    const [path, anchor] = link.split('#') as [string, string | undefined]
    const file = path === '' ? join(root, page) : resolve(root, dirname(page), path)
    if (!existsSync(file)) return true
    return anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).has(anchor)
  })
  expect(broken).toEqual([])
})

/** Anchors as GitHub makes them of headings. */
const anchorsOf = (text: string) =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-'),
    ),
  )
