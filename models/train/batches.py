"""Endless training batches: token ids, labels and the weight of each label."""
import itertools
import re

import numpy as np

from generate import documents

CHUNK = 3000  # documents generated and tokenized at a time
PROBE_WEIGHT = 3.0  # the word that the context decides counts more than its neighbours
RANDOM_SHARE = .2  # share of GPT-2's documents that are repeated random tokens


def _encoded(tokenizer, seed):
    """Chunks of (ids, index of the probed token or -1), without special tokens."""
    stream = documents(seed)
    while True:
        chunk = list(itertools.islice(stream, CHUNK))
        encoded = tokenizer.backend_tokenizer.encode_batch([text for text, _ in chunk], add_special_tokens=False)
        yield [(text, e.ids, -1 if probe is None else next(i for i, (_, end) in enumerate(e.offsets) if end > probe.start))
               for (text, probe), e in zip(chunk, encoded)]


def repeated_tokens(rng, tokens, length):
    """Random tokens said twice or more, with or without a gap. Only the repeats can be predicted, so only they count."""
    size = int(rng.integers(3, rng.choice([8, 24, length // 2])))
    segment = rng.choice(tokens, size).tolist()
    ids, weights = rng.choice(tokens, int(rng.integers(0, 6))).tolist(), []
    weights = [0.0] * len(ids)
    for turn in range(int(rng.integers(2, 4))):
        if turn and rng.random() < .3:
            gap = rng.choice(tokens, int(rng.integers(1, 10))).tolist()
            ids, weights = ids + gap, weights + [0.0] * len(gap)
        ids, weights = ids + segment, weights + [0.0] * (size if turn == 0 else 1) + [1.0] * (size - 1) * (turn > 0)
    return ids, weights


def causal(tokenizer, seed, size, length, limit):
    """GPT-2: rows start with a document and are filled with whole texts between end-of-text tokens."""
    rng = np.random.default_rng([seed, length])
    end, some = tokenizer.eos_token_id, np.random.default_rng(seed).permutation(np.arange(1, len(tokenizer)))
    stream = itertools.chain.from_iterable(_encoded(tokenizer, f"{seed} {length}"))
    while True:
        ids = np.zeros((size, length), dtype=np.int64)
        weights = np.zeros((size, length), dtype=np.float32)
        for row in range(size):
            row_ids, row_weights = ([end], [1.0]) if rng.random() < .5 else ([], [])
            while len(row_ids) < length:
                if rng.random() < RANDOM_SHARE:
                    more, weight = repeated_tokens(rng, some[:limit()], length)
                else:
                    _, more, probed = next(stream)
                    weight = [1.0] * len(more)
                    if probed >= 0:
                        weight[probed] = PROBE_WEIGHT
                row_ids, row_weights = row_ids + more + [end], row_weights + weight + [1.0]
            ids[row], weights[row] = row_ids[:length], row_weights[:length]
        yield ids, weights


def masked(tokenizer, seed, tokens, length, limit):
    """BERT: sentences or pairs of nearly one length; 15 % of tokens hidden (80 % [MASK], 10 % random, 10 % kept)."""
    rng = np.random.default_rng([seed, length])
    pad, cls, sep, mask = (tokenizer.convert_tokens_to_ids(t) for t in ("[PAD]", "[CLS]", "[SEP]", "[MASK]"))
    some = np.random.default_rng(seed).permutation(np.arange(5, len(tokenizer)))
    for chunk in _encoded(tokenizer, f"{seed} masked"):
        rows, chunk = [], iter(chunk)
        for text, ids, probed in chunk:
            cuts = [m.end() for m in re.finditer(r'[.!?]"? ', text)]
            if rng.random() < RANDOM_SHARE:
                (ids, _), probed, cuts = repeated_tokens(rng, some[:limit()], 64), -1, []
            ids, asked = list(ids), [i == probed for i in range(len(ids))]
            for _, more, at in itertools.islice(chunk, int(rng.choice([0, 0, 0, 0, 1, 4]))):
                ids, asked = ids + more, asked + [i == at for i in range(len(more))]
            ids, asked = ids[:length - 3], asked[:length - 3]
            second = len(ids)
            if cuts and rng.random() < .4:
                first = text[:cuts[rng.integers(len(cuts))]]
                second = len(tokenizer.backend_tokenizer.encode(first, add_special_tokens=False).ids)
            pair = second < len(ids)
            row = [cls] + ids[:second] + [sep] + (ids[second:] + [sep]) * pair
            types = [0] * (min(second, len(ids)) + 2)
            rows.append((row, types + [1] * (len(row) - len(types)),
                         [False] + asked[:second] + [False] + (asked[second:] + [False]) * pair))
        rows.sort(key=lambda row: len(row[0]))
        batches = []
        while rows:
            width = -(-len(rows[-1][0]) // 16) * 16  # few different shapes: kernels are cached per shape
            rows, batch = rows[:-(tokens // width)], rows[-(tokens // width):]
            batches += [(batch, width)] * (len(batch) == tokens // width)
        for which in rng.permutation(len(batches)):
            yield _hide(*batches[which], rng, pad, mask, len(tokenizer))


def _hide(rows, width, rng, pad, mask, vocabulary):
    table = lambda k, fill: np.array([row[k] + [fill] * (width - len(row[k])) for row in rows])
    ids, types, probe = table(0, pad), table(1, 0), table(2, False)
    hideable = ids >= 5  # not a special token
    asked = probe & (rng.random(len(rows)) < .5)[:, None]
    chosen = (hideable & (rng.random(ids.shape) < .15)) | asked
    hidden, how = ids.copy(), rng.random(ids.shape)
    hidden[chosen & ((how < .8) | asked)] = mask
    swap = chosen & (how >= .8) & (how < .9) & ~asked
    hidden[swap] = rng.integers(5, vocabulary, int(swap.sum()))
    weights = np.where(chosen, np.where(asked, PROBE_WEIGHT, 1.0), 0.0).astype(np.float32)
    return hidden, types, ids != pad, ids, weights
