import { PellucidError } from '../errors.js';

/** A number of labels is untrusted until a weight agrees with it, and a name is made for each. */
const mostLabels = 1_000_000;

/** Reads the values of a `config.json`, with transformers' defaults for keys that old checkpoints leave out. */
export class ConfigReader {
  readonly #config: Readonly<Record<string, unknown>>;
  /** Names the checkpoint in messages. */
  readonly where: string;

  constructor(config: Readonly<Record<string, unknown>>, where: string) {
    this.#config = config;
    this.where = where;
  }

  /** A size or a count: a whole number of at least 1. `aliases` are other names that transformers accepts. */
  count(key: string, fallback: number, ...aliases: string[]): number {
    const found = [key, ...aliases].find(
      (name) => this.#config[name] !== undefined && this.#config[name] !== null,
    );
    const value = found === undefined ? fallback : this.#config[found];
    if (!Number.isSafeInteger(value) || (value as number) < 1)
      this.#wrong(found ?? key, 'a whole number above 0');
    return value as number;
  }

  /** A whole number of at least 0, such as the index of a layer. */
  whole(key: string, fallback: number): number {
    const value = this.#config[key] ?? fallback;
    if (!Number.isSafeInteger(value) || (value as number) < 0) this.#wrong(key, 'a whole number');
    return value as number;
  }

  /** A positive number, such as an epsilon. */
  positive(key: string, fallback: number): number {
    const value = this.#config[key] ?? fallback;
    if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0)
      this.#wrong(key, 'a number above 0');
    return value as number;
  }

  /** A token id, or null where the model has none. */
  tokenId(key: string, fallback: number | null): number | null {
    const value = this.#config[key] === undefined ? fallback : this.#config[key];
    if (value !== null && (!Number.isSafeInteger(value) || (value as number) < 0))
      this.#wrong(key, 'a token id or null');
    return value as number | null;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.#config[key] ?? fallback;
    if (typeof value !== 'boolean') this.#wrong(key, 'true or false');
    return value as boolean;
  }

  text(key: string, fallback: string): string {
    const value = this.#config[key] ?? fallback;
    if (typeof value !== 'string') this.#wrong(key, 'a string');
    return value as string;
  }

  /** One of the names that Pellucid knows. @throws PellucidError `unsupported` for another one. */
  choice(key: string, fallback: string, known: readonly string[]): string {
    const value = this.text(key, fallback);
    if (known.includes(value)) return value;
    throw new PellucidError(
      'unsupported',
      `config.json of ${this.where} sets ${key} to "${value}", and Pellucid supports only ${known.join(', ')}.`,
    );
  }

  /** A key's value as it stands. */
  value(key: string): unknown {
    return this.#config[key];
  }

  /** An object of settings; empty where the config has none. */
  record(key: string): Readonly<Record<string, unknown>> {
    const value = this.#config[key] ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) this.#wrong(key, 'an object');
    return value as Readonly<Record<string, unknown>>;
  }

  /** Class names from `architectures`; empty where the config has none. */
  classes(): string[] {
    const value = this.#config.architectures ?? [];
    if (!Array.isArray(value) || value.some((name) => typeof name !== 'string'))
      this.#wrong('architectures', 'class names');
    return value as string[];
  }

  /** Names of the classes of a classifier: `id2label`, else `LABEL_0` … for `num_labels` (2 by default). */
  labels(): string[] {
    const named = this.#config.id2label;
    if (named === undefined || named === null) {
      const count = this.count('num_labels', 2);
      if (count > mostLabels) this.#wrong('num_labels', `at most ${mostLabels}`);
      return Array.from({ length: count }, (_, i) => `LABEL_${i}`);
    }
    if (typeof named !== 'object') this.#wrong('id2label', 'a map from "0", "1", … to names');
    const entries = Object.entries(named as Record<string, unknown>);
    const labels = entries.map((_, i) => (named as Record<string, unknown>)[String(i)]);
    if (entries.length === 0 || labels.some((label) => typeof label !== 'string')) {
      this.#wrong('id2label', 'a map from "0", "1", … to names');
    }
    return labels as string[];
  }

  /** Refuses by name an option whose other values would change what is computed. */
  require(key: string, supported: unknown): void {
    const value = this.#config[key] ?? supported;
    if (JSON.stringify(value) !== JSON.stringify(supported)) {
      throw new PellucidError(
        'unsupported',
        `config.json of ${this.where} sets ${key} to ${JSON.stringify(value)}, and Pellucid supports only ${JSON.stringify(supported)}.`,
      );
    }
  }

  /** Refuses a width that its heads cannot share evenly. */
  requireDivisible(widthKey: string, width: number, headsKey: string, heads: number): void {
    if (width % heads === 0) return;
    const found = `${widthKey} ${width} is not a multiple of ${headsKey} ${heads}`;
    throw new PellucidError('bad-checkpoint', `config.json of ${this.where}: ${found}.`);
  }

  /** @throws PellucidError always: the value of `key` is not what it must be. */
  #wrong(key: string, expected: string): never {
    const value = JSON.stringify(this.#config[key]) ?? 'missing';
    throw new PellucidError(
      'bad-checkpoint',
      `config.json of ${this.where}: ${key} must be ${expected}, not ${value}.`,
    );
  }
}
