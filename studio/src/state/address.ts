import { readLook, writeLook } from './attention-look.js';
import { firstView, granularities, mostPinned, panels, type View } from './view.js';

/** Bounds on what an address may hold: it may come from anywhere. */
const most = { model: 1000, text: 20_000, target: 1000, methods: 8 };

/** The view that an address names; what it leaves out, or what no view can be, is as at first. */
export function readAddress(hash: string): View {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const text = (name: 'model' | 'text' | 'target') => {
    const value = given.get(name);
    return value === null || value.length > most[name] ? firstView[name] : value;
  };
  const methods = listOf(given.get('methods'), /^[a-z][a-z0-9-]{0,99}$/, most.methods);
  return {
    model: text('model'),
    text: text('text'),
    target: text('target'),
    tokens: listOf(given.get('tokens'), number, mostPinned).map(Number),
    layer: indexOf(given.get('layer')),
    head: indexOf(given.get('head')),
    panel: panels.find((name) => name === given.get('panel')) ?? firstView.panel,
    methods: methods.length > 0 ? methods : firstView.methods,
    look: readLook(given),
    features: granularities.find((name) => name === given.get('features')) ?? firstView.features,
  };
}

const number = /^(0|[1-9]\d{0,5})$/;

function indexOf(value: string | null): number {
  return number.test(value ?? '') ? Number(value) : 0;
}

/** The entries of a list that may stand there, each once. */
function listOf(value: string | null, form: RegExp, count: number): string[] {
  const entries = new Set(value?.split(',').filter((entry) => form.test(entry)));
  return [...entries].slice(0, count);
}

/** The address of a view. */
export function writeAddress({ tokens, methods, look, ...rest }: View): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) given.set(name, String(value));
  if (tokens.length > 0) given.set('tokens', tokens.join(','));
  given.set('methods', methods.join(','));
  writeLook(look, given);
  return `#${given}`;
}
