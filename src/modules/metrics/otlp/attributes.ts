import { addDimension } from '../translate/dimensions'
import type { AnyValue, KeyValue } from './messages'

export type Dimensions = Record<string, string>

/** Adds attributes to dimensions; those that are named in `skip` or have no value are left out. */
export function addAttributes(
  dimensions: Dimensions,
  attributes: readonly KeyValue[],
  skip: (key: string) => boolean = () => false,
): void {
  for (const { key, value } of attributes) {
    if (key === '' || skip(key)) continue
    const text = textOf(value)
    if (text !== undefined) addDimension(dimensions, key, text)
  }
}

/** The text of an attribute by name. */
export function attributeOf(attributes: readonly KeyValue[], name: string): string | undefined {
  return textOf(attributes.find(({ key }) => key === name)?.value)
}

/** Lists become `a,b`; bytes and maps have no text that would serve as a dimension. */
function textOf(value: AnyValue | null | undefined): string | undefined {
  if (!value?.value) return undefined
  if (value.value !== 'arrayValue') return String(value[value.value])
  const items = value.arrayValue.values.map(textOf).filter((item) => item !== undefined)
  return items.length > 0 ? items.join(',') : undefined
}
