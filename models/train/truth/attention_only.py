"""A transformer of attention alone, in the shapes of GPT-2, and how it is written as a checkpoint of that architecture."""
import json
import math
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

WIDTH, WORDS, LENGTH = 64, 64, 48


class AttentionOnly(nn.Module):
    """Token and position tables, blocks of normed attention, a last norm; the token table is the head as well."""

    def __init__(self, layers, heads):
        super().__init__()
        self.heads = heads
        self.tokens = nn.Parameter(torch.randn(WORDS, WIDTH) * .1)
        angles = torch.arange(LENGTH)[:, None] * 1000 ** (-torch.arange(WIDTH // 2) * 2 / WIDTH)
        self.positions = nn.Parameter(torch.cat([angles.sin(), angles.cos()], 1) * .1)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(layers))
        self.reads = nn.ModuleList(nn.Linear(WIDTH, 3 * WIDTH) for _ in range(layers))
        self.writes = nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in range(layers))
        self.final = nn.LayerNorm(WIDTH)

    def forward(self, ids, without=None, attention=None):
        """Logits; `without` = (layer, head) sets that head's output to zero, `attention` is a list that takes the weights."""
        rows, length = ids.shape
        residual = self.tokens[ids] + self.positions[:length]
        causal = torch.full((length, length), -math.inf).triu(1)
        for layer, (norm, read, write) in enumerate(zip(self.norms, self.reads, self.writes)):
            shape = (rows, length, self.heads, WIDTH // self.heads)
            q, k, v = (x.view(shape).transpose(1, 2) for x in read(norm(residual)).split(WIDTH, -1))
            weights = (q @ k.transpose(-1, -2) * shape[-1] ** -.5 + causal).softmax(-1)
            z = weights @ v
            if attention is not None:
                attention.append(weights)
            if without is not None and without[0] == layer:
                z = z.clone()
                z[:, without[1]] = 0
            residual = residual + write(z.transpose(1, 2).reshape(rows, length, WIDTH))
        return self.final(residual) @ self.tokens.T


def repeated(generator, rows, shortest=10, length=LENGTH):
    """Rows of different words in which a segment of `shortest` to 24 is said twice, with any words before, between and behind.

    Where the segment filled the row, one layer could do it: the next word would be the one that was not said for longest.
    Returns the rows, the segments' lengths, and where the second showing starts and where the first did.
    """
    some = lambda *shape: torch.rand(*shape, generator=generator)
    sizes = torch.randint(shortest, 25, (rows,), generator=generator)
    before = (some(rows) * (length - 2 * sizes + 1)).long()
    again = before + sizes + (some(rows) * (length - 2 * sizes - before + 1)).long()
    at = torch.arange(length)[None]
    back = (again - before)[:, None]
    inside = (at >= again[:, None]) & (at < (again + sizes)[:, None])
    source = torch.where(inside, at - back, at)
    words = some(rows, WORDS).argsort(1)[:, :length]
    return words.gather(1, source), sizes, again, before


def loss_of(model, ids, sizes, again, before, **options):
    """Mean loss in nats of the words that a look back decides: those of the second showing but its first."""
    logits = model(ids, **options)[:, :-1]
    losses = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none").view(len(ids), -1)
    at = torch.arange(1, ids.shape[1])[None]
    known = (at > again[:, None]) & (at < (again + sizes)[:, None])
    return (losses * known).sum() / known.sum()


@torch.no_grad()
def measure(model, rows=256):
    """Loss, and for each head: attention to the word before, attention to the word after the last look-alike, and the loss without it."""
    batch = ids, sizes, again, before = repeated(torch.Generator().manual_seed(10_007), rows)
    attention = []
    loss = loss_of(model, *batch, attention=attention)
    at = torch.arange(LENGTH)
    rows_at, places = torch.nonzero((at >= again[:, None]) & (at < (again + sizes - 1)[:, None]), as_tuple=True)
    sources = places - again[rows_at] + before[rows_at] + 1
    heads = []
    for layer, weights in enumerate(attention):
        for head in range(model.heads):
            w = weights[:, head]
            heads.append({
                "head": f"{layer}.{head}",
                "previous": w[:, at[1:], at[:-1]].mean().item(),
                "induction": w[rows_at, places, sources].mean().item(),
                "loss without": loss_of(model, *batch, without=(layer, head)).item(),
            })
    return {"loss": loss.item(), "heads": heads}


def train(layers, heads, seed, shortest=10, steps=4000, rows=32, rate=3e-3, until=4e-3, report=print):
    torch.manual_seed(seed)
    model, generator = AttentionOnly(layers, heads), torch.Generator().manual_seed(seed)
    matrices = [p for part in (*model.reads, *model.writes) for p in (part.weight,)]
    rest = [p for p in model.parameters() if all(p is not matrix for matrix in matrices)]
    optimizers = [torch.optim.Muon(matrices, lr=rate, weight_decay=0., adjust_lr_fn="match_rms_adamw"),
                  torch.optim.AdamW(rest, lr=rate, weight_decay=0., betas=(.9, .98), fused=True)]
    recent = None
    for step in range(1, steps + 1):
        for group in (group for optimizer in optimizers for group in optimizer.param_groups):
            group["lr"] = rate * min(1, step / 100, (steps - step + 1) / (steps * .2))
        loss = loss_of(model, *repeated(generator, rows, shortest))
        model.zero_grad()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        recent = loss.item() if recent is None else .98 * recent + .02 * loss.item()
        if step % 100 == 0:
            report(step, f"{recent:.4f}")
        if recent < until:
            break
    return model, step


def save(model, target: Path):
    """The checkpoint of GPT-2's architecture; its feed-forward blocks have one unit that writes nothing."""
    target.mkdir(parents=True, exist_ok=True)
    tensors = {"wte.weight": model.tokens, "wpe.weight": model.positions,
               "ln_f.weight": model.final.weight, "ln_f.bias": model.final.bias}
    for i, (norm, read, write) in enumerate(zip(model.norms, model.reads, model.writes)):
        tensors |= {
            f"h.{i}.ln_1.weight": norm.weight, f"h.{i}.ln_1.bias": norm.bias,
            f"h.{i}.attn.c_attn.weight": read.weight.T, f"h.{i}.attn.c_attn.bias": read.bias,
            f"h.{i}.attn.c_proj.weight": write.weight.T, f"h.{i}.attn.c_proj.bias": write.bias,
            f"h.{i}.ln_2.weight": torch.ones(WIDTH), f"h.{i}.ln_2.bias": torch.zeros(WIDTH),
            f"h.{i}.mlp.c_fc.weight": torch.zeros(WIDTH, 1), f"h.{i}.mlp.c_fc.bias": torch.zeros(1),
            f"h.{i}.mlp.c_proj.weight": torch.zeros(1, WIDTH), f"h.{i}.mlp.c_proj.bias": torch.zeros(WIDTH),
        }
    save_file({f"transformer.{name}": value.detach().contiguous().clone() for name, value in tensors.items()},
              target / "model.safetensors", metadata={"format": "pt"})
    config = {
        "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "vocab_size": WORDS, "n_positions": LENGTH,
        "n_embd": WIDTH, "n_layer": len(model.norms), "n_head": model.heads, "n_inner": 1,
        "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5, "tie_word_embeddings": True,
        "bos_token_id": None, "eos_token_id": None,
    }
    (target / "config.json").write_text(json.dumps(config, indent=2) + "\n")
