// Writes docs/explanation.schema.json from the schema in src/explanations.
import { writeFileSync } from 'node:fs';
import { explanationJsonSchema } from '../dist/src/explanations/index.js';

const file = new URL('../docs/explanation.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(explanationJsonSchema(), null, 2)}\n`);
