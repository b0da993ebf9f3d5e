import { z } from 'zod';
import { operations } from '../api/index.js';

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** The description of the interface, OpenAPI 3.1, made from the schemas that check the requests. */
export function openApi(version: string): object {
  const paths = Object.values(operations).map(({ name, summary, request, result }) => [
    `/api/${name}`,
    {
      post: {
        operationId: name,
        summary,
        security: [{ token: [] }],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: schemaOf(request, 'input') } },
        },
        responses: {
          200: {
            description:
              'Lines of JSON: {"progress": {"done", "total"}} any number of times, and last {"result"} or {"error": {"code", "message"}}.',
            content: {
              'application/x-ndjson': {
                schema: schemaOf(z.object({ result }), 'output'),
              },
            },
          },
          default: {
            description: 'Why it was not answered, in one sentence.',
            content: { 'application/x-ndjson': { schema: schemaOf(errorSchema, 'output') } },
          },
        },
      },
    },
  ]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Pellucid',
      version,
      description:
        'What the studio asks of its server. A request that is closed by its sender is cancelled; the requests for one model are answered in turn.',
    },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths: Object.fromEntries(paths),
  };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' });
}
