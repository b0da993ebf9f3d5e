"""transformers with eager attention as a peer: the way to get attention patterns out of it."""

import torch
from contender import measure, serve
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer

model = None
tokenizer = None


def load(folder: str, threads: int) -> None:
    global model, tokenizer
    torch.set_num_threads(threads)
    causal = AutoConfig.from_pretrained(folder).model_type == "gpt2"
    kind = AutoModelForCausalLM if causal else AutoModelForMaskedLM
    model = kind.from_pretrained(folder, attn_implementation="eager").eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)


def run(tokenIds: list[int], logits: str):
    # No cache: nothing is generated, and keys and values need not be kept.
    options = {"use_cache": False} if model.config.model_type == "gpt2" else {}
    if logits == "last":
        options["logits_to_keep"] = 1
    with torch.inference_mode():
        return model(torch.tensor([tokenIds]), output_attentions=True, **options)


def forward(tokenIds: list[int], logits: str, repetitions: int) -> list[float]:
    return measure(repetitions, lambda: run(tokenIds, logits))


def sample(tokenIds: list[int]) -> list[float]:
    result = run(tokenIds, "all")
    return [*result.attentions[-1][0, 1].flatten()[:1000].tolist(), *result.logits[0, -1, :1000].tolist()]


def encode(text: str, repetitions: int) -> dict:
    milliseconds = measure(repetitions, lambda: tokenizer(text, return_offsets_mapping=True))
    return {"milliseconds": milliseconds, "tokenIds": tokenizer(text)["input_ids"]}


serve({"load": load, "forward": forward, "sample": sample, "encode": encode})
