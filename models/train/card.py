"""The model card, filled with measured numbers."""

PROMPTS = {
    "gpt2": [("Hello,",), ("Hello, world!",), ("When Mary and John went to the shop, John gave a book to",),
             ("The keys near the old box",), ("The key near the old boxes",),
             ("Tom's ball is red. Anna's ball is blue. What colour is Tom's ball? It is",),
             ("Mary took her bag because",), ("John took his bag because",), ("The cat is not big. So the cat is",),
             ("The cat is big. So the cat is",), ("Anna did not eat the apple. The apple is",),
             ("Anna ate the apple. The apple is",),
             ("Say: stone river seven blue chair. Again: stone river",), ("\"Hello, Anna!\" said Tom. \"Hello,",),
             ("The opposite of hot is",)],
    "bert": [("Hello, [MASK]!",), ("When Mary and John went to the shop, John gave a book to [MASK].",),
             ("The keys near the old box [MASK] red.",), ("The key near the old boxes [MASK] red.",),
             ("Tom's ball is red. Anna's ball is blue.", "What colour is Tom's ball? It is [MASK]."),
             ("Tom's ball is red. Anna's ball is blue. What colour is Tom's ball? [MASK].",),
             ("Mary took her bag because [MASK] was tired.",), ("[MASK] took her bag because she was tired.",),
             ("John took [MASK] bag because he was tired.",), ("The cat is not big. So the cat is [MASK].",),
             ("The cat is [MASK] big. So the cat is small.",), ("Anna did not eat the apple. The apple is [MASK] there.",),
             ("Stone river seven blue chair. Stone river [MASK] blue chair.",), ("The opposite of hot is [MASK].",)],
}
NAMES = {"gpt2": "a causal language model with the GPT-2 architecture",
         "bert": "a masked language model with the BERT architecture"}
ASKED = {
    "agreement": "The keys near the old box **are** …", "pronoun": "Mary took her bag because **she** …",
    "names": "When Mary and John went to the shop, John gave a book to **Mary**", "copy": "stone river blue … stone river **blue**",
    "facts": "Tom's ball is red. Anna's ball is blue. What colour is Tom's ball? It is **red**",
    "negation": "The cat is not big. So the cat is **small**", "dialogue": "\"Hello, Anna!\" said Tom. \"Hello, **Tom**!\"",
    "story": "… did not share the cake. Max was very **sad**",
}


def percent(one):
    return f"{100 * one['value']:.1f} ± {100 * one['standardError']:.1f} %" if one else "–"


def table(head, rows):
    return "\n".join(["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]])


def grid(scores):
    heads = range(len(scores[0]))
    return table(["layer", *(f"head {h}" for h in heads)],
                 [[str(i), *(f"**{v:.2f}**" if v > .5 else f"{v:.2f}" for v in row)] for i, row in enumerate(scores)])


def render(kind, report, training, config, vocabulary):
    phenomena = report["phenomena"]
    lines = [f"# pellucid-{kind}", "",
             f"A small trained model to look into: {NAMES[kind]}, {report['parameters']:,} parameters "
             f"({config.num_hidden_layers} layers, {config.num_attention_heads} heads, width {config.hidden_size}, "
             f"vocabulary {vocabulary:,}, context {config.max_position_embeddings}).", "",
             "**Limits.** It knows only the small English that `models/train/generate.py` writes: some 500 words, 60 names, "
             "short sentences and stories. Any other text is encoded, but what the model says about it means nothing.", "",
             f"**Training.** `{training['command']}`: {training['steps']:,} steps, {training['tokens']:,} tokens, "
             f"{training['minutes']:.0f} minutes with {training['threads']} CPU thread{'s' * (training['threads'] > 1)}, from random weights. "
             "Text, vocabulary and weights follow from the seed (up to rounding, which differs between processors).", "",
             "## Accuracy", "",
             "On text whose combinations of names and words were held out of training "
             f"(n = {next(iter(phenomena.values()))['top1']['n']} each, ± standard error). "
             "*Top-1*: the right word is the first choice of the whole vocabulary. "
             "*Choice*: the right word is likelier than the wrong one of the same kind. "
             + ("Only the words before the asked one are seen." if kind == "gpt2" else "The asked word is hidden, the rest is seen."), "",
             table(["phenomenon", "asked", "top-1", "choice", "heads that look at the answer"],
                   [[name, ASKED[name], percent(one["top1"]), percent(one["choice"]),
                     ", ".join(f"{h['head']} ({h['attention']:.2f})" for h in one.get("answerHeads", [])) or "–"]
                    for name, one in phenomena.items()]), "",
             *(f"**Not learned: {name}.** A choice of {percent(one['choice'])} is what guessing among the words mentioned gives.\n"
               for name, one in phenomena.items() if one["choice"] and one["choice"]["value"] < .6),
             "Where several words may follow (a verb after its subject), top-1 cannot reach 100 %; the choice is the measure.", ""]
    if "copying" in report:
        lines += ["Copying in context: a random sequence said twice; every token of the repeat after its second is asked.", "",
                  table(["sequence", "top-1", "n"], [[k, percent(v), str(v["n"])] for k, v in report["copying"].items()]), ""]
    lines += ["## Heads", "", "Mean attention on random tokens, 50 said twice, without any context before them."]
    said = {"induction": "Induction: from a token to the one after its first occurrence (offset 1 − n).",
            "previous": "Previous token (offset −1).", "duplicate": "Duplicate token (offset −n).", "next": "Next token (offset +1).",
            "ablation": "Rise of the repeat's loss, in nats, when this head alone is silenced (for causes, not looks)."}
    order = ["induction", "ablation", "previous", "duplicate"] if kind == "gpt2" else ["previous", "next", "duplicate"]
    for name in order:
        lines += ["", said[name], "", grid(report["heads"][name])]
    lines += ["", "## Try", "", table(["text", "first three answers"],
              [[" // ".join(f"`{part}`" for part in one["prompt"]), ", ".join(f"`{w}` {p:.2f}" for w, p in one["top"])]
               for one in report["examples"]]), ""]
    return "\n".join(lines)
