import { z } from 'zod';
import { PellucidError } from '../errors.js';
import { elementCount, type Tensor, tensor } from '../tensor/index.js';
import { edits, type Intervention } from './interventions.js';

/** More numbers than this are not written by hand: give the input they come from instead. */
const mostNumbers = 10_000_000;

const index = z.array(z.number().int()).min(1);
const ids = z.array(z.number().int().nonnegative()).min(1);
const target = { targetText: z.string().optional(), decoderTokenIds: ids.optional() };
const input = z.union([
  z.string(),
  z.strictObject({ text: z.string(), pair: z.string().optional(), ...target }),
  z.strictObject({ tokenIds: ids, ...target }),
]);
const nested: z.ZodType<Nested> = z.lazy(() => z.union([z.array(z.number()), z.array(nested)]));
type Nested = readonly number[] | readonly Nested[];

const schema = z.strictObject({
  hook: z.string().min(1),
  heads: index.optional(),
  positions: index.optional(),
  edit: z.enum(edits),
  value: z.union([z.number(), nested]).optional(),
  from: input.optional(),
  reference: z.array(input).min(1).optional(),
  over: z.enum(['batch', 'positions', 'both']).optional(),
});

/**
 * Interventions from JSON: one object or a list of them, with the fields of {@link Intervention}; a value may be a number
 * or lists of numbers nested to the rank of the activation.
 * @throws PellucidError `bad-input` that says which field is wrong and what it may be.
 */
export function parseInterventions(json: string): Intervention[] {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PellucidError(
      'bad-input',
      `The interventions are not JSON: ${reason}. An example: [{"hook":"blocks.0.attn.hook_z","heads":[1],"edit":"zero"}]`,
    );
  }
  const parsed = z.array(schema).safeParse(Array.isArray(data) ? data : [data]);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const [at, ...field] = path;
    const where = `intervention ${Number(at ?? 0) + 1}${field.length > 0 ? `, field ${field.join('.')}` : ''}`;
    throw new PellucidError('bad-input', `${where}: ${message}.`);
  }
  return parsed.data.map(({ value, ...rest }) => ({
    ...(rest as Omit<Intervention, 'value'>),
    ...(value === undefined ? {} : { value: typeof value === 'number' ? value : nestedTensor(value) }),
  }));
}

function nestedTensor(value: Nested): Tensor<'F32'> {
  const shape: number[] = [];
  for (let part: Nested | number = value; typeof part !== 'number'; part = part[0] as Nested | number) {
    if (part.length === 0)
      throw new PellucidError('bad-input', 'A value of an intervention is an empty list.');
    shape.push(part.length);
  }
  const flat = (value as unknown[]).flat(shape.length - 1);
  if (
    flat.length !== elementCount(shape) ||
    flat.length > mostNumbers ||
    flat.some((item) => typeof item !== 'number')
  ) {
    throw new PellucidError(
      'bad-input',
      'A value of an intervention is a list whose parts are not equally long.',
    );
  }
  return tensor('F32', shape, Float32Array.from(flat as number[]));
}
