/** Runs in the browser: the library as a page uses it. */
import { heatmap } from '../../src/figures/index.js';
import { loadModel, openBlobs, type WebLoadOptions } from '../../src/web.js';

/** What a run leaves behind, as plain data. */
export interface Seen {
  readonly tokens: readonly string[];
  readonly shape: readonly number[];
  readonly attention: Float32Array;
  readonly predicted: readonly string[];
  readonly contentHash: string;
  readonly svg: string;
}

/** What the tests call, from outside the page. */
export interface WebPage {
  /** Opens a model, runs one text and closes it. */
  see(address: string, text: string, options: WebLoadOptions): Promise<Seen>;
  /** The same with files that are fetched first and given as blobs. */
  seeBlobs(address: string, names: readonly string[], text: string): Promise<Seen>;
  /** What a model makes of a text. */
  generate(address: string, text: string): Promise<string>;
  /** Why a model cannot be opened. */
  failure(address: string, options: WebLoadOptions): Promise<string>;
}

async function see(
  source: Parameters<typeof loadModel>[0],
  text: string,
  options: WebLoadOptions,
): Promise<Seen> {
  await using model = await loadModel(source, options);
  using run = await model.run(text);
  const { values } = run.attention();
  const [predicted] = run.predictions(3);
  return {
    tokens: run.tokens.map((token) => token.text),
    shape: values.shape,
    attention: values.data,
    predicted: predicted!.candidates.map((candidate) => candidate.text),
    contentHash: run.subject.contentHash,
    svg: heatmap(run.attention({ layer: 0, head: 0 })).svg,
  };
}

const page: WebPage = {
  see,
  async seeBlobs(address, names, text) {
    const blobs = names.map(async (name) => [name, await (await fetch(address + name)).blob()] as const);
    return see(openBlobs(new Map(await Promise.all(blobs)), address), text, {});
  },
  async generate(address, text) {
    await using model = await loadModel(address);
    return (await model.generate(text, { maxNewTokens: 12 })).text;
  },
  failure: (address, options) =>
    loadModel(address, options).then(
      () => 'it was opened',
      (error: Error) => `${error.name}: ${error.message}`,
    ),
};

Object.assign(globalThis, { page });
