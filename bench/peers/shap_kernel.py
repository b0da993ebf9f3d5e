"""SHAP as a peer: KernelSHAP of a transformers model."""

import numpy as np
import shap
import torch
from contender import serve, timed
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM

model = None


def load(folder: str, threads: int) -> None:
    global model
    torch.set_num_threads(threads)
    masked = AutoConfig.from_pretrained(folder).model_type == "bert"
    model = (AutoModelForMaskedLM if masked else AutoModelForCausalLM).from_pretrained(folder, attn_implementation="eager").eval()


def kernel_shap(tokenIds: list[int], answer: int, samples: int, batch: int, repetitions: int) -> dict:
    """The features are positions, present or with an embedding of zeros; `batch` coalitions at once."""
    embedded = model.get_input_embeddings()(torch.tensor([tokenIds])).detach()

    def worth(coalitions: np.ndarray) -> np.ndarray:
        values = []
        for part in torch.from_numpy(coalitions).float().split(batch):
            with torch.no_grad():
                answers = model(inputs_embeds=part[:, :, None] * embedded, **causal)
            values.append(answers.logits[:, -1, answer].numpy())
        return np.concatenate(values)

    causal = {} if model.config.model_type == "bert" else {"use_cache": False, "logits_to_keep": 1}
    size = len(tokenIds)

    def work():
        explainer = shap.KernelExplainer(worth, np.zeros((1, size)))
        return explainer.shap_values(np.ones((1, size)), nsamples=samples, l1_reg=False, silent=True)[0]

    return timed(repetitions, work, lambda found: [float(found.sum())])


serve({"load": load, "kernelShap": kernel_shap})
