import type { AblationResult } from 'pellucid/client';
import type { QueryKey } from 'pellucid/explanations';

interface Asked {
  readonly model: string;
  readonly text: string;
  readonly target: string;
}

/** A word for a shell of the POSIX kind. */
function shell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function opening({ model }: Asked, names: string): string {
  return `import { ${names} } from 'pellucid';\n\nconst model = await loadModel(${JSON.stringify(model)});\n`;
}

export function compareCommand(asked: Asked, methods: readonly string[], features: string): string {
  return `pellucid explain ${shell(asked.text)} --model ${shell(asked.model)} --method ${methods.join(',')} --target ${shell(asked.target)} --features ${features}`;
}

export function compareScript(asked: Asked, methods: readonly string[], features: string): string {
  const options = JSON.stringify({ methods, target: asked.target, features }, null, 2);
  return `${opening(asked, 'compare, loadModel')}const { attributions, agreement } = await compare(model, ${JSON.stringify(asked.text)}, ${options});`;
}

export function attentionCommand(asked: Asked, layer: number, head: number, stack: string | null): string {
  const of = stack === null ? '' : ` --stack ${stack}`;
  return `pellucid attention ${shell(asked.text)} --model ${shell(asked.model)} --layer ${layer} --head ${head}${of} --output attention.svg`;
}

export function attentionScript(asked: Asked, layer: number, head: number, stack: string | null): string {
  const choice = `{ layer: ${layer}, head: ${head}${stack === null ? '' : `, stack: '${stack}'`} }`;
  return `${opening(asked, 'heatmap, loadModel')}const run = await model.run(${JSON.stringify(asked.text)});\nawait heatmap(run.attention(${choice})).save('attention.svg');`;
}

/** A method whose map of tokens by tokens is drawn. */
export function mapCommand(asked: Asked, method: string, options: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(options).map(([name, value]) => ` --option ${name}=${value}`);
  return `pellucid explain ${shell(asked.text)} --model ${shell(asked.model)} --method ${method}${given.join('')} --target ${shell(asked.target)} --features tokens --output ${method}.json`;
}

export function mapScript(asked: Asked, method: string, options: Readonly<Record<string, unknown>>): string {
  const given = JSON.stringify({ method, options, target: asked.target, verdict: 'off' }, null, 2);
  return `${opening(asked, 'explain, loadModel')}const { map } = await explain(model, ${JSON.stringify(asked.text)}, ${given});`;
}

/** Queries and keys of a head, and their figure. */
export function queryKeyScript(asked: Asked, place: QueryKey['options'], destination: number): string {
  return `${opening(asked, 'loadModel, neuronView, queryKey')}const found = await queryKey(model, ${JSON.stringify(asked.text)}, ${JSON.stringify(place)});\nawait neuronView(found, { destination: ${destination} }).save('neurons.svg');`;
}

/** Of a head, attention or MLP; a token is taken away by the method `occlusion`. */
export function ablationScript(asked: Asked, { part, edit }: AblationResult): string {
  const text = JSON.stringify(asked.text);
  const target = JSON.stringify(asked.target);
  if (part.kind === 'token') {
    return `${opening(asked, 'explain, loadModel')}const why = await explain(model, ${text}, { method: 'occlusion', target: ${target}, features: 'tokens' });\nconst at = why.features.findIndex(({ positions }) => positions.includes(${part.position}));\nconsole.log(-why.values.data[at]);`;
  }
  const intervention =
    part.kind === 'head'
      ? { hook: `blocks.${part.layer}.attn.hook_z`, heads: [part.head], edit }
      : { hook: `blocks.${part.layer}.hook_${part.kind === 'mlp' ? 'mlp' : 'attn'}_out`, edit };
  return `${opening(asked, 'loadModel, parseTarget')}const variants = [[], [${JSON.stringify(intervention)}]];
const gradient = { target: parseTarget(${target}), of: [] };
const [before, after] = await model.sweep(${text}, variants, { capture: [], gradient });
console.log(after.target.value - before.target.value);`;
}
