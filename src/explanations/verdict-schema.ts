import { z } from 'zod';

/** The form of a verdict as it is stored: bounds on texts and lists are those of the file around it. */
export function verdictSchema(bounds: { readonly text: z.ZodString; readonly points: number }) {
  const { text } = bounds;
  const count = z.int().nonnegative();
  const points = z
    .array(z.object({ share: z.number(), value: z.number(), deviation: z.number().optional() }))
    .max(bounds.points);
  const control = { mean: z.number(), deviation: z.number(), standardError: z.number(), seeds: count };
  const measure = z.object({
    metric: text,
    value: z.number(),
    better: z.enum(['higher', 'lower']),
    random: z.object({ ...control, curve: points.optional() }).nullable(),
    curve: points.optional(),
  });
  return z.object({
    conclusion: z.enum(['supported', 'not supported', 'inconclusive']),
    because: reasonSchema(text),
    reason: text,
    rule: text,
    measures: z.array(measure).max(100),
    cost: count,
  });
}

function reasonSchema(text: z.ZodString) {
  const count = z.int().nonnegative();
  const comparison = z.object({
    metric: text,
    value: z.number(),
    random: z.number(),
    standardError: z.number(),
    seeds: count,
    deviations: z.number(),
  });
  return z.discriminatedUnion('code', [
    z.object({ code: z.literal('few-features'), features: count, needed: count }),
    z.object({ code: z.literal('still-target') }),
    z.object({
      code: z.literal('ranking'),
      comparisons: z.array(comparison).max(100),
      ...{ seeds: count, better: count, equal: count, chance: z.number() },
      ...{ supportedUpTo: z.number(), notSupportedAbove: z.number() },
      agreement: z.number(),
    }),
    z.object({ code: z.literal('few-parts'), parts: count, needed: count }),
    z.object({
      code: z.literal('part'),
      effect: z.number(),
      others: z.object({ count, mean: z.number(), standardError: z.number() }),
      deviations: z.number(),
      ...{ supportedAbove: z.number(), notSupportedUpTo: z.number() },
      byMean: z.number(),
    }),
  ]);
}
