/**
 * What stands where in the memory that the reader shares with the program. This folder is AssemblyScript: `bun run wasm` compiles it into `reader.wasm`. Every
 * function that reads begins at an address and gives the one behind what it has read; 0 where that is not in its usual form, be it right or wrong.
 */
export const capacity: i32 = 2048

/** Columns of the metrics that were read, by row: 64-bit floats, */
export const times: usize = memory.data(8 * 2048, 16)
export const values: usize = memory.data(8 * 2048, 16)
/** NaN for none; */
export const durations: usize = memory.data(8 * 2048, 16)
/** and 32-bit integers: bytes of the metadata, 0 for none, below 0 where they surely name no error code; */
export const sizes: usize = memory.data(4 * 2048, 16)
/** the number of the series, -1 for one that is not known; */
export const series: usize = memory.data(4 * 2048, 16)
/** its place among the types, and the place of the dimensions in the body, their bytes (0 where there are none), and the hash of both. */
export const types: usize = memory.data(4 * 2048, 16)
export const starts: usize = memory.data(4 * 2048, 16)
export const lengths: usize = memory.data(4 * 2048, 16)
export const hashes: usize = memory.data(4 * 2048, 16)

/** Words that are looked for, `wordSize` bytes each: 32 of text, 32 that are 255 where there is text, its length. */
export const words: usize = memory.data(32 * 80, 16)
export const wordSize: usize = 80

/** Hashes of series that are known, and where they stand among the entries; 8 bytes each. */
export const table: usize = 1 << 20
export const entries: usize = 2 << 20
export const entriesEnd: usize = 12 << 20
/** The body, with some zeros behind it, which end whatever is read. */
export const input: usize = 12 << 20
export const inputSize: i32 = (4 << 20) - 64
/** Metadata of all rows, one behind the other. */
export const metadata: usize = 16 << 20
