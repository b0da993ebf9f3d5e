import { extname } from 'node:path';
import type { Attention } from '../../explanations/index.js';
import { toJson } from '../../explanations/json.js';
import { attentionPage, type HeatmapOptions, heatmap } from '../../figures/index.js';
import { type FileContent, writeFiles } from '../../figures/output/write-file.js';
import { toCsv } from './csv.js';

/** What can be written of one attention head. */
export interface AttentionContent {
  /** The head: layer and head chosen. */
  readonly attention: Attention;
  /** All heads, for formats that let the reader choose. */
  readonly everyHead: () => Attention;
  readonly drawing: HeatmapOptions;
}

type Writer = (content: AttentionContent) => string | Uint8Array | Promise<Uint8Array>;

const writers: Readonly<Record<string, Writer>> = {
  '.svg': ({ attention, drawing }) => heatmap(attention, drawing).svg,
  '.png': ({ attention, drawing }) => heatmap(attention, drawing).png(),
  '.html': ({ attention, everyHead, drawing }) => {
    const { layer, head } = attention.options as { layer: number; head: number };
    const { title, colors, theme } = drawing;
    return attentionPage(everyHead(), {
      ...{ layer, head },
      ...(title ? { title } : {}),
      ...(colors === undefined ? {} : { colors }),
      ...(theme === undefined ? {} : { theme }),
    }).html;
  },
  '.json': ({ attention }) => `${toJson(attention)}\n`,
  '.csv': ({ attention }) => toCsv(attention),
};

/** Extensions of the files that an attention head can be written to. */
export const attentionExtensions: readonly string[] = Object.keys(writers);

/**
 * Writes an attention head to files, in the format that each extension names. All are made and written
 * before the first takes its name, so that an option which one of them refuses, or a full disk, leaves no files behind.
 */
export async function saveAttention(
  paths: readonly string[],
  content: AttentionContent,
  signal: AbortSignal,
): Promise<void> {
  const made: { path: string; content: FileContent }[] = [];
  for (const path of paths)
    made.push({ path, content: await writers[extname(path).toLowerCase()]!(content) });
  signal.throwIfAborted();
  await writeFiles(made);
}
