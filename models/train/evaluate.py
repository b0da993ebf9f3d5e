"""Measure a bundled model on held-out text; write `evaluation.json` beside it and its card, `README.md`.

    python evaluate.py gpt2
    python evaluate.py bert

top-1: the answer is the model's first choice of its whole vocabulary. choice: it is likelier than the foil.
"""
import argparse
import json
import random
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer

import card
from generate import PHENOMENA, probes
from lexicon import WORDS

MODELS = Path(__file__).parent.parent


def share(hits):
    n, p = len(hits), sum(hits) / len(hits)
    return {"value": round(p, 4), "standardError": round((p * (1 - p) / n) ** .5, 4), "n": n}


def asked(tokenizer, probe, kind):
    """Token ids to run, the position to read, the ids of answer and foil, and where the answer stands earlier."""
    spaced = lambda word: word if kind == "bert" or probe.text[probe.start - 1] != " " else " " + word
    ids_of = lambda word: tokenizer(spaced(word), add_special_tokens=False).input_ids
    answer, foil = ids_of(probe.answer), ids_of(probe.foil) if probe.foil else None
    if kind == "gpt2":
        ids = tokenizer(probe.text[:probe.start].removesuffix(" ")).input_ids
        at = len(ids) - 1
    else:
        assert len(answer) == 1, probe.answer
        encoded = tokenizer(probe.text, return_offsets_mapping=True)
        at = next(i for i, (_, end) in enumerate(encoded.offset_mapping) if end > probe.start)
        ids = list(encoded.input_ids)
        ids[at] = tokenizer.mask_token_id
    earlier = [i for i, one in enumerate(ids) if one == answer[0] and i != at]
    return ids, at, answer[0], foil and foil[0], earlier


@torch.no_grad()
def phenomenon(model, tokenizer, kind, name, count):
    """Accuracy on held-out probes, and the heads that look from the place of prediction to the answer's first mention."""
    top, choice, looks = [], [], []
    for probe in probes(name, count):
        ids, at, answer, foil, earlier = asked(tokenizer, probe, kind)
        result = model(torch.tensor([ids]), output_attentions=bool(earlier))
        logits = result.logits[0, at]
        top.append(logits.argmax().item() == answer)
        if foil is not None:
            choice.append((logits[answer] > logits[foil]).item())
        if earlier:
            looks.append(torch.stack([layer[0, :, at, earlier].sum(-1) for layer in result.attentions]))
    found = {"top1": share(top), "choice": share(choice) if choice else None}
    if len(looks) > count / 2:
        mean = torch.stack(looks).mean(0)
        best = mean.flatten().topk(3)
        found["answerHeads"] = [{"head": f"{i // mean.shape[1]}.{i % mean.shape[1]}", "attention": round(v, 3)}
                                for v, i in zip(best.values.tolist(), best.indices.tolist())]
    return found


@torch.no_grad()
def copying(model, tokenizer, source, size, rows, skip):
    """Top-1 on the second half of `size` random tokens or words said twice, after the first `skip` tokens of the repeat."""
    r, hits = random.Random(f"copying {source} {size}"), []
    for _ in range(rows):
        if source == "tokens":
            half = [r.randrange(1, len(tokenizer)) for _ in range(size)]
            ids, start = half * 2, size
        else:
            words = " " + " ".join(r.choice(WORDS) for _ in range(size))
            ids = tokenizer(words + words).input_ids
            start = len(tokenizer(words).input_ids)
        guess = model(torch.tensor([ids])).logits[0, :-1].argmax(-1).tolist()
        hits += [guess[i - 1] == ids[i] for i in range(start + skip, len(ids))]
    return share(hits)


@torch.no_grad()
def heads(model, kind, vocabulary, size=50, rows=32):
    """Mean attention on three diagonals over random tokens said twice; `duplicate` and `induction` from the second half."""
    half = torch.randint(5, vocabulary, (rows, size), generator=torch.Generator().manual_seed(0))
    ids = torch.cat([half, half], 1)
    attentions = model(ids, output_attentions=True).attentions
    offsets = {"previous": -1, "duplicate": -size, "induction": 1 - size}
    if kind == "bert":
        offsets["next"] = 1
    scores = {name: [[round(layer[:, head].diagonal(offset, -2, -1).mean().item(), 3) for head in range(layer.shape[1])]
                     for layer in attentions] for name, offset in offsets.items()}
    if kind == "gpt2":
        scores["ablation"] = ablation(model, ids, size)
    return scores


def ablation(model, ids, size):
    """Rise of the second half's loss in nats when one head's output is set to zero."""
    width = model.config.n_embd // model.config.n_head

    def loss():
        logits = model(ids).logits[:, size:-1]
        return torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, size + 1:].flatten()).item()

    base, table = loss(), []
    for block in model.transformer.h:
        row = []
        for head in range(model.config.n_head):
            def silence(_, inputs):
                z = inputs[0].clone()
                z[..., head * width:(head + 1) * width] = 0
                return (z,)
            handle = block.attn.c_proj.register_forward_pre_hook(silence)
            row.append(round(loss() - base, 3))
            handle.remove()
        table.append(row)
    return table


@torch.no_grad()
def examples(model, tokenizer, prompts):
    found = []
    for prompt in prompts:
        encoded = tokenizer(*prompt, return_tensors="pt")
        logits = model(**encoded).logits[0]
        at = encoded.input_ids[0].tolist().index(tokenizer.mask_token_id) if tokenizer.mask_token_id is not None else -1
        best = logits[at].softmax(-1).topk(3)
        found.append({"prompt": list(prompt), "top": [[tokenizer.decode([i]), round(v, 3)]
                                                     for v, i in zip(best.values.tolist(), best.indices.tolist())]})
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["gpt2", "bert"])
    parser.add_argument("--count", type=int, default=500, help="probes per phenomenon")
    o = parser.parse_args()
    torch.set_num_threads(2)
    folder = MODELS / f"pellucid-{o.kind}"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    loader = AutoModelForCausalLM if o.kind == "gpt2" else AutoModelForMaskedLM
    model = loader.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()
    report = {"model": f"pellucid-{o.kind}", "parameters": sum(p.numel() for p in model.parameters()),
              "phenomena": {name: phenomenon(model, tokenizer, o.kind, name, o.count) for name in PHENOMENA}}
    if o.kind == "gpt2":
        report["copying"] = {f"{size} random {source}": copying(model, tokenizer, source, size, 40, 2)
                             for source, sizes in {"tokens": (10, 25, 50, 100), "words": (5, 10, 25, 50)}.items()
                             for size in sizes}
    report["heads"] = heads(model, o.kind, len(tokenizer))
    report["examples"] = examples(model, tokenizer, card.PROMPTS[o.kind])
    (folder / "evaluation.json").write_text(json.dumps(report, indent=1) + "\n")
    training = json.loads((folder / "training.json").read_text())
    (folder / "README.md").write_text(card.render(o.kind, report, training, model.config, len(tokenizer)))
    print((folder / "README.md").read_text())


if __name__ == "__main__":
    main()
