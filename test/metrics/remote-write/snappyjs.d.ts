declare module 'snappyjs' {
  /** Snappy's block format. */
  export function compress(plain: Uint8Array): Uint8Array
}
