/** Largest absolute difference from the reference in float32: the numerical contract of the design. */
export const referenceTolerance = 1e-4;

/** Left-padded = right-padded = unpadded: the same products in another order of summation. */
export const paddingTolerance = 1e-5;

/** Rows of attention sum to 1: one rounding of each of a few hundred float32 terms. */
export const rowSumTolerance = 1e-5;

/**
 * Largest absolute difference of one operator from its reference kernel, on every backend. Results are at most 63 (7 products
 * of at most 3 · 3), and one rounding to float32 of such a number is 4e-6 off; a sum of 7 has some.
 */
export const operatorTolerance = 2e-5;

/**
 * Sine and cosine on WebGPU: the WGSL specification promises no more than 2⁻¹¹ (section Floating Point Accuracy). What the
 * documentation says of rotary positions on WebGPU follows from it.
 */
export const webGpuAngleTolerance = 2 ** -11;

/**
 * Hook points of the tiny models against the reference, on processors (Node and WebAssembly) and on graphics devices. The
 * residual stream reaches 21, where one rounding is 2e-6 off, and some of them add up: 8e-6 was measured in WebAssembly. A graphics
 * device may also approximate exp, tanh and division: 9e-6 was measured in software.
 */
export const backendTolerances = { processor: 2e-5, webgpu: 4e-5 };
