"""Train one of the two bundled models from nothing.

    python train.py gpt2 --seed 0       writes ../pellucid-gpt2
    python train.py bert --seed 0       writes ../pellucid-bert

The learning rate falls to almost nothing over `--steps`; `--minutes` makes it fall sooner on a slow machine. `runs/`
keeps a checkpoint a minute, from which `--resume` goes on.
"""
import argparse
import json
import math
import time
from pathlib import Path

import torch
from torch.nn import functional as F
from transformers import AttentionInterface, BertConfig, BertForMaskedLM, GPT2Config, GPT2LMHeadModel
from transformers.masking_utils import AttentionMaskInterface, eager_mask

import batches
import vocabulary

HERE = Path(__file__).parent
WIDTH, LAYERS, HEADS = 192, 4, 6
STEPS = {"gpt2": 2400, "bert": 3000}
SPREAD = .06  # of the first weights, about 1 / sqrt(WIDTH)


def attention(module, q, k, v, mask, scaling=None, **_):
    """Plain attention in few operations: several times faster than the fused kernel for small heads on a CPU."""
    scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -.5
    if mask is not None:
        scores = scores + mask.to(scores.dtype)
    return (scores.softmax(-1).to(v.dtype) @ v).transpose(1, 2).contiguous(), None


AttentionInterface.register("plain", attention)
AttentionMaskInterface.register("plain", eager_mask)


