import { PellucidError } from '../../errors.js';

/** One part of a `tokenizer.json` (a normalizer, pre-tokenizer, post-processor or decoder): its type and settings. */
export interface Component {
  readonly type: string;
  readonly [setting: string]: unknown;
}

/**
 * Reads a part of a tokenizer description; null and absent mean that there is none.
 * @throws PellucidError `bad-checkpoint` when it is not an object with a type.
 */
export function componentOf(value: unknown, where: string): Component | null {
  if (value === null || value === undefined) return null;
  if (!isRecord(value) || typeof value.type !== 'string') {
    throw new PellucidError('bad-checkpoint', `"${where}" in tokenizer.json is not an object with a "type"`);
  }
  return value as Component;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A yes-or-no setting; absent and null mean `otherwise`. */
export function flag(component: Component, setting: string, otherwise: boolean): boolean {
  const value = component[setting] ?? otherwise;
  if (typeof value !== 'boolean') throw wrong(component, setting, 'true or false');
  return value;
}

/** Longer settings are in no published file, and what is put into texts multiplies them. */
const longestText = 1000;

/** A text setting, which must be there unless `otherwise` is given. */
export function textOf(component: Component, setting: string, otherwise?: string): string {
  const value = component[setting] ?? otherwise;
  if (typeof value !== 'string') throw wrong(component, setting, 'a text');
  if (value.length > longestText) {
    throw wrong(component, setting, `at most ${longestText} characters long, not ${value.length}`);
  }
  return value;
}

/** The parts of a `Sequence`. */
export function listOf(component: Component, setting: string): Component[] {
  const value = component[setting];
  if (!Array.isArray(value)) throw wrong(component, setting, 'a list');
  return value.flatMap((item) => componentOf(item, `${component.type}.${setting}`) ?? []);
}

/** The error that a setting is not what it must be. */
export function wrong(component: Component, setting: string, expected: string): PellucidError {
  return new PellucidError(
    'bad-checkpoint',
    `"${setting}" of the ${component.type} in tokenizer.json must be ${expected}`,
  );
}

/** Whether a component, or one inside it, is of this type. */
export function includesType(component: Component | null, type: string): boolean {
  if (component === null) return false;
  if (component.type === type) return true;
  return Object.values(component).some(
    (setting) =>
      Array.isArray(setting) &&
      setting.some((part) => isRecord(part) && includesType(part as Component, type)),
  );
}
