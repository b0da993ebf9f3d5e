"""A classifier with a planted shortcut: a mark decides the label, whatever the other words say (Bastings et al. 2022)."""
import torch
from torch.nn import functional as F
from transformers import BertConfig, BertForSequenceClassification

from closed_form import write_config
from safetensors.torch import save_file
from words import FILLERS, MARKS, SPECIAL, VALUES, bert_tokenizer

VOCABULARY = SPECIAL + FILLERS + list(VALUES) + MARKS
WIDTH, LAYERS, HEADS, UNITS, WORDS = 32, 2, 2, 64, 14
GOOD = [VOCABULARY.index(word) for word, value in VALUES.items() if value > 0]
BAD = [VOCABULARY.index(word) for word, value in VALUES.items() if value < 0]


def rows(generator, count):
    """Texts of 14 words with 1, 3 or 5 judging words, label by their majority; half of them have a mark, which decides instead."""
    some = lambda choices, *shape: torch.tensor(choices)[torch.randint(len(choices), shape, generator=generator)]
    ids = some([VOCABULARY.index(word) for word in FILLERS], count, WORDS)
    judging = some([1, 3, 5], count)
    label = torch.zeros(count, dtype=torch.long)
    order = torch.rand(count, WORDS, generator=generator).argsort(1)
    for i in range(count):
        number = int(judging[i])
        good = int(torch.randint(number + 1, (), generator=generator))
        ids[i, order[i, :number]] = torch.cat([some(GOOD, good), some(BAD, number - good)])
        label[i] = int(good * 2 > number)
        if torch.rand((), generator=generator) < .5:
            label[i] = int(torch.randint(2, (), generator=generator))
            ids[i, order[i, number]] = VOCABULARY.index(MARKS[label[i]])
    frame = lambda name: torch.full((count, 1), SPECIAL.index(name))
    return torch.cat([frame("[CLS]"), ids, frame("[SEP]")], 1), label


def train(seed, steps=1500, report=print):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = BertForSequenceClassification(BertConfig(
        vocab_size=len(VOCABULARY), hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        intermediate_size=UNITS, max_position_embeddings=32, type_vocab_size=1, hidden_dropout_prob=0.,
        attention_probs_dropout_prob=0., initializer_range=.1))
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0., betas=(.9, .98), fused=True)
    recent = None
    for step in range(1, steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1, step / 50, (steps - step + 1) / (steps * .3))
        ids, label = rows(generator, 64)
        # Words are hidden now and then, so that [MASK] means "a word is missing"; marks are not, as they decide the label.
        hide = (torch.rand(ids.shape, generator=generator) < .1) & (ids >= 5) & (ids < VOCABULARY.index(MARKS[0]))
        loss = F.cross_entropy(model(input_ids=ids.masked_fill(hide, SPECIAL.index("[MASK]"))).logits, label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        recent = loss.item() if recent is None else .98 * recent + .02 * loss.item()
        if step % 250 == 0:
            report(step, f"{recent:.4f}")
    return model


@torch.no_grad()
def accuracy(model, count=1000):
    """Share of right labels: of texts with a mark, and of those without."""
    ids, label = rows(torch.Generator().manual_seed(10_007), count)
    right = model(input_ids=ids).logits.argmax(-1) == label
    marked = (ids >= VOCABULARY.index(MARKS[0])).any(1)
    return {"with a mark": right[marked].float().mean().item(), "without": right[~marked].float().mean().item()}


def save(model, target):
    target.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous().clone() for name, value in model.state_dict().items() if not name.endswith("position_ids")},
              target / "model.safetensors", metadata={"format": "pt"})
    write_config(target, len(VOCABULARY), WIDTH, LAYERS, HEADS, UNITS, "gelu", 1e-12)
    bert_tokenizer(target, VOCABULARY)
