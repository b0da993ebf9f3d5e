import { readLook, writeLook } from './attention-look.js';
import {
  firstView,
  granularities,
  lensPlaces,
  mostPinned,
  panels,
  type Turn,
  units,
  type View,
  verdicts,
} from './view.js';

/** Bounds on what an address may hold: it may come from anywhere. */
const most = { model: 1000, text: 20_000, target: 1000, methods: 8, turns: 64, role: 100, written: 512 };
const mostGenerated = 200;

/** The view that an address names; what it leaves out, or what no view can be, is as at first. */
export function readAddress(hash: string): View {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const text = (name: 'model' | 'text' | 'pair' | 'targetText' | 'target', limit: number) => {
    const value = given.get(name);
    return value === null || value.length > limit ? undefined : value;
  };
  const one = <T extends string>(name: keyof View, known: readonly T[]) =>
    known.find((each) => each === given.get(name));
  const methods = listOf(given.get('methods'), /^[a-z][a-z0-9-]{0,99}$/, most.methods);
  return {
    ...firstView,
    model: text('model', most.model) ?? firstView.model,
    text: text('text', most.text) ?? firstView.text,
    pair: text('pair', most.text) ?? null,
    chat: chatOf(given.get('chat')),
    targetText: text('targetText', most.text) ?? null,
    generate: Math.min(mostGenerated, indexOf(given.get('generate')) ?? 0),
    // Tokens may repeat.
    written: (given.get('written')?.split(',') ?? [])
      .filter((id) => number.test(id))
      .slice(0, most.written)
      .map(Number),
    target: text('target', most.target) ?? firstView.target,
    position: indexOf(given.get('position')),
    tokens: listOf(given.get('tokens'), number, mostPinned).map(Number),
    layer: indexOf(given.get('layer')) ?? 0,
    head: indexOf(given.get('head')) ?? 0,
    panel: one('panel', panels) ?? firstView.panel,
    methods: methods.length > 0 ? methods : firstView.methods,
    features: one('features', granularities) ?? firstView.features,
    verdict: one('verdict', verdicts) ?? firstView.verdict,
    place: one('place', lensPlaces) ?? firstView.place,
    followed: listOf(given.get('followed'), number, 8).map(Number),
    unit: one('unit', units) ?? firstView.unit,
    look: readLook(given),
  };
}

const number = /^(0|[1-9]\d{0,6})$/;

function indexOf(value: string | null): number | null {
  return number.test(value ?? '') ? Number(value) : null;
}

/** The entries of a list that may stand there, each once. */
function listOf(value: string | null, form: RegExp, count: number): string[] {
  const entries = new Set(value?.split(',').filter((entry) => form.test(entry)));
  return [...entries].slice(0, count);
}

function chatOf(value: string | null): readonly Turn[] | null {
  if (value === null) return null;
  try {
    const turns: unknown = JSON.parse(value);
    return Array.isArray(turns) && turns.length <= most.turns && turns.every(isTurn)
      ? turns.map(({ role, content }) => ({ role, content }))
      : null;
  } catch {
    return null;
  }
}

function isTurn(value: unknown): value is Turn {
  if (typeof value !== 'object' || value === null) return false;
  const { role, content } = value as Partial<Record<keyof Turn, unknown>>;
  return (
    typeof role === 'string' &&
    role.length <= most.role &&
    typeof content === 'string' &&
    content.length <= most.text
  );
}

/** The address of a view: what is as at first is left out, but for what says what it is about. */
export function writeAddress({ look, ...view }: View): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(view) as [
    keyof typeof view,
    (typeof view)[keyof typeof view],
  ][]) {
    const always = name === 'model' || name === 'text' || name === 'panel';
    if (value === null || (!always && JSON.stringify(value) === JSON.stringify(firstView[name]))) continue;
    const list = Array.isArray(value) && name !== 'chat';
    given.set(
      name,
      list ? value.join(',') : typeof value === 'object' ? JSON.stringify(value) : String(value),
    );
  }
  writeLook(look, given);
  return `#${given}`;
}
