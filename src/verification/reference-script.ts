import type { Model } from '../model/index.js';
import { defaultText, type InputChoice, usualInput, usualTokens } from './input.js';

/** The class of transformers for a task, where config.json names none. */
const automatic = {
  base: 'AutoModel',
  'causal-lm': 'AutoModelForCausalLM',
  'masked-lm': 'AutoModelForMaskedLM',
  'question-answering': 'AutoModelForQuestionAnswering',
  'replaced-token-detection': 'AutoModelForPreTraining',
  'sentence-embedding': 'AutoModel',
  'sequence-classification': 'AutoModelForSequenceClassification',
  'token-classification': 'AutoModelForTokenClassification',
} as const;

/**
 * A Python program that writes `ref.safetensors`: what transformers computes (eager attention, float32) for a model and
 * a text. Names in the file are those of transformers' outputs, with the index of a layer behind a dot:
 * `hidden_states.0`.
 */
export function referenceScript(
  model: Model,
  { text, tokenIds }: Omit<InputChoice, 'reference'> = {},
): string {
  const reads = tokenIds === undefined && model.tokenizer.vocabularySize > 0;
  const cut = text === undefined ? `[:, :${usualTokens(model)}]` : '';
  const input = reads
    ? `transformers.AutoTokenizer.from_pretrained(name)(${python(text ?? defaultText)}, return_tensors="pt").input_ids${cut}`
    : `torch.tensor([[${(tokenIds ?? usualInput(model).tokenIds).join(', ')}]])`;
  const { decoder } = model.dimensions;
  const target = decoder ? `decoder_input_ids=ids % ${decoder.vocabularySize}, ` : '';
  return `# pip install torch transformers safetensors
import torch
import transformers
from safetensors.torch import save_file

name = ${python(model.id)}
config = transformers.AutoConfig.from_pretrained(name)
kind = getattr(transformers, (config.architectures or ["${automatic[model.task]}"])[0])
model = kind.from_pretrained(name, dtype=torch.float32, attn_implementation="eager").eval()
ids = ${input}
with torch.no_grad():
    outputs = model(input_ids=ids, ${target}output_hidden_states=True, output_attentions=True)
tensors = {"token_ids": ids[0]}
for key, value in outputs.items():
    if isinstance(value, torch.Tensor):
        tensors[key] = value[0].clone()
    elif key.endswith(("hidden_states", "attentions")):
        tensors |= {f"{key}.{i}": each[0].clone() for i, each in enumerate(value)}
save_file(tensors, "ref.safetensors")
print("ref.safetensors:", ", ".join(tensors))
`;
}

/** A string as Python writes it; JSON's escapes are Python's too. */
function python(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
