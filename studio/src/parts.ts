import type { OpenedStack, Part } from 'pellucid/client';
import type { Strings } from './strings/english/index.js';
import { quoted } from './words.js';

type Frozen = NonNullable<Extract<Part, { kind: 'token' }>['frozen']>;

/** What a part is called. @param words the texts of the tokens that it speaks of */
export function nameOf(part: Part, words: readonly string[], strings: Strings): string {
  const { parts, ofStack, without } = strings.test;
  if (part.kind === 'token') {
    const token = quoted(words[0] ?? String(part.position));
    return part.frozen ? without(token, frozenName(part.frozen, strings)) : parts.token(token);
  }
  const name = () => {
    switch (part.kind) {
      case 'head':
        return parts.head(part.layer, part.head);
      case 'edge':
        return parts.edge(part.layer, part.head, part.destination, part.source);
      default:
        return parts[part.kind](part.layer);
    }
  };
  return part.stack === undefined ? name() : ofStack(name(), strings.attention.stacks[part.stack]);
}

/** Which attention stays as it is while a token is taken away. */
export function frozenName({ stack, layer, head }: Frozen, strings: Strings): string {
  const { frozen, ofStack } = strings.test;
  if (layer === undefined) return frozen.all;
  const name = head === undefined ? frozen.layer(layer) : frozen.head(layer, head);
  return stack === undefined ? name : ofStack(name, strings.attention.stacks[stack]);
}

/** How a part says whose it is: nothing in a model with one stack. */
export function stackPart({ stack }: OpenedStack): { readonly stack?: NonNullable<OpenedStack['stack']> } {
  return stack === null ? {} : { stack };
}
