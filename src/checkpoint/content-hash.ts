import type { CheckpointFiles } from './checkpoint-files.js';
import { readHeader } from './safetensors/read.js';
import type { Weight, Weights } from './weights.js';

/** Files up to this size are hashed whole (some 20 ms); of larger ones whose hash is unknown samples are taken. */
const wholeBound = 16 * 2 ** 20;

/** Bytes taken from the middle of each tensor. */
const sampleLength = 256;

/**
 * A short name for what a checkpoint holds: equal for equal config and weights, whatever the source.
 *
 * `sha256:…` stands for every byte: it is the SHA-256 of one line a file (name, SHA-256 of its content) over the config
 * and the safetensors files, then those of a sentence encoder's modules. Content hashes come from the source where it knows them (the Hub's cache does) and are
 * computed for small files.
 *
 * `sampled-sha256:…` is used when a large file's hash is not known, since reading it all would cost more than opening
 * it: that file's line is the SHA-256 of its header, its size and 256 bytes from the middle of each tensor. Training
 * changes those; an edit made by hand to a few weights may not.
 */
export async function contentHashOf(
  files: CheckpointFiles,
  configFile: string,
  weights: Weights,
  modules: readonly string[],
): Promise<string> {
  const weightFiles = [...new Set([...weights.values()].map((weight) => weight.file))].sort();
  let sampled = false;
  let lines = '';
  for (const name of [configFile, ...weightFiles, ...modules]) {
    let hash = files.contentHash?.(name);
    if (hash === undefined && (await files.size(name)) <= wholeBound) {
      hash = await sha256(await files.read(name));
    }
    if (hash === undefined) {
      sampled = true;
      hash = await sampleHash(files, name, weights);
    }
    lines += `${name} ${hash}\n`;
  }
  return `${sampled ? 'sampled-sha256' : 'sha256'}:${await sha256(new TextEncoder().encode(lines))}`;
}

async function sampleHash(files: CheckpointFiles, name: string, weights: Weights): Promise<string> {
  const { dataStart } = await readHeader(files, name);
  const sizes = new TextEncoder().encode(`${await files.size(name)}\n`);
  const inFile = [...weights.values()].filter((weight) => weight.file === name);
  const samples = await Promise.all(inFile.map((weight) => sample(files, weight)));
  return sha256(concatenate([sizes, await files.read(name, 0, dataStart), ...samples]));
}

async function sample(files: CheckpointFiles, { file, offset, length }: Weight): Promise<Uint8Array> {
  const taken = Math.min(length, sampleLength);
  const start = offset + Math.floor((length - taken) / 2);
  return files.read(file, start, start + taken);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
