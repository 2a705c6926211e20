import { invalid } from '../../../core/errors'
import { refuseSecrets, textsOf } from '../scanner/scanner'
import { defaultEntryType, type EntryRow, entryTypePattern, limits, type Metadata } from './entry'
import { findSymbols } from './symbols'
import { checkText } from './text'
import { parseTime, readTime } from './time'

/** What a caller gives for a new entry. */
export interface EntryInput {
  entry: string
  entry_type?: string
  tags?: string[]
  metadata?: Metadata
  occurred_at?: string
  client_id?: string
}

/** A checked entry that is not stored yet. `occurredAt` is undefined where nobody gave it. */
export interface Draft
  extends Pick<EntryRow, 'entry' | 'entry_type' | 'tags' | 'symbols' | 'metadata' | 'client_id'> {
  occurredAt: Date | undefined
}

/**
 * Checks an input by every rule of an entry and finds its symbols; throws `invalid` or `secret_detected`. Older clients put
 * `entry_type`, `tags` and `timestamp` inside metadata: these count where the field itself is absent, and stay in
 * metadata too.
 */
export function draftEntry(input: EntryInput): Draft {
  const metadata = checkMetadata(input.metadata ?? {})
  const draft = {
    entry: checkText(input.entry),
    entry_type: input.entry_type ?? liftedType(metadata) ?? defaultEntryType,
    tags: checkTags(input.tags ?? liftedTags(metadata)),
    metadata,
    client_id: input.client_id ?? null,
    occurredAt: input.occurred_at
      ? parseTime(input.occurred_at, '/occurred_at')
      : readTime(metadata.timestamp),
  }
  refuseEntrySecrets(draft)
  return { ...draft, symbols: findSymbols(draft.entry, metadata) }
}

/** Nothing of a secret may reach the database: not in the text, a tag, a type, an id or any depth of metadata. */
export function refuseEntrySecrets(draft: Omit<Draft, 'symbols' | 'occurredAt'>): void {
  refuseSecrets([draft.entry, ...draft.tags, draft.client_id ?? '', ...textsOf(draft.metadata)])
}

/** Trimmed, without empty ones, each once (letter case does not count). */
export function checkTags(tags: readonly string[]): string[] {
  const kept = new Map<string, string>()
  for (const tag of tags.map((tag) => tag.trim()).filter(Boolean)) {
    if (!kept.has(labelOfTag(tag))) kept.set(labelOfTag(tag), tag)
  }
  return [...kept.values()]
}

/** The form in which tags are compared. */
export const labelOfTag = (tag: string) => tag.trim().normalize('NFC').toLowerCase()

export function checkMetadata(metadata: Metadata): Metadata {
  if (nestedDeeper(metadata, limits.depth)) {
    throw invalid('/metadata', `must not be nested deeper than ${limits.depth}`)
  }
  if (Buffer.byteLength(JSON.stringify(metadata)) > limits.metadata) {
    throw invalid('/metadata', `must be at most ${limits.metadata} bytes as JSON`)
  }
  return metadata
}

const nestedDeeper = (value: unknown, than: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (than === 0 || Object.values(value).some((item) => nestedDeeper(item, than - 1)))

function liftedType({ entry_type }: Metadata): string | undefined {
  if (typeof entry_type !== 'string') return undefined
  const slug = entry_type
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
  return new RegExp(entryTypePattern).test(slug) ? slug : undefined
}

function liftedTags({ tags }: Metadata): string[] {
  if (!Array.isArray(tags)) return []
  const texts = tags.filter(
    (tag): tag is string => typeof tag === 'string' && tag.trim().length <= limits.tag,
  )
  return texts.slice(0, limits.tags)
}
