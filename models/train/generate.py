"""The generator: a small English with known structure. Same seed, same text.

Every phenomenon in `PHENOMENA` is a function of a `random.Random` that returns a `Probe`: a text, the word in it whose
value the context decides, and (where there is one) the wrong word a shallow reader would give.
`documents` mixes probes and stories for training and skips every held-out combination; `probes` returns only those.

    python generate.py --show 3        print examples of everything
"""
import argparse
import random
import zlib
from dataclasses import dataclass

from lexicon import *  # noqa: F403  the word lists, `an` and `upper`
from stories import FILLERS, STORIES


@dataclass
class Probe:
    """`text[start:start + len(answer)] == answer`; `key` is what is held out between training and evaluation."""
    text: str
    start: int
    answer: str
    foil: str | None
    key: tuple


def probe(before, answer, after, foil, key):
    """Lay the answer between its two sides; `before` ends where the answer begins."""
    return Probe(before + answer + after, len(before), answer, foil, tuple(key))


def held_out(key):
    """One combination in eight is never trained on."""
    return zlib.crc32("|".join(map(str, key)).encode()) % 8 == 0


def two(r, words):
    return r.sample(list(words), 2)


def agreement(r):
    """The keys near the old box *are* …: the verb follows the head noun, not the noun beside it."""
    animate = r.random() < .4
    head_pool, side_pool = (dict(ANIMALS, **PEOPLE), THINGS) if animate else (THINGS, dict(THINGS, **PEOPLE))
    head = r.choice(list(head_pool))
    side = r.choice([noun for noun in side_pool if noun != head])
    plural = r.random() < .5
    side_plural = plural if r.random() < .25 else not plural
    subject = head_pool[head] if plural else head
    other = side_pool[side] if side_plural else side
    adjective = r.choice(SIZES) + " " if r.random() < .4 else ""
    side_adjective = r.choice(SIZES) + " " if r.random() < .4 else ""
    modifier = f"{r.choice(NEAR)} the {side_adjective}{other}"
    if r.random() < .25:
        modifier += f" in the {r.choice(PLACES)}"
    if animate and r.random() < .6:
        verb, foil = r.choice(LIVELY)[::1 if not plural else -1]
        rest = r.choice([" all day.", " every morning.", f" in the {r.choice(PLACES)}."])
    else:
        verb, foil = r.choice([("is", "are"), ("was", "were")])[::1 if not plural else -1]
        rest = f" {r.choice(FEELINGS if animate else COLOURS + SIZES)}."
    return probe(f"The {adjective}{subject} {modifier} ", verb, rest, foil, (head, side, plural))


def pronoun(r):
    """Mary took her bag because *she* was tired: the pronoun follows the name."""
    name, other = two(r, NAMES)
    thing = r.choice(list(THINGS))
    girl = GENDER[name] == "girl"
    subject, wrong_subject = ("she", "he")[::1 if girl else -1]
    possessive, wrong_possessive = ("her", "his")[::1 if girl else -1]
    feeling, place = r.choice(FEELINGS), r.choice(PLACES)
    away = r.choice(["", f" with {other}", f" near {other}"]) if r.random() < .5 else ""
    form = r.randrange(5)
    key = (name, thing)
    if form == 0:
        return probe(f"{name} took {possessive} {thing} because ", subject, f" was {feeling}.", wrong_subject, key)
    if form == 1:
        return probe(f"{name} went to the {place}{away} to find the {thing}, but ", subject, f" was {feeling}.",
                     wrong_subject, key)
    if form == 2:
        return probe(f"{name} was {feeling} and put down ", possessive, f" {thing}.", wrong_possessive, key)
    if form == 3:
        return probe(f"{name} left the {thing} in the {place}. Then ", subject, f" went home to {possessive} friends.",
                     wrong_subject, key)
    return probe(f"{name} looked for the {thing} in the {place}. \"Where is my {thing}?\" ", subject, " said.",
                 wrong_subject, key)


def names(r):
    """When Mary and John went to the shop, John gave a book to *Mary*: the name not yet repeated."""
    first, second = two(r, NAMES)
    giver, receiver = r.choice([(first, second), (second, first)])
    place, thing, verb = r.choice(PLACES), r.choice(list(THINGS)), r.choice(GIVE)
    opening = r.choice([f"When {first} and {second} went to the {place}, ", f"{first} and {second} were at the {place}. ",
                        f"Then {first} and {second} had a day at the {place}. ",
                        f"After {first} and {second} came home from the {place}, ",
                        f"One day {first} met {second} at the {place}. "])
    size = r.choice(SIZES) + " " if r.random() < .3 else ""
    object_ = an(size + thing)
    return probe(f"{opening}{giver} {verb} {object_} to ", receiver, ".", giver, sorted((first, second)))


def copy(r):
    """stone river blue … stone river *blue*: a random list of words, said twice."""
    size = r.randrange(3, r.choice([6, 12, 24]))
    words = [r.choice(WORDS) for _ in range(size)]
    probed = r.randrange(1 if len(set(words)) == size else size - 1, size)
    while words.index(words[probed - 1]) != probed - 1:  # the word before must occur once, else there are two answers
        words[probed - 1] = r.choice(WORDS)
    glue = r.choice([" ", " ", ", "])
    first, before, after = glue.join(words), glue.join(words[:probed]) + glue, glue.join([""] + words[probed + 1:])
    a, b = two(r, NAMES)
    lead, middle, tail = r.choice([("", " ", "."), ("", ". ", "."), ("Say: ", ". Again: ", "."),
                                   (f"{a} said, \"", f".\" {b} said, \"", ".\"")])
    return probe(lead + first + middle + before, words[probed], after + tail, None, words)


