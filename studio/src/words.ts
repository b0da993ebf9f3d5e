import type { TargetRecord } from 'pellucid/explanations';
import { labelText } from 'pellucid/figures';
import type { Strings } from './strings/english/index.js';

/** A token or feature as it stands in a sentence: in quotes, whitespace made visible. */
export function quoted(text: string): string {
  const inner = text.trim() === '' ? labelText(text) : text.trim();
  return `“${inner.length > 60 ? `${inner.slice(0, 57)}…` : inner}”`;
}

/** A number with its sign, three digits. */
export function signed(value: number): string {
  const text = Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2);
  return value > 0 ? `+${text}` : text.replace('-', '−');
}

/** A share in percent. */
export function percent(share: number): string {
  return share < 0.001 ? '<0.1 %' : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** The numbers from 0 to below a count. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** What a target is about, in words. */
export function targetWords(target: TargetRecord, strings: Strings): string {
  const [answer, other] = target.answers.map(({ text }) => quoted(text));
  if (answer === undefined) return target.name;
  return other === undefined ? answer : strings.question.contrast(answer, other);
}
