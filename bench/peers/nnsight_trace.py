"""nnsight as a peer: traces of a transformers model with eager attention, which also returns its patterns."""

import torch
from contender import serve, timed
from nnsight import TransformersModel
from transformers import AutoModelForCausalLM, AutoTokenizer

model = None


def load(folder: str, threads: int) -> None:
    global model
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    inner = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager").eval()
    model = TransformersModel(inner, tokenizer=AutoTokenizer.from_pretrained(folder), task="text-generation")


def everything(tokenIds: list[int], capture: str, repetitions: int) -> dict:
    ids = torch.tensor([tokenIds])
    blocks = model.transformer.h

    def work():
        patterns, streams = [], []
        with model.trace(ids, use_cache=False):
            for block in blocks:
                if capture != "nothing":
                    streams.append(block.input.save())
                    patterns.append(block.attn.output[1].save())
            if capture != "nothing":
                streams.append(blocks[-1].output.save())
            logits = model.lm_head.output.save()
        return logits, patterns, streams

    def sample(result):
        logits, patterns, streams = result
        parts = [patterns[-1][0, 1], streams[len(patterns) // 2][0]]
        return [*(x for part in parts for x in part.flatten()[:1000].tolist()), *logits[0, -1, :1000].tolist()]

    return timed(repetitions, work, sample)


serve({"load": load, "everything": everything})
