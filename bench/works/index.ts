import { coldStart } from './cold-start.js';
import { forward } from './forward.js';
import { memory } from './memory.js';
import { tokenizer } from './tokenizer.js';
import type { Work } from './work.js';

/** All works, alphabetical: each is measured, and shown, in this order. */
export const works: readonly Work[] = [coldStart, forward, memory, tokenizer];