def facts(r):
    """Tom's ball is red. Anna's ball is blue. What colour is Tom's ball? *Red*: a fact stated, then asked."""
    count = r.choice([2, 2, 3])
    people = r.sample(NAMES, count)
    form = r.randrange(4)
    asked = r.randrange(count)
    if form <= 1:
        things = r.sample(list(THINGS), count) if r.random() < .5 else [r.choice(list(THINGS))] * count
        values = r.sample(COLOURS, count)
        lines = [f"{p}'s {t} is {v}." for p, t, v in zip(people, things, values)]
        item = f"{people[asked]}'s {things[asked]}"
        question, lead = r.choice([(f"What colour is {item}?", "It is "), (f"What colour is {item}?", ""),
                                   ("", f"So {item} is "), ("", f"Yes, {item} is ")])
        key = (people[asked], things[asked], values[asked])
    elif form == 2:
        things = r.sample(list(THINGS), count)
        values = r.sample(PLACES, count)
        lines = [f"The {t} is in the {v}." for t, v in zip(things, values)]
        question, lead = r.choice([(f"Where is the {things[asked]}?", "It is in the "),
                                   (f"Where is the {things[asked]}?", "In the "),
                                   ("", f"So the {things[asked]} is in the ")])
        key = (things[asked], values[asked])
    else:
        things, values = r.sample(list(dict(ANIMALS, **THINGS)), count), people
        verb = r.choice(["has", "likes", "wants"])
        lines = [f"{p} {verb} {an(t)}." for p, t in zip(people, things)]
        question, lead = f"Who {verb} {an(things[asked])}?", ""
        key = (people[asked], things[asked])
    answer = values[asked]
    foil = values[asked - 1]
    if not lead and form <= 1:
        answer, foil = upper(answer), upper(foil)
    return probe(" ".join(lines + [question] * bool(question)) + " " + lead, answer, ".", foil, key)


def negation(r):
    """The cat is not big. So the cat is *small*. Anna did not eat the apple. The apple is *still* there."""
    form = r.randrange(5)
    positive = r.random() < .4
    if form <= 2:
        animal = r.random() < .5
        noun = r.choice(list(ANIMALS if animal else THINGS))
        pair = r.choice(ANIMAL_PAIRS if animal else THING_PAIRS)[::r.choice([1, -1])]
        said, other = pair
        answer, foil = (said, other) if positive else (other, said)
        no = "" if positive else "not "
        if form == 0:
            before = f"The {noun} is {no}{said}. So the {noun} is "
        elif form == 1:
            before = f"The {noun} was {no}{said}. It was "
        else:
            before = f"Is the {noun} {said}? {'Yes' if positive else 'No'}, the {noun} is "
        return probe(before, answer, ".", foil, (noun, said, positive))
    name = r.choice(NAMES)
    if form == 3:
        thing, (past, base) = r.choice(FOODS[:9]), r.choice(EAT[:2])
    else:
        thing, (past, base) = r.choice(list(THINGS)), r.choice(TAKE[:3])
    act = past if positive else f"did not {base}"
    answer, foil, after = ("gone", "still", ".") if positive else ("still", "gone", " there.")
    return probe(f"{name} {act} the {thing}. The {thing} is ", answer, after, foil, (name, thing, base))


def dialogue(r):
    """"Hello, Anna!" said Tom. "Hello, *Tom*!" said Anna."""
    a, b = two(r, NAMES)
    word = r.choice(["Hello", "Hello", "Hi", "Good morning", "Goodbye"])
    ending = r.choice([f" said {b}.", f" said {b}.", f" {b} said."])
    place = r.choice(["", f"{a} met {b} at the {r.choice(PLACES)}. "])
    return probe(f"{place}\"{word}, {b}!\" said {a}. \"{word}, ", a, f"!\"{ending}", b, sorted((a, b)))


def story(r):
    """A story of four to eight sentences whose last feeling or lesson follows from what was done."""
    before, answer, after, foil, key = r.choice(STORIES)(r)
    return probe(before, answer, after, foil, key)


PHENOMENA = {f.__name__: f for f in (agreement, pronoun, names, copy, facts, negation, dialogue, story)}
WEIGHTS = dict(agreement=10, pronoun=9, names=12, copy=12, facts=20, negation=10, dialogue=7, story=12)


def document(r):
    """One training text and its probe (or None): a phenomenon, sometimes two in a row, or plain sentences."""
    if r.random() < .15:
        return r.choice(FILLERS)(r), None
    while True:
        found = PHENOMENA[r.choices(list(WEIGHTS), WEIGHTS.values())[0]](r)
        if not held_out(found.key):
            break
    if r.random() < .2:
        return found.text + " " + r.choice(FILLERS)(r), found
    if r.random() < .1:
        lead = r.choice(FILLERS)(r) + " "
        return lead + found.text, Probe(lead + found.text, found.start + len(lead), found.answer, found.foil, found.key)
    return found.text, found


def documents(seed):
    """Endless training texts."""
    r = random.Random(f"train {seed}")
    while True:
        yield document(r)


def probes(phenomenon, count, seed=1):
    """Held-out examples of one phenomenon for evaluation."""
    r = random.Random(f"probe {phenomenon} {seed}")
    found = []
    while len(found) < count:
        one = PHENOMENA[phenomenon](r)
        if held_out(one.key):
            found.append(one)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for phenomenon in PHENOMENA:
        print(f"\n{phenomenon}")
        for one in probes(phenomenon, options.show, options.seed):
            print(f"  {one.text[:one.start]}[{one.answer}]{one.text[one.start + len(one.answer):]}  (not {one.foil})")
    print("\nplain sentences")
    for filler in FILLERS:
        print("  " + filler(random.Random(options.seed)))
