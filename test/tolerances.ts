/** Largest absolute difference from the reference in float32: the numerical contract of the design. */
export const referenceTolerance = 1e-4;

/** Left-padded = right-padded = unpadded: the same products in another order of summation. */
export const paddingTolerance = 1e-5;

/** Rows of attention sum to 1: one rounding of each of a few hundred float32 terms. */
export const rowSumTolerance = 1e-5;
