"""BERT classifiers with weights written down by hand, so that what each word is worth is known exactly.

Layer norms do nothing: their epsilon is 1e8 and their weight 1e4, so they divide by what they multiply by, and each number
stands in the stream together with its negative, so the mean that they take away is 0. Queries and keys are 0, so each
token looks at all alike. The pooler reads numbers so small that tanh changes nothing.
"""
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from words import FILLERS, GATE_WORDS, MASK_VALUE, SPECIAL, VALUES, bert_tokenizer

WIDTH, WORDS, EPSILON, SMALL = 16, 10, 1e8, 1e-3
TOKENS = WORDS + 2  # [CLS] and [SEP]
RESULT, SUM, NAME = 7, 6, 5  # pairs of the stream
SHARP = 20.  # a score that leaves nothing to other words


def pair(index, value=1.0):
    """A direction of the stream: `value` at one place and its negative at the next."""
    row = torch.zeros(WIDTH)
    row[2 * index], row[2 * index + 1] = value, -value
    return row


def read(index):
    """Reads a pair."""
    return pair(index, .5)


class Bert:
    def __init__(self, vocabulary, layers, units, heads=1):
        self.vocabulary, self.layers, self.units, self.heads = vocabulary, layers, units, heads
        matrix, vector = torch.zeros, torch.zeros
        norm = lambda name: {f"{name}.LayerNorm.weight": torch.full((WIDTH,), EPSILON ** .5),
                             f"{name}.LayerNorm.bias": vector(WIDTH)}
        self.tensors = {
            "bert.embeddings.word_embeddings.weight": matrix(len(vocabulary), WIDTH),
            "bert.embeddings.position_embeddings.weight": matrix(32, WIDTH),
            "bert.embeddings.token_type_embeddings.weight": matrix(1, WIDTH),
            **norm("bert.embeddings"),
            "bert.pooler.dense.weight": matrix(WIDTH, WIDTH), "bert.pooler.dense.bias": vector(WIDTH),
            "classifier.weight": matrix(2, WIDTH), "classifier.bias": vector(2),
        }
        for i in range(layers):
            at = f"bert.encoder.layer.{i}"
            for name, out, into in (("attention.self.query", WIDTH, WIDTH), ("attention.self.key", WIDTH, WIDTH),
                                    ("attention.self.value", WIDTH, WIDTH), ("attention.output.dense", WIDTH, WIDTH),
                                    ("intermediate.dense", units, WIDTH), ("output.dense", WIDTH, units)):
                self.tensors[f"{at}.{name}.weight"] = matrix(out, into)
                self.tensors[f"{at}.{name}.bias"] = vector(out)
            self.tensors |= norm(f"{at}.attention.output") | norm(f"{at}.output")
        self.tensors["bert.pooler.dense.weight"][0] = read(RESULT) * SMALL
        self.tensors["classifier.weight"][1, 0] = 1 / SMALL

        # Nothing reads a word's name; it keeps words apart that are worth nothing, and their vectors from being zero.
        for index in range(1, len(vocabulary)):
            self.tensors["bert.embeddings.word_embeddings.weight"][index] = pair(NAME, 1 + index / len(vocabulary))

    def word(self, word, row):
        self.tensors["bert.embeddings.word_embeddings.weight"][self.vocabulary.index(word)] += row

    def add_up(self, layer, source, target):
        """Every token gets, in the pair `target`, the sum over all tokens of what they have in `source`."""
        at = f"bert.encoder.layer.{layer}.attention"
        self.tensors[f"{at}.self.value.weight"][0] = source
        self.tensors[f"{at}.output.dense.weight"][:, 0] = pair(target, TOKENS)

    def unit(self, layer, index, reads, bias, target, weight):
        """One unit of the feed-forward block: weight · relu(reads · x + bias) into the pair `target`."""
        at = f"bert.encoder.layer.{layer}"
        self.tensors[f"{at}.intermediate.dense.weight"][index] = reads
        self.tensors[f"{at}.intermediate.dense.bias"][index] = bias
        self.tensors[f"{at}.output.dense.weight"][:, index] = pair(target, weight)

    def save(self, target: Path):
        target.mkdir(parents=True, exist_ok=True)
        save_file({name: value.contiguous() for name, value in self.tensors.items()}, target / "model.safetensors",
                  metadata={"format": "pt"})
        write_config(target, len(self.vocabulary), WIDTH, self.layers, self.heads, self.units, "relu", EPSILON)
        bert_tokenizer(target, self.vocabulary)


