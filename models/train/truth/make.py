"""Make the models whose answer is known.

    python make.py                       those with weights written by hand or compiled, in a second
    python make.py planted-token         train one (2 to 10 minutes): planted-token, induction, induction-two-heads

writes ../../pellucid-truth-<name>.
"""
import argparse
import json
from pathlib import Path

import torch

import attention_only
import closed_form
import compiled
import planted
from words import plain_tokenizer

MODELS = Path(__file__).parents[2]
CLOSED = {"additive": closed_form.additive, "and-gate": closed_form.both_of,
          "decoy-heads": closed_form.decoy_heads, "induction-one-head": compiled.induction,
          "linear": closed_form.linear, "or-gate": closed_form.any_of, "two-hops": compiled.two_hops}
COMPILED = ("induction-one-head", "two-hops")
# Heads of each layer, and the seed.
INDUCTION = {"induction": (4, 0), "induction-two-heads": (2, 0)}
ABOUT = {
    "additive": ("Additive", "The logit of `yes` is the sum over words of relu(a) − relu(b), where (a, b) is the word's embedding."),
    "and-gate": ("And gate", "The logit of `yes` is 1 where both `key` and `lock` stand in the text, once each, and 0 where one is missing."),
    "decoy-heads": ("Decoy heads", "The logit of `yes` is 1 where `key` stands in the text, else 0. One head of four moves it; one looks just like it, and two look at `lock`, and what these three move nothing reads."),
    "induction": ("Induction", "Two layers of four heads of attention and nothing else, trained on rows in which a random segment is said twice."),
    "induction-one-head": ("Induction, one head a layer", "Two layers with one head each, compiled from a program: say the word behind the last word's look-alike."),
    "induction-two-heads": ("Induction, two heads a layer", "Two layers of two heads of attention and nothing else, trained as `induction`."),
    "linear": ("Linear", "The logit of `yes` is the sum of a linear function of each word's embedding."),
    "or-gate": ("Or gate", "The logit of `yes` is 1 where `key` stands in the text, however often, else 0."),
    "planted-token": ("Planted token", "A classifier that was trained on texts where a mark (`zeta`: no, `omega`: yes) overrules all other words."),
    "two-hops": ("Two hops", "Three layers with one head each, compiled from a program: in a text of pairs, say the word that is paired with the word that is paired with the last one."),
}


def card(target, name, facts):
    title, text = ABOUT[name]
    train = f"models/train/truth/make.py {name if facts or name in COMPILED else ''}".strip()
    (target / "README.md").write_text(
        f"# {title}: a model whose answer is known\n\n{text}{' Its texts have ten words.' if name in CLOSED and name not in COMPILED else ''}\n\n"
        f"Made by `{train}`; what its explanations are graded by is on the page `docs/truth/{name}.md`.\n")
    if facts:
        (target / "training.json").write_text(json.dumps(facts, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*ABOUT, []])
    names = parser.parse_args().names or list(CLOSED)
    torch.set_num_threads(1)
    for name in names:
        target = MODELS / f"pellucid-truth-{name}"
        facts = None
        if name in CLOSED:
            CLOSED[name]().save(target)
        elif name == "planted-token":
            model = planted.train(0)
            planted.save(model, target)
            facts = {"seed": 0, "accuracy": planted.accuracy(model)}
        else:
            heads, seed = INDUCTION[name]
            model, steps = attention_only.train(2, heads, seed)
            attention_only.save(model, target)
            plain_tokenizer(target)
            facts = {"seed": seed, "steps": steps, **attention_only.measure(model)}
        card(target, name, facts)


if __name__ == "__main__":
    main()
