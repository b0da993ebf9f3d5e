import type { ListedModel, ModelSource } from '../client/index.js';
import type { Model } from '../model/index.js';
import { version } from './version.js';

/**
 * What a page may open: the models that were named when it was started, those that are bundled, and those in the Hub's cache.
 * @param load opens one of them
 */
export async function modelSource(
  named: readonly string[],
  load: (name: string, signal: AbortSignal) => Promise<Model>,
): Promise<Omit<ModelSource, 'first'>> {
  const { bundledModels, cachedModels } = await import('../checkpoint/index.js');
  const { architectures } = await import('../model/index.js');
  const known = new Set(architectures.map(({ modelType }) => modelType));
  return {
    version: version(),
    load: (name, signal = new AbortController().signal) => load(name, signal),
    async list(): Promise<ListedModel[]> {
      const bundled = await bundledModels();
      const cached = (await cachedModels()).filter(({ modelType }) => known.has(modelType));
      const all: ListedModel[] = [
        ...named.map((name) => ({ name, title: name, modelType: '', from: 'named' as const })),
        ...bundled.map(({ name, title, modelType }) => ({
          name,
          title,
          modelType,
          from: 'bundled' as const,
        })),
        ...cached.map(({ id, modelType }) => ({ name: id, title: id, modelType, from: 'cache' as const })),
      ];
      return all.filter(({ name }, i) => all.findIndex((other) => other.name === name) === i);
    },
  };
}
