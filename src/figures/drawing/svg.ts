/** Attributes of an SVG element; undefined ones are left out, numbers are rounded to three decimals. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A finished piece of SVG, told apart from plain text so that text is always escaped. */
export interface Markup {
  readonly markup: string;
}

/** What XML 1.0 cannot carry in any form: most control characters, two noncharacters, halves of surrogate pairs. */
const forbidden = /[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff]|\p{Cs}/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe for SVG, XML and HTML, in content and in quoted attributes alike. */
export function escapeText(text: string): string {
  return text.replace(forbidden, '\ufffd').replace(/[&<>"']/g, (character) => entities[character]!);
}

/** A number with at most three decimals, in the shortest spelling. */
export function round(value: number): string {
  return String(Number(value.toFixed(3)) + 0);
}

/** One element; string children are escaped, {@link Markup} children are not. */
export function element(
  name: string,
  attributes: Attributes = {},
  ...children: readonly (string | Markup)[]
): Markup {
  let markup = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    markup += ` ${key}="${typeof value === 'number' ? round(value) : escapeText(value)}"`;
  }
  if (children.length === 0) return { markup: `${markup}/>` };
  const content = children.map((child) => (typeof child === 'string' ? escapeText(child) : child.markup));
  return { markup: `${markup}>${content.join('')}</${name}>` };
}

/** Several pieces as one. */
export function group(pieces: readonly Markup[]): Markup {
  return { markup: pieces.map((piece) => piece.markup).join('') };
}
