"""TransformerLens as a peer: its bridge over a transformers model with eager attention, numbers unprocessed."""

import torch
from contender import serve, timed
from transformer_lens import patching
from transformer_lens.model_bridge import TransformerBridge
from transformers import AutoModelForCausalLM, AutoTokenizer

model = None

# Its progress bars cost next to nothing, but nobody sees them.
patching.tqdm = lambda each, *_, **__: each


def load(folder: str, threads: int) -> None:
    global model
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    inner = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager").eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = TransformerBridge.boot_transformers(folder, hf_model=inner, tokenizer=tokenizer)


def is_kept(name: str) -> bool:
    last = f"blocks.{model.cfg.n_layers - 1}.hook_resid_post"
    return name.endswith(("attn.hook_pattern", "hook_resid_pre")) or name == last


def everything(tokenIds: list[int], capture: str, repetitions: int) -> dict:
    ids = torch.tensor([tokenIds])
    names = is_kept if capture == "streams" else None
    layers = model.cfg.n_layers

    def sample(result):
        logits, cache = result
        parts = [cache[f"blocks.{layers - 1}.attn.hook_pattern"][0, 1], cache[f"blocks.{layers // 2}.hook_resid_pre"][0]]
        return [*(x for part in parts for x in part.flatten()[:1000].tolist()), *logits[0, -1, :1000].tolist()]

    return timed(repetitions, lambda: model.run_with_cache(ids, names_filter=names), sample)


def patch(clean: list[int], corrupted: list[int], repetitions: int) -> dict:
    """The largest logit of the last position for each layer and position whose residual stream is the clean one."""
    clean_ids, corrupted_ids = torch.tensor([clean]), torch.tensor([corrupted])

    def work():
        _, cache = model.run_with_cache(clean_ids, names_filter=is_kept)
        return patching.get_act_patch_resid_pre(model, corrupted_ids, cache, lambda logits: logits[0, -1].max())

    return timed(repetitions, work, lambda effects: effects.flatten()[::29].tolist())


def ablate(tokenIds: list[int], repetitions: int) -> dict:
    """The largest logit of the last position without each head."""
    ids = torch.tensor([tokenIds])

    def without(layer: int, head: int) -> float:
        def zero(value, hook):
            value[:, :, head] = 0
            return value

        logits = model.run_with_hooks(ids, fwd_hooks=[(f"blocks.{layer}.attn.hook_z", zero)])
        return logits[0, -1].max().item()

    def work():
        return [without(layer, head) for layer in range(model.cfg.n_layers) for head in range(model.cfg.n_heads)]

    return timed(repetitions, work, lambda effects: effects[::11])


def generate(tokenIds: list[int], newTokens: int, capture: bool, repetitions: int) -> dict:
    ids = torch.tensor([tokenIds])
    options = {"do_sample": False, "stop_at_eos": False, "verbose": False, "return_type": "tokens"}

    def work():
        kept = []
        hooks = [(is_kept, lambda value, hook: kept.append(value))] if capture else []
        with model.hooks(fwd_hooks=hooks):
            return model.generate(ids, max_new_tokens=newTokens, **options), kept

    return timed(repetitions, work, lambda result: result[0][0].tolist())


serve({"load": load, "everything": everything, "patch": patch, "ablate": ablate, "generate": generate})
