"""Programs compiled to transformers of attention alone, with weights that follow from the program.

A program has variables, one word of the text at each position. `follows` is the word before each position, which a head takes from
there; `lookup(key, value, query)` is the value of the position whose key is the query's word (RASP's select and aggregate, Weiss et
al. 2021, https://arxiv.org/abs/2106.06981), and no word where there is no such position. Each step is one layer with one head, and the
last variable is what the model says next.

A word is six numbers of ±1, and no word six zeros, so that a word scores 6 with itself and at most 4 with another. The start token,
which is no word, scores 5: who finds no look-alike looks there. 16 times that in a softmax leaves nothing to others. Layer norms do
nothing: their epsilon is 1e8 and their weight 1e4, and the mean that they take away is taken away again by reading each number of the
stream less one that is always 0.
"""
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from words import INDUCTION, START, plain_tokenizer

BITS, LENGTH, EPSILON = 6, 64, 1e8
SHARP = 16.
MISSED, NEVER = 5., -1e3


def code(index):
    """A word, or a place, as ±1."""
    return torch.tensor([1. if index >> bit & 1 else -1. for bit in range(BITS)])


class Program:
    """The stream holds the word, the place, the place before, a variable for each step, whether this is the start token, whether the
    place is never looked up by its word, and a 0."""

    def __init__(self, steps, never=lambda place: False):
        self.layers = steps
        self.word, self.place, self.before = 0, 1, 2
        self.start, self.never, self.zero = (BITS * (3 + steps) + i for i in range(3))
        self.width = self.zero + 1
        self.tensors, self.next = {}, 0
        words, places = torch.zeros(len(INDUCTION) + 1, self.width), torch.zeros(LENGTH, self.width)
        for index in range(len(INDUCTION)):
            words[index, self.at(self.word)] = code(index)
        words[-1, self.start] = 1
        for index in range(LENGTH):
            places[index, self.at(self.place)] = code(index)
            places[index, self.at(self.before)] = code(max(0, index - 1))
            places[index, self.never] = float(never(index))
        self.tensors |= {"transformer.wte.weight": words, "transformer.wpe.weight": places}
        self.norm("transformer.ln_f")

    @staticmethod
    def at(variable):
        return slice(BITS * variable, BITS * (variable + 1))

    def norm(self, name):
        self.tensors |= {f"{name}.weight": torch.full((self.width,), EPSILON ** .5), f"{name}.bias": torch.zeros(self.width)}

    def reader(self, variable):
        """[width, bits]: a variable, each number less the 0."""
        rows = torch.zeros(self.width, BITS)
        rows[self.at(variable)] = torch.eye(BITS)
        rows[self.zero] -= 1
        return rows

    def lookup(self, key, value, query):
        """A layer: at each position the `value` of the one whose `key` is the `query`. Returns the new variable."""
        layer, width = self.next, self.width
        self.next += 1
        at, result = f"transformer.h.{layer}", 3 + layer
        read, write = torch.zeros(width, 3 * width), torch.zeros(width, width)
        bias = torch.zeros(3 * width)
        read[:, :BITS] = self.reader(query) * SHARP * width ** .5
        read[:, width:width + BITS] = self.reader(key)
        read[:, 2 * width:2 * width + BITS] = self.reader(value)
        if key != self.place:
            bias[BITS] = SHARP * width ** .5
            for flag, score in ((self.start, MISSED), (self.never, NEVER)):
                read[flag, width + BITS] += score
                read[self.zero, width + BITS] -= score
        write[:BITS, self.at(result)] = torch.eye(BITS)
        self.tensors |= {
            f"{at}.attn.c_attn.weight": read, f"{at}.attn.c_attn.bias": bias,
            f"{at}.attn.c_proj.weight": write, f"{at}.attn.c_proj.bias": torch.zeros(width),
            f"{at}.mlp.c_fc.weight": torch.zeros(width, 1), f"{at}.mlp.c_fc.bias": torch.zeros(1),
            f"{at}.mlp.c_proj.weight": torch.zeros(1, width), f"{at}.mlp.c_proj.bias": torch.zeros(width),
        }
        self.norm(f"{at}.ln_1")
        self.norm(f"{at}.ln_2")
        return result

    def follows(self):
        """The word before each position."""
        return self.lookup(self.place, self.word, self.before)

    def says(self, variable):
        """The logit of a word is 1 where the variable is this word, and at most 2/3 where it is another."""
        words = torch.stack([*(code(index) for index in range(len(INDUCTION))), torch.zeros(BITS)])
        self.tensors["lm_head.weight"] = (self.reader(variable) @ words.T).T / BITS
        return self

    def save(self, target: Path):
        assert self.next == self.layers
        target.mkdir(parents=True, exist_ok=True)
        save_file({name: value.contiguous() for name, value in self.tensors.items()}, target / "model.safetensors",
                  metadata={"format": "pt"})
        config = {
            "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "vocab_size": len(INDUCTION) + 1, "n_positions": LENGTH,
            "n_embd": self.width, "n_layer": self.layers, "n_head": 1, "n_inner": 1, "activation_function": "gelu_new",
            "layer_norm_epsilon": EPSILON, "tie_word_embeddings": False, "bos_token_id": None, "eos_token_id": None,
        }
        (target / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        plain_tokenizer(target, LENGTH, START)


def induction():
    """The word behind the last word's look-alike."""
    program = Program(2)
    before = program.follows()
    return program.says(program.lookup(before, program.word, program.word))


def two_hops():
    """Of a text of pairs and one more word: the word paired with the word paired with this. Behind the start token, words that
    begin pairs stand at odd places; what follows the word before them is not asked for."""
    program = Program(3, never=lambda place: place % 2 == 1)
    before = program.follows()
    partner = program.lookup(before, program.word, program.word)
    return program.says(program.lookup(before, program.word, partner))
