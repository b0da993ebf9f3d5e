"""Captum as a peer: attributions of a transformers model."""

import torch
from captum.attr import FeatureAblation, IntegratedGradients, ShapleyValueSampling
from contender import serve, timed
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM

model = None


def load(folder: str, threads: int) -> None:
    global model
    torch.set_num_threads(threads)
    masked = AutoConfig.from_pretrained(folder).model_type == "bert"
    model = (AutoModelForMaskedLM if masked else AutoModelForCausalLM).from_pretrained(folder, attn_implementation="eager").eval()


def logit_of(answer: int):
    """The last position's logit as a function of the embeddings."""
    causal = {} if model.config.model_type == "bert" else {"use_cache": False, "logits_to_keep": 1}
    return lambda inputs: model(inputs_embeds=inputs, **causal).logits[:, -1, answer]


def embed(tokenIds: list[int]) -> torch.Tensor:
    return model.get_input_embeddings()(torch.tensor([tokenIds])).detach()


def integrated_gradients(tokenIds: list[int], answer: int, points: int, batch: int, repetitions: int) -> dict:
    """Gauss-Legendre, Captum's default, from zero; `batch` points at once."""
    embedded = embed(tokenIds)
    explainer = IntegratedGradients(logit_of(answer), multiply_by_inputs=True)

    def work():
        return explainer.attribute(embedded, n_steps=points, internal_batch_size=batch)

    return timed(repetitions, work, lambda found: found[0].sum(-1).tolist())


def perturb(explainer, tokenIds: list[int], batch: int, **options):
    """The scores of tokens by a method whose features are positions and whose baseline is zero."""
    embedded = embed(tokenIds)
    mask = torch.arange(len(tokenIds))[None, :, None].expand_as(embedded).contiguous()
    with torch.no_grad():
        # Every element of a feature carries the feature's score.
        return explainer.attribute(embedded, feature_mask=mask, perturbations_per_eval=batch, **options)[0, :, 0]


def occlusion(tokenIds: list[int], answer: int, batch: int, repetitions: int) -> dict:
    explainer = FeatureAblation(logit_of(answer))
    return timed(repetitions, lambda: perturb(explainer, tokenIds, batch), lambda found: found.tolist())


def shapley_sampling(tokenIds: list[int], answer: int, permutations: int, batch: int, repetitions: int) -> dict:
    explainer = ShapleyValueSampling(logit_of(answer))

    def work():
        return perturb(explainer, tokenIds, batch, n_samples=permutations)

    return timed(repetitions, work, lambda found: [found.sum().item()])


operations = {"integratedGradients": integrated_gradients, "occlusion": occlusion, "shapleySampling": shapley_sampling}
serve({"load": load, **operations})
