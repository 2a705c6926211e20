const units = ['B', 'KB', 'MB', 'GB', 'TB']

/** Bytes for people, in powers of 1024: `3.4 MB`. */
export function sizeText(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`
}