def waves(positions):
    """Sinusoids as the first position table: looking one token back is then a rotation, and heads find it early."""
    angles = torch.arange(positions)[:, None] * 10_000 ** (-torch.arange(WIDTH // 2) * 2 / WIDTH)
    return torch.cat([angles.sin(), angles.cos()], 1) * SPREAD * 2 ** .5


def gpt2(tokenizer):
    model = GPT2LMHeadModel(GPT2Config(
        vocab_size=len(tokenizer), n_positions=256, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS,
        resid_pdrop=0., embd_pdrop=0., attn_pdrop=0., initializer_range=SPREAD,
        activation_function="gelu_pytorch_tanh",  # the same function as gelu_new, in one kernel
        bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, attn_implementation="plain"))
    model.transformer.wpe.weight.data.copy_(waves(256))
    return model


def bert(tokenizer):
    model = BertForMaskedLM(BertConfig(
        vocab_size=len(tokenizer), max_position_embeddings=128, hidden_size=WIDTH, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, intermediate_size=4 * WIDTH, hidden_dropout_prob=0., attention_probs_dropout_prob=0.,
        initializer_range=SPREAD, pad_token_id=0, attn_implementation="plain"))
    model.bert.embeddings.position_embeddings.weight.data.copy_(waves(128))
    return model


def gpt2_loss(model, batch):
    ids, weights = map(torch.from_numpy, batch)
    logits = model(input_ids=ids, use_cache=False).logits[:, :-1].float()
    losses = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    return losses, weights[:, 1:].flatten()


def bert_loss(model, batch):
    hidden, types, attend, ids, weights = map(torch.from_numpy, batch)
    states = model.bert(input_ids=hidden, token_type_ids=types, attention_mask=attend.long()).last_hidden_state
    flat = weights.flatten()
    at = flat.argsort(descending=True, stable=True)[:-(-int((flat > 0).sum()) // 256) * 256]  # a round number of rows
    return F.cross_entropy(model.cls(states.flatten(0, 1)[at]).float(), ids.flatten()[at], reduction="none"), flat[at]


def both_optimizers(model, rate):
    """Muon for the matrices inside the blocks, AdamW for embeddings, biases and norms."""
    is_matrix = lambda name, p: p.ndim == 2 and not any(part in name for part in ("wte", "wpe", "embeddings"))
    matrices = [p for name, p in model.named_parameters() if is_matrix(name, p)]
    rest = [p for name, p in model.named_parameters() if not is_matrix(name, p)]
    return [torch.optim.Muon(matrices, lr=rate, weight_decay=.02, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(rest, lr=rate, weight_decay=0., betas=(.9, .98), fused=True)]


def stream(kind, tokenizer, seed, tokens, progress):
    """GPT-2 learns on short rows first (cheaper) and on all 256 positions in the last part. The random tokens it must
    copy come from a few at first and from the whole vocabulary later: copying is then learned once and widened."""
    limit = lambda: int(min(64 * 2 ** min(progress() * 10, 8), len(tokenizer)))
    if kind == "bert":
        yield from batches.masked(tokenizer, seed, tokens, 128, limit)
    rows = {length: batches.causal(tokenizer, seed, tokens // length, length, limit) for length in (64, 128, 256)}
    while True:
        yield next(rows[64 if progress() < .4 else 128 if progress() < .7 else 256])


def save(model, tokenizer, kind, facts):
    target = HERE.parent / f"pellucid-{kind}"
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)
    (target / "generation_config.json").unlink(missing_ok=True)
    config = json.loads((target / "config.json").read_text())
    if kind == "gpt2":
        config["activation_function"] = "gelu_new"
    (target / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (target / "training.json").write_text(json.dumps(facts, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["gpt2", "bert"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, help=f"default: {STEPS}")
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--tokens", type=int, default=4096, help="tokens per step")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resume", action="store_true")
    o = parser.parse_args()
    o.steps = o.steps or STEPS[o.kind]
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    tokenizer = (vocabulary.byte_level if o.kind == "gpt2" else vocabulary.word_piece)(o.seed, 2000)
    model, loss_of = (gpt2, gpt2_loss) if o.kind == "gpt2" else (bert, bert_loss)
    model = model(tokenizer).train()
    optimizers = both_optimizers(model, o.rate)
    step, spent, seen = 0, 0., 0
    kept = HERE / "runs" / f"{o.kind}-{o.seed}.pt"
    kept.parent.mkdir(exist_ok=True)
    if o.resume and kept.exists():
        state = torch.load(kept)
        model.load_state_dict(state["model"])
        for optimizer, kept_state in zip(optimizers, state["optimizers"]):
            optimizer.load_state_dict(kept_state)
        step, spent, seen = state["step"], state["spent"], state["seen"]
    began = saved = time.time()
    progress = lambda: max(step / o.steps, (spent + time.time() - began) / 60 / o.minutes)
    average = None
    for batch in stream(o.kind, tokenizer, o.seed + 1000 * step, o.tokens, progress):
        done = progress()
        last = done >= 1
        if last or time.time() - saved > 60:
            torch.save({"model": model.state_dict(), "optimizers": [one.state_dict() for one in optimizers],
                        "step": step, "seen": seen, "spent": spent + time.time() - began}, kept)
            saved = time.time()
        if last:
            break
        for group in (group for optimizer in optimizers for group in optimizer.param_groups):
            group["lr"] = o.rate * min((step + 1) / 100, 1) * max(1 - done, .01) ** .7
        with torch.autocast("cpu", dtype=torch.bfloat16):
            losses, weights = loss_of(model, batch)
        loss = (losses * weights).sum() / weights.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
        step, seen = step + 1, seen + batch[0].size
        now = torch.stack([loss, losses[weights == batches.PROBE_WEIGHT].mean()]).detach()
        average = now if average is None else torch.where(now.isnan(), average, .97 * average + .03 * now)
        if step % 50 == 0:
            spent_now = spent + time.time() - began
            print(f"step {step} loss {average[0]:.3f} probe {average[1]:.3f} minutes {spent_now / 60:.1f} "
                  f"tokens/s {seen / spent_now:.0f}", flush=True)
    command = f"python models/train/train.py {o.kind} --seed {o.seed} --steps {o.steps} --tokens {o.tokens} --rate {o.rate}"
    save(model, tokenizer, o.kind, {"command": command, "steps": step, "tokens": seen, "threads": o.threads,
                                    "minutes": round((spent + time.time() - began) / 60, 1)})


if __name__ == "__main__":
    main()
