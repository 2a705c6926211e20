import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

interface Package {
  name: string
  version: string
  license?: string
  dependencies?: Record<string, string>
}

/** What the binary is made of, as CycloneDX 1.6: every package that ships, with its licence. */
export function billOfMaterials(root: string): object {
  const own = read(join(root, 'package.json'))
  const found = new Map<string, Package>()
  collect(root, own, found)
  const components = [...found.values()]
    .toSorted((a, b) => purl(a).localeCompare(purl(b)))
    .map((one) => ({
      type: 'library',
      'bom-ref': purl(one),
      name: one.name,
      version: one.version,
      purl: purl(one),
      ...(one.license ? { licenses: [{ expression: one.license }] } : {}),
    }))
  const runtime = { type: 'platform', 'bom-ref': `bun@${Bun.version}`, name: 'bun', version: Bun.version }
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': own.name, name: own.name, version: own.version },
    },
    components: [runtime, ...components],
  }
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Package
const purl = ({ name, version }: Package) => `pkg:npm/${name.replace('@', '%40')}@${version}`

function collect(folder: string, { dependencies = {} }: Package, found: Map<string, Package>): void {
  for (const name of Object.keys(dependencies)) {
    const place = locate(folder, name)
    if (!place || found.has(place)) continue
    const one = read(join(place, 'package.json'))
    found.set(place, one)
    collect(place, one, found)
  }
}

/** As module resolution does: the nearest `node_modules` above that has it. Optional packages may be missing. */
function locate(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const place = join(at, 'node_modules', name)
    if (existsSync(join(place, 'package.json'))) return place
    if (at === dirname(at)) return undefined
  }
}
