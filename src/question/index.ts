export type { Coalition } from './coalition.js';
export { Coalitions } from './coalitions.js';
export { embeddingHooks } from './embeddings.js';
export { ask, type Question, type QuestionOptions } from './question.js';
export { type KnownRemoval, type Removal, removals } from './removal.js';
export { givenEmbeddings, inputOf, joinedEmbeddings, removeAt, type Sequence } from './sequence.js';
