/** A package that a manifest asks for, or a lock file has settled. */
export interface Package {
  name: string
  /** How it is needed: `runtime`, `development`, `peer`, `optional`, `build`. `locked` in lock files. */
  kind: string
  /** The range as it is written. */
  wanted?: string | undefined
  /** The one version of a lock file. */
  version?: string | undefined
  /** From 1, where the manifest names it. */
  line?: number | undefined
}

/** A manifest's packages, without those that it names twice. */
export interface Manifest {
  ecosystem: string
  packages: Package[]
}

export const asObject = (value: unknown): Record<string, unknown> =>
  value && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

export const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The line on which a package is named. */
export function lineOf(text: string, name: string): number | undefined {
  const at = text.search(
    new RegExp(`(^|["'\\s\\[])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}["'\\s=<>~!:;@,\\]]`, 'm'),
  )
  return at < 0 ? undefined : text.slice(0, at + 1).split('\n').length
}
