export type { Attention } from './attention.js';
export type { AskedQuestion, Attribution, Baseline } from './attribution.js';
export { type Component, type Contributions, contributionParts } from './contributions.js';
export {
  type DeclaredError,
  type Explanation,
  type Subject,
  schemaVersion,
  type TargetRecord,
} from './explanation.js';
export type {
  ContextReliance,
  ContextSensitivity,
  GeneratedRow,
  GenerationAttribution,
} from './generation-attribution.js';
export type { HeadPlace, HeadScores } from './head-scores.js';
export { shortestFloat32, toJson } from './json.js';
export type { Lens, LensRow } from './lens.js';
export type { AblationFinding, Answer, AnswerPlace, Overview } from './overview.js';
export { type Precision, precisionSentence } from './precision.js';
export type { QueryKey } from './query-key.js';
export { type RankingComparison, type Reason, reasonSentence } from './reason.js';
export { explanationJsonSchema, explanationSchema, readExplanation } from './schema.js';
export type { CurvePoint, Measure, RandomControl, Verdict } from './verdict.js';
