import { inputXGradient } from './input-x-gradient.js';
import type { MethodDefinition } from './method.js';
import { occlusion } from './occlusion.js';

export type { Attributed, MethodDefinition, MethodFamily } from './method.js';

/** Every method, in alphabetical order. */
export const methods: readonly MethodDefinition[] = [inputXGradient, occlusion];
