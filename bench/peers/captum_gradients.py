"""Captum as a peer: integrated gradients of a transformers model."""

import torch
from captum.attr import IntegratedGradients
from contender import serve, timed
from transformers import AutoModelForCausalLM

model = None


def load(folder: str, threads: int) -> None:
    global model
    torch.set_num_threads(threads)
    model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager").eval()


def integrated_gradients(tokenIds: list[int], answer: int, points: int, batch: int, repetitions: int) -> dict:
    """Gauss-Legendre, Captum's default, from zero; `batch` points at once."""
    embedded = model.get_input_embeddings()(torch.tensor([tokenIds])).detach()

    def logit(inputs):
        return model(inputs_embeds=inputs, use_cache=False, logits_to_keep=1).logits[:, -1, answer]

    explainer = IntegratedGradients(logit, multiply_by_inputs=True)

    def work():
        return explainer.attribute(embedded, n_steps=points, internal_batch_size=batch)

    return timed(repetitions, work, lambda found: found.flatten()[:2000].tolist())


serve({"load": load, "integratedGradients": integrated_gradients})
