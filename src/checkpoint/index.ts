export { type Checkpoint, openCheckpoint, readWeight } from './checkpoint.js';
export type { CheckpointFiles } from './checkpoint-files.js';
export { parseHeader, type SafetensorsHeader } from './safetensors/header.js';
export { parseSafetensors } from './safetensors/read.js';
export { openFolder } from './sources/folder.js';
export type { Weight, Weights } from './weights.js';