def write_config(target, words, width, layers, heads, units, activation, epsilon):
    config = {
        "architectures": ["BertForSequenceClassification"], "model_type": "bert", "vocab_size": words,
        "hidden_size": width, "num_hidden_layers": layers, "num_attention_heads": heads, "intermediate_size": units,
        "hidden_act": activation, "max_position_embeddings": 32, "type_vocab_size": 1, "layer_norm_eps": epsilon,
        "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "pad_token_id": 0,
        "id2label": {"0": "no", "1": "yes"}, "label2id": {"no": 0, "yes": 1},
    }
    (target / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def valued():
    return SPECIAL + FILLERS + list(VALUES)


def linear():
    """The logit is the sum of a linear function of each embedding."""
    model, generator = Bert(valued(), 1, 1), torch.Generator().manual_seed(1)
    weights = torch.randn(5, generator=generator)
    for word, value in [*((word, 0.) for word in FILLERS), *VALUES.items(), ("[MASK]", MASK_VALUE)]:
        entry = torch.randn(5, generator=generator)
        entry += weights * (value - entry @ weights) / (weights @ weights)
        model.word(word, sum(pair(i, x) for i, x in enumerate(entry)))
    model.add_up(0, sum(read(i) * w for i, w in enumerate(weights)), RESULT)
    return model


def additive():
    """The logit is the sum over words of relu(a) − relu(b), where (a, b) is the word's embedding: no word changes another's worth."""
    model, generator = Bert(valued(), 2, 2), torch.Generator().manual_seed(2)
    for word, value in [*((word, 0.) for word in FILLERS), *VALUES.items()]:
        both = .2 + .8 * torch.rand(1, generator=generator).item()
        model.word(word, pair(0, max(value, 0) + both) + pair(1, max(-value, 0) + both))
    model.word("[MASK]", pair(0, MASK_VALUE) + pair(1, -1.0))
    model.unit(0, 0, read(0), 0., SUM, 1.)
    model.unit(0, 1, read(1), 0., SUM, -1.)
    model.add_up(1, read(SUM), RESULT)
    return model


def any_of():
    """1 where `key` stands anywhere, however often, else 0."""
    model = Bert(SPECIAL + FILLERS + GATE_WORDS, 1, 2)
    model.word("key", pair(0))
    model.add_up(0, read(0), SUM)
    model.unit(0, 0, read(SUM), 0., RESULT, 1.)
    model.unit(0, 1, read(SUM), -1., RESULT, -1.)
    return model


def both_of():
    """1 where `key` and `lock` stand once each, 0 where one is missing."""
    model = Bert(SPECIAL + FILLERS + GATE_WORDS, 1, 1)
    model.word("key", pair(0))
    model.word("lock", pair(0))
    model.add_up(0, read(0), SUM)
    model.unit(0, 0, read(SUM), -1., RESULT, 1.)
    return model


def decoy_heads():
    """1 where `key` stands, else 0. Of four heads the first looks at `key` and moves its worth; the second looks just so, and
    the others look at `lock`, but what they move nothing reads."""
    model = Bert(SPECIAL + FILLERS + GATE_WORDS, 1, 1, heads=4)
    model.word("key", pair(0))
    model.word("lock", pair(1))
    size = WIDTH // 4
    at = "bert.encoder.layer.0.attention"
    for head, looks_at in enumerate((0, 0, 1, 1)):
        model.tensors[f"{at}.self.query.bias"][head * size] = SHARP * size ** .5
        model.tensors[f"{at}.self.key.weight"][head * size] = read(looks_at)
        model.tensors[f"{at}.self.value.weight"][head * size] = read(looks_at)
        model.tensors[f"{at}.output.dense.weight"][:, head * size] = pair(RESULT if head == 0 else SUM)
    return model
