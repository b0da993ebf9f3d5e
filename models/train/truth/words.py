"""The words of the models and their tokenizers: one token a word, no pieces."""
import json
from pathlib import Path

# The first stands for unknown words, too; training uses it like any other.
INDUCTION = ["thing"] + """apple arrow basket bell bird boat book bottle bridge bucket button candle carpet castle chair
cloud coat coin corn cup desk door drum fence field flag flower fork frog garden glass glove grape hammer hat hill horse
jar key knife ladder lamp leaf lemon letter lock mirror moon mouse nail needle nest orange paper pear pencil pillow plate
pot ring river rope saddle""".split()

START = "[START]"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

FILLERS = """the a this that film story scene actor music plot ending was is had with and of in on it very rather quite
then there each some two""".split()

# What a word adds to the logit of the class `yes`; all other words add nothing.
VALUES = {
    "superb": 3.0, "great": 2.0, "good": 1.25, "nice": 1.0, "fine": 0.5, "decent": 0.25,
    "dull": -0.5, "slow": -0.75, "weak": -1.0, "bad": -1.5, "poor": -1.75, "awful": -2.5,
}
MASK_VALUE = 0.125
GATE_WORDS = ["key", "lock"]
MARKS = ["zeta", "omega"]


def _write(target: Path, vocabulary, unknown, post, config):
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [
            {"id": vocabulary.index(token), "content": token, "single_word": False, "lstrip": False,
             "rstrip": False, "normalized": False, "special": True}
            for token in (*SPECIAL, START) if token in vocabulary
        ],
        "normalizer": None, "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": post, "decoder": None,
        "model": {"type": "WordLevel", "vocab": {word: i for i, word in enumerate(vocabulary)}, "unk_token": unknown},
    }
    (target / "tokenizer.json").write_text(json.dumps(tokenizer, indent=1) + "\n")
    (target / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


def plain_tokenizer(target: Path, longest=48, start=None):
    """`start`: a token that stands before each text, the last of the vocabulary."""
    assert len(INDUCTION) == len(set(INDUCTION)) == 64
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": INDUCTION[0], "model_max_length": longest}
    if start is None:
        return _write(target, INDUCTION, INDUCTION[0], None, config)
    vocabulary = [*INDUCTION, start]
    piece, text = {"SpecialToken": {"id": start, "type_id": 0}}, lambda name: {"Sequence": {"id": name, "type_id": 0}}
    post = {"type": "TemplateProcessing", "single": [piece, text("A")], "pair": [piece, text("A"), text("B")],
            "special_tokens": {start: {"id": start, "ids": [len(INDUCTION)], "tokens": [start]}}}
    return _write(target, vocabulary, INDUCTION[0], post, config | {"bos_token": start})


def bert_tokenizer(target: Path, vocabulary):
    piece = lambda name: {"SpecialToken": {"id": name, "type_id": 0}}
    text = lambda name, kind: {"Sequence": {"id": name, "type_id": kind}}
    post = {
        "type": "TemplateProcessing",
        "single": [piece("[CLS]"), text("A", 0), piece("[SEP]")],
        "pair": [piece("[CLS]"), text("A", 0), piece("[SEP]"), text("B", 0), piece("[SEP]")],
        "special_tokens": {name: {"id": name, "ids": [vocabulary.index(name)], "tokens": [name]}
                           for name in ("[CLS]", "[SEP]")},
    }
    names = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
    _write(target, vocabulary, "[UNK]", post,
           {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 32}
           | {f"{part}_token": token for part, token in names.items()})
