import { labelParts } from 'pellucid/figures';

/** A token's text: whitespace made visible, in its own direction. */
export function Label({ text }: { readonly text: string }) {
  return [...labelParts(text).entries()].map(([i, part]) => (
    <bdi key={i} className={part.quiet ? 'mark' : undefined}>
      {part.text}
    </bdi>
  ));
}
