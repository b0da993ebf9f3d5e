/** How a random checkpoint is made. */
export interface Recipe {
  /** Name of its folder. */
  readonly name: string;
  /** `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Shape of each tensor of `model.safetensors`. */
  readonly weights: ReadonlyMap<string, readonly number[]>;
  /** `tokenizer.json` and `tokenizer_config.json`. */
  readonly tokenizer: () => { readonly json: object; readonly config: object };
}

/** The names of one layer, and those of all layers: `name` gets the number of the layer. */
export function perLayer(
  layers: number,
  name: (layer: number) => string,
  shapes: Readonly<Record<string, readonly number[]>>,
): [string, readonly number[]][] {
  return Array.from({ length: layers }, (_, layer) =>
    Object.entries(shapes).map(
      ([part, shape]) => [`${name(layer)}.${part}`, shape] as [string, readonly number[]],
    ),
  ).flat();
}
