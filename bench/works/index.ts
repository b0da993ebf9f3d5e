import { ablation } from './ablation.js';
import { browser } from './browser.js';
import { captureCost } from './capture-cost.js';
import { coldStart } from './cold-start.js';
import { eventLoop } from './event-loop.js';
import { everything } from './everything.js';
import { forward } from './forward.js';
import { generation } from './generation.js';
import { gradient } from './gradient.js';
import { hardwareShare } from './hardware-share.js';
import { integratedGradients } from './integrated-gradients.js';
import { longText } from './long-text.js';
import { memory } from './memory.js';
import { patching } from './patching.js';
import { perturbationWorks } from './perturbation.js';
import { steadyMemory } from './steady-memory.js';
import { tokenizer } from './tokenizer.js';
import type { Work } from './work.js';

/** What the engine is for: values inside, changed, differentiated, and in the browser. */
export const engineWorks: readonly Work[] = [
  everything,
  captureCost,
  hardwareShare,
  gradient,
  integratedGradients,
  patching,
  ablation,
  generation,
  eventLoop,
  browser,
  steadyMemory,
];

/** All works: each is measured, and shown, in this order. */
export const works: readonly Work[] = [
  coldStart,
  forward,
  memory,
  tokenizer,
  ...engineWorks,
  ...perturbationWorks,
  longText,
];
