/** Pellucid: see inside transformer language models. This entry is for Node; the subpaths run anywhere. */
export { type AblateOptions, type AblationResult, ablate } from './api/ablate.js';
export type { Part, PartEdit } from './api/part.js';
export type { Chat, ChatMessage, ChatOptions, Tokenizer } from './checkpoint/index.js';
export { type CompareOptions, type Comparison, compare } from './compare.js';
export { type ContextRelianceOptions, type ContextualPrompt, contextReliance } from './context-reliance.js';
export { type ComparisonCost, type Cost, comparisonCost } from './cost.js';
export { PellucidError } from './errors.js';
export { type ExplainOptions, explain } from './explain.js';
export { type ExplainGenerationOptions, explainGeneration } from './explain-generation.js';
export type {
  AblationFinding,
  Attention,
  Attribution,
  ContextReliance,
  Contributions,
  Explanation,
  GenerationAttribution,
  HeadScores,
  Lens,
  Overview,
  QueryKey,
  TargetRecord,
  Verdict,
} from './explanations/index.js';
export {
  contributionsChart,
  type Figure,
  type HeatmapOptions,
  heatmap,
  type LensGridOptions,
  lensGrid,
  neuronView,
  terminalContributions,
  terminalHighlight,
  terminalLens,
  tokenHighlight,
} from './figures/index.js';
export { type Grade, type GradeOptions, type Grades, grade } from './grade.js';
export { type HeadScoresOptions, headScores } from './head-scores.js';
export { type LoadOptions, loadModel } from './load-model.js';
export { loadTunedLens, saveTunedLens } from './load-tuned-lens.js';
export { type Plausibility, plausibility } from './metrics/index.js';
export type {
  AnswerPositions,
  AttentionChoice,
  Candidate,
  Capture,
  Estimate,
  FinishReason,
  Generation,
  GenerationOptions,
  GradientRequest,
  Intervention,
  MemoryOption,
  Model,
  ModelInput,
  NewToken,
  Prediction,
  Progress,
  Run,
  RunOptions,
  Target,
  Task,
} from './model/index.js';
export { type OverviewOptions, overview } from './overview.js';
export { type QueryKeyOptions, queryKey } from './query-key.js';
export { type Check, recompute } from './recompute.js';
export {
  type ContributionsOptions,
  contributions,
  type LensOptions,
  lens,
  type TrainingOptions,
  type TunedLens,
  trainTunedLens,
} from './residual-stream/index.js';
export { NodeRuntime, type NodeSettings } from './runtime/node.js';
export {
  type MaxSensitivity,
  maxSensitivity,
  type ParameterRandomization,
  parameterRandomization,
} from './sanity-checks.js';
export { parseTarget, type TargetOptions } from './targets/parse-target.js';
export type { Tensor, Token } from './tensor/index.js';
export {
  type CheckResult,
  referenceScript,
  type Verification,
  type VerifyOptions,
  verify,
} from './verification/index.js';
