/** What a metric may hold, as the program says it. */
export declare const mostMetrics: i32
/** Milliseconds that a time may be ahead. */
export declare const future: f64
export declare const mostValue: f64
export declare const mostDuration: f64
/** Fields of metadata, and characters of their keys and texts. */
export declare const mostFields: i32
export declare const longestKey: i32
export declare const longestText: i32
/** Bytes of dimensions that are looked up. */
export const longestDimensions: usize = 4096
