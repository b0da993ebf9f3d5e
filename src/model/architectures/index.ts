import type { Architecture } from '../architecture.js';
import { albert } from './albert.js';
import { bart } from './bart.js';
import { bert } from './bert.js';
import { bloom } from './bloom.js';
import { camembert } from './camembert.js';
import { cohere2 } from './cohere2.js';
import { debertaV2 } from './deberta-v2.js';
import { deepseekV3 } from './deepseek_v3.js';
import { distilbert } from './distilbert.js';
import { electra } from './electra.js';
import { falcon } from './falcon.js';
import { gemma } from './gemma.js';
import { gemma2 } from './gemma2.js';
import { gemma3Text } from './gemma3_text.js';
import { gptBigcode } from './gpt_bigcode.js';
import { gptNeo } from './gpt_neo.js';
import { gptNeox } from './gpt_neox.js';
import { gptOss } from './gpt_oss.js';
import { gpt2 } from './gpt2.js';
import { gptj } from './gptj.js';
import { granite } from './granite.js';
import { llama } from './llama.js';
import { m2m100 } from './m2m_100.js';
import { marian } from './marian.js';
import { mbart } from './mbart.js';
import { mistral } from './mistral.js';
import { mixtral } from './mixtral.js';
import { modernbert } from './modernbert.js';
import { mpnet } from './mpnet.js';
import { mt5 } from './mt5.js';
import { olmo } from './olmo.js';
import { olmo2 } from './olmo2.js';
import { opt } from './opt.js';
import { pegasus } from './pegasus.js';
import { phi } from './phi.js';
import { phi3 } from './phi3.js';
import { qwen2 } from './qwen2.js';
import { qwen2Moe } from './qwen2_moe.js';
import { qwen3 } from './qwen3.js';
import { qwen3Moe } from './qwen3_moe.js';
import { roberta } from './roberta.js';
import { seedOss } from './seed_oss.js';
import { smollm3 } from './smollm3.js';
import { stablelm } from './stablelm.js';
import { starcoder2 } from './starcoder2.js';
import { t5 } from './t5.js';
import { xlmRoberta } from './xlm-roberta.js';

/** Every architecture that Pellucid opens, in alphabetical order. */
export const architectures: readonly Architecture[] = [
  albert,
  bart,
  bert,
  bloom,
  camembert,
  cohere2,
  debertaV2,
  deepseekV3,
  distilbert,
  electra,
  falcon,
  gemma,
  gemma2,
  gemma3Text,
  gpt2,
  gptBigcode,
  gptNeo,
  gptNeox,
  gptOss,
  gptj,
  granite,
  llama,
  m2m100,
  marian,
  mbart,
  mistral,
  mixtral,
  modernbert,
  mpnet,
  mt5,
  olmo,
  olmo2,
  opt,
  pegasus,
  phi,
  phi3,
  qwen2,
  qwen2Moe,
  qwen3,
  qwen3Moe,
  roberta,
  seedOss,
  smollm3,
  stablelm,
  starcoder2,
  t5,
  xlmRoberta,
];
