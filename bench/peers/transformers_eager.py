"""transformers with eager attention as a peer: the way to get attention patterns out of it."""

import torch
from contender import measure, serve, timed
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


def everything(tokenIds: list[int], capture: str, repetitions: int) -> dict:
    ids = torch.tensor([tokenIds])
    keep = capture != "nothing"

    def work():
        with torch.inference_mode():
            return model(ids, use_cache=False, output_attentions=keep, output_hidden_states=keep)

    def sample(result):
        last = result.logits[0, -1, :1000].tolist()
        if not keep:
            return last
        inner = [result.attentions[-1][0, 1], result.hidden_states[len(result.attentions) // 2][0]]
        return [*(x for part in inner for x in part.flatten()[:1000].tolist()), *last]

    return timed(repetitions, work, sample)


def gradient(tokenIds: list[int], answer: int, repetitions: int) -> dict:
    embedded = model.get_input_embeddings()(torch.tensor([tokenIds])).detach().requires_grad_()

    def work():
        logits = model(inputs_embeds=embedded, use_cache=False, logits_to_keep=1).logits
        return torch.autograd.grad(logits[0, -1, answer], embedded)[0]

    return timed(repetitions, work, lambda slope: slope.flatten()[:2000].tolist())


def generate(tokenIds: list[int], newTokens: int, capture: bool, repetitions: int) -> dict:
    ids = torch.tensor([tokenIds])
    options = {"do_sample": False, "min_new_tokens": newTokens, "max_new_tokens": newTokens}
    options |= {"pad_token_id": 0, "return_dict_in_generate": True}

    def work():
        with torch.inference_mode():
            mask = torch.ones_like(ids)
            kept = {"output_attentions": capture, "output_hidden_states": capture}
            return model.generate(ids, attention_mask=mask, **options, **kept)

    return timed(repetitions, work, lambda result: result.sequences[0].tolist())


serve(
    {
        "load": load,
        "forward": forward,
        "sample": sample,
        "encode": encode,
        "everything": everything,
        "gradient": gradient,
        "generate": generate,
    }
)
