import type { Input, RequestOf } from 'pellucid/client';
import type { QueryKey } from 'pellucid/explanations';

/** What every request about a prediction says. */
interface Asked {
  readonly model: string;
  readonly input: Input;
  readonly target?: string | undefined;
  readonly position?: number | 'last' | 'mask' | undefined;
}

/** A word for a shell of the POSIX kind. */
function shell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A command about an input; undefined where the command line cannot be given it (tokens that the model wrote). */
function command(
  name: string,
  { model, input, target, position }: Asked,
  options: string,
): string | undefined {
  const { text, pair, chat, targetText, written = [] } = input;
  if (written.length > 0) return undefined;
  return [
    name === '' ? 'pellucid' : `pellucid ${name}`,
    chat ? `--chat ${shell(JSON.stringify(chat))}` : shell(text ?? ''),
    ...(pair ? [`--pair ${shell(pair)}`] : []),
    ...(targetText ? [`--target-text ${shell(targetText)}`] : []),
    `--model ${shell(model)}`,
    ...(target === undefined ? [] : [`--target ${shell(target)}`]),
    ...(position === undefined ? [] : [`--position ${position}`]),
    ...(options === '' ? [] : [options]),
  ].join(' ');
}

const code = (value: unknown) => JSON.stringify(value, null, 2);

/** The lines that open a model and say what it reads, as the constants `model` and `input`. */
function opening({ model, input }: Asked, names: readonly string[]): string {
  const { text, pair, chat, targetText, written = [] } = input;
  const given = {
    ...(chat ? { messages: chat } : { text }),
    ...(pair ? { pair } : {}),
    ...(targetText ? { targetText } : {}),
  };
  const lines = [
    `import { ${[...names, 'loadModel'].toSorted().join(', ')} } from 'pellucid';`,
    '',
    `const model = await loadModel(${JSON.stringify(model)});`,
  ];
  if (written.length === 0) return [...lines, `const input = ${code(given)};`].join('\n');
  return [
    ...lines,
    `const prompt = await model.run(${code(given)});`,
    `const written = model.tokenizer.fromIds(${JSON.stringify(written)});`,
    'const input = prompt.decoderTokens',
    '  ? { tokens: prompt.tokens, decoderTokens: [...prompt.decoderTokens, ...written] }',
    '  : { tokens: [...prompt.tokens, ...written] };',
  ].join('\n');
}

function targetCode({ target = 'logit', position }: Asked): string {
  const place = position === undefined ? '' : `, { position: ${JSON.stringify(position)} }`;
  return `parseTarget(${JSON.stringify(target)}${place})`;
}

export function overviewCommand({ model, input }: Asked): string | undefined {
  return command('', { model, input }, '');
}

export function overviewScript(asked: Asked): string {
  return `${opening(asked, ['overview', 'parseTarget'])}
const { attribution, head, mlp } = await overview(model, input, { target: ${targetCode(asked)} });`;
}

interface Compared {
  readonly methods: readonly string[];
  readonly features: string;
  readonly verdict: string;
}

export function compareCommand(asked: Asked, { methods, features, verdict }: Compared): string | undefined {
  return command(
    'explain',
    asked,
    `--method ${methods.join(',')} --features ${features} --verdict ${verdict}`,
  );
}

export function compareScript(asked: Asked, options: Compared): string {
  return `${opening(asked, ['compare', 'parseTarget'])}
const target = ${targetCode(asked)};
const { attributions, agreement } = await compare(model, input, { ...${code(options)}, target });`;
}

export function attentionCommand(asked: Asked, layer: number, head: number, stack: string | null) {
  const { model, input } = asked;
  const of = stack === null ? '' : `--stack ${stack} `;
  return command(
    'attention',
    { model, input },
    `${of}--layer ${layer} --head ${head} --output attention.svg`,
  );
}

export function attentionScript(asked: Asked, layer: number, head: number, stack: string | null): string {
  const choice = `{ layer: ${layer}, head: ${head}${stack === null ? '' : `, stack: '${stack}'`} }`;
  return `${opening(asked, ['heatmap'])}
const run = await model.run(input);
await heatmap(run.attention(${choice})).save('attention.svg');`;
}

type Options = Readonly<Record<string, unknown>>;

/** A method whose map of tokens by tokens is drawn. */
export function mapCommand(asked: Asked, method: string, options: Options): string | undefined {
  const given = Object.entries(options).map(([name, value]) => `--option ${name}=${value}`);
  const rest = [`--method ${method}`, ...given, `--features tokens --output ${method}.json`];
  return command('explain', asked, rest.join(' '));
}

export function mapScript(asked: Asked, method: string, options: Options): string {
  const given = code({ method, options, verdict: 'off' });
  return `${opening(asked, ['explain', 'parseTarget'])}
const target = ${targetCode(asked)};
const { map } = await explain(model, input, { ...${given}, target });`;
}

/** Queries and keys of a head, and their figure. */
export function queryKeyScript(asked: Asked, place: QueryKey['options'], destination: number): string {
  return `${opening(asked, ['neuronView', 'queryKey'])}
const found = await queryKey(model, input, ${JSON.stringify(place)});
await neuronView(found, { destination: ${destination} }).save('neurons.svg');`;
}

type LensAsked = RequestOf<'lens'> & Asked;

export function lensCommand({ model, input, at, pinned = [] }: LensAsked): string | undefined {
  const pins = pinned.map((pin) => `--pin ${shell(typeof pin === 'number' ? `#${pin}` : pin)}`);
  return command('lens', { model, input }, [`--at ${at}`, ...pins].join(' '));
}

export function lensScript(asked: LensAsked): string {
  const { at, pinned } = asked;
  return `${opening(asked, ['lens', 'lensGrid'])}
const found = await lens(model, input, ${JSON.stringify({ at, pinned })});
await lensGrid(found).save('lens.svg');`;
}

type ContributionsAsked = Asked & { readonly unit: string };

export function contributionsCommand(asked: ContributionsAsked): string | undefined {
  return command('contributions', asked, `--unit ${asked.unit}`);
}

export function contributionsScript(asked: ContributionsAsked): string {
  return `${opening(asked, ['contributions', 'contributionsChart', 'parseTarget'])}
const found = await contributions(model, input, { target: ${targetCode(asked)}, unit: '${asked.unit}' });
await contributionsChart(found).save('contributions.svg');`;
}

/** A test of a part, beside the same random others. */
export function ablationScript(asked: RequestOf<'ablate'>): string {
  const { part, edit = 'zero' } = asked;
  const options = `{ part: ${JSON.stringify(part)}, edit: '${edit}', target: ${targetCode(asked)} }`;
  return `${opening(asked, ['ablate', 'parseTarget'])}
const { change, controls } = await ablate(model, input, ${options});
console.log(change, controls);`;
}
