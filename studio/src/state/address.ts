import { firstView, granularities, panels, type View } from './view.js';

/** The view that an address names; what it leaves out is as at first. */
export function readAddress(hash: string): View {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const text = (name: 'model' | 'text' | 'target') => given.get(name) ?? firstView[name];
  const index = (name: string) => {
    const value = given.get(name) ?? '';
    return /^\d{1,6}$/.test(value) ? Number(value) : null;
  };
  const methods = given.get('methods')?.split(',').filter(Boolean).slice(0, 8);
  return {
    model: text('model'),
    text: text('text'),
    target: text('target'),
    token: index('token'),
    layer: index('layer') ?? 0,
    head: index('head') ?? 0,
    panel: panels.find((name) => name === given.get('panel')) ?? firstView.panel,
    methods: methods && methods.length > 0 ? methods : firstView.methods,
    drawing: given.get('drawing') === 'lines' ? 'lines' : 'matrix',
    features: granularities.find((name) => name === given.get('features')) ?? firstView.features,
  };
}

/** The address of a view. */
export function writeAddress(view: View): string {
  const { token, methods, ...rest } = view;
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) given.set(name, String(value));
  if (token !== null) given.set('token', String(token));
  given.set('methods', methods.join(','));
  return `#${given}`;
}
