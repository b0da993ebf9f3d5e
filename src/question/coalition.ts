/** Which features are present: 1 for each that is, 0 for each that is taken away. */
export type Coalition = Uint8Array;
