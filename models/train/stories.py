"""Stories with a simple moral order, and plain sentences between them.

A story returns (before, answer, after, foil, key) for the probed word; a filler returns plain text.
"""
from lexicon import *  # noqa: F403


def _who(r):
    name = r.choice(NAMES)
    return (name, "She", "she", "her") if GENDER[name] == "girl" else (name, "He", "he", "his")


def _other(r, name):
    return r.choice([one for one in NAMES if one != name])


def sharing(r):
    """Who shares makes a friend glad; who does not makes a friend sad."""
    name, She, she, her = _who(r)
    friend = _other(r, name)
    food, place = r.choice(["cake", "pie", "bread", "cheese", "soup"]), r.choice(PLACES)
    kind = r.random() < .5
    start = f"One day {name} had some {food}. {She} met {friend} at the {place}. {friend} was hungry. "
    act = f"{name} shared the {food} with {friend}. " if kind else f"{name} did not share the {food}. "
    feeling, other = ("happy", "sad") if kind else ("sad", "happy")
    key = (name, friend, food)
    if r.random() < .5:
        return start + act + f"{friend} was very ", feeling, ".", other, key
    answer, foil = ("kind", "mean") if kind else ("mean", "kind")
    return start + act + f"{friend} was {feeling}. \"You are ", answer, f"!\" said {friend}.", foil, key


def lost(r):
    """A lost thing that is found makes its owner happy."""
    name, She, she, her = _who(r)
    friend = _other(r, name)
    thing, place, colour = r.choice(list(THINGS)), r.choice(PLACES), r.choice(COLOURS)
    start = f"{name} had {an(colour)} {thing}. One day {she} lost the {thing} in the {place}. "
    found = r.random() < .6
    form = r.randrange(3)
    if form == 0:
        before = start + f"{name} looked and looked. \"Where is my {colour} "
        return before, thing, f"?\" {she} said.", None, (name, thing, colour)
    if found:
        middle = f"{friend} helped {name} and found the {thing}. "
    else:
        middle = f"{friend} helped {name}, but they did not find the {thing}. "
    if form == 1 and found:
        return start + middle + f"\"Thank you, ", friend, f"!\" said {name}.", name, (name, friend, thing)
    answer, foil = ("happy", "sad") if found else ("sad", "happy")
    return start + middle + f"{name} went home and was ", answer, ".", foil, (name, friend, thing)


def truth(r):
    """Who tells the truth is forgiven; who lies is not."""
    name, She, she, her = _who(r)
    thing, adult = r.choice(list(THINGS)), r.choice(["mother", "father", "teacher", "friend"])
    honest = r.random() < .5
    start = f"{name} broke {her} {adult}'s {thing}. \"Did you break the {thing}?\" asked the {adult}. "
    if honest:
        middle = f"\"Yes, I did. I am sorry,\" said {name}. The {adult} was not "
        answer, foil, lesson = "good", "bad", "tell the truth"
    else:
        middle = f"\"No, I did not,\" said {name}. But the {adult} knew it. The {adult} was very "
        answer, foil, lesson = "bad", "good", "tell a lie"
    if r.random() < .5:
        return start + middle + "angry. It is ", answer, f" to {lesson}.", foil, (name, thing, adult)
    return start + middle, "angry", f". It is {answer} to {lesson}.", "happy", (name, thing, adult)


def animal(r):
    """A thirsty animal drinks, a hungry one eats, a tired one sleeps, and then it is so no more."""
    creature, place = r.choice(list(ANIMALS)), r.choice(PLACES)
    need, want, act, wrong = r.choice([("thirsty", "water", "drank", "ate"), ("hungry", "food", "ate", "drank"),
                                       ("tired", "a bed", "slept", "ate")])
    size = r.choice(SIZES[:3] + ["little"])
    start = f"Once there was {an(size)} {creature}. It lived near the {place}. "
    start += f"One day the {creature} was very {need}. It looked for {want}. A kind {r.choice(list(PEOPLE))} helped it. "
    tail = f" and was not {need} any more."
    key = (creature, place, need)
    if r.random() < .5:
        return start + f"The {creature} ", act, tail, wrong, key
    other = r.choice([one for one in ("thirsty", "hungry", "tired") if one != need])
    return start + f"The {creature} {act} and was not ", need, " any more.", other, key


def trip(r):
    """Two friends take a thing somewhere; later the story asks the thing, the place or the friend again."""
    name, She, she, her = _who(r)
    friend = _other(r, name)
    thing, size, place = r.choice(list(THINGS)), r.choice(SIZES), r.choice(PLACES)
    later = r.choice([p for p in PLACES if p != place])
    start = f"{name} and {friend} went to the {place}. {name} took the {size} {thing} and {friend} took some food. "
    start += r.choice([f"They played all day. ", f"They walked and sang. ", f"The sun was bright. "])
    form = r.randrange(3)
    if form == 0:
        return start + f"In the evening they came home from the ", place, ".", later, (name, thing, place)
    if form == 1:
        return start + f"Then {name} gave the {size} ", thing, f" to {friend}.", "food", (name, friend, thing)
    return start + f"In the evening {name} said, \"Good night, ", friend, "!\"", name, (name, friend, thing)


STORIES = [sharing, lost, truth, animal, trip]


def hello_world(r):
    name, She, she, her = _who(r)
    more = [f"I am {name}.", f"My name is {name}.", f"I live in a {r.choice(SIZES)} house.",
            f"I like my {r.choice(list(THINGS))}.", "It is a good day.", "The sun is bright.", "How are you?", f"I have {an(r.choice(list(ANIMALS)))}."]
    return " ".join(["Hello, world!"] + r.sample(more, r.randrange(0, 4)))


def greeting(r):
    name = r.choice(NAMES)
    word = r.choice(["Hello", "Hello", "Hi", "Good morning", "Good night", "Goodbye"])
    more = r.choice(["", " How are you?", " How are you? I am fine, thank you.", " It is a good day.", " Where is your "
                     + r.choice(list(THINGS)) + "?", " I am happy to see you.", f" My name is {_other(r, name)}."])
    return f"{word}, {name}!{more}"


def kind(r):
    lines = []
    for thing, what in r.sample(list(KINDS.items()), r.randrange(1, 4)):
        subject = upper(an(thing) if what in ("animal", "flower", "fruit", "tool") else thing)
        lines.append(f"{subject} is {an(what)}.")
    return " ".join(lines)


def opposite(r):
    a, b = r.choice(list(ANTONYMS.items()))[::r.choice([1, -1])]
    return f"The opposite of {a} is {b}."


def order(r):
    words, least = r.choice([(NUMBERS, 3), (DAYS, 2)])
    start = r.randrange(len(words) - least)
    text = ", ".join(words[start:start + r.randrange(least, 8)])
    return upper(text) + "."


def weather(r):
    day = r.choice(DAYS)
    return r.choice([f"On {day} the sun was bright.", f"It was {day}. The wind was cold and the sky was grey.",
                     f"Today is {day}.", "The snow is white and the sea is blue.", "The grass is green and the sky is blue.",
                     "It was a dark night. The moon was bright.", "The rain was cold and the road was wet."])


def person(r):
    name, She, she, her = _who(r)
    job, place, thing = r.choice(JOBS), r.choice(PLACES), r.choice(list(THINGS))
    return " ".join(r.sample([f"{name} is {an(job)}.", f"{name} works at the {place}.", f"{name} likes {her} {thing}.",
                              f"{name} is {r.choice(NUMBERS[4:])} years old."], r.randrange(1, 3))
                    + r.sample([f"{She} is {r.choice(FEELINGS)}.", f"{She} has {an(r.choice(list(ANIMALS)))}.",
                                f"{She} lives near the {place}."], r.randrange(0, 3)))


def scene(r):
    owner = r.choice(["", r.choice(SIZES) + " "])
    many = r.random() < .5
    pool = r.choice([THINGS, ANIMALS, PEOPLE])
    noun = r.choice(list(pool))
    subject, be = (pool[noun], "are") if many else (noun, "is")
    determiner = r.choice(["The", "These" if many else "This", r.choice(["Two", "Three", "Many"]) if many else "One"])
    return f"{determiner} {owner}{subject} {be} {r.choice(NEAR)} the {r.choice(PLACES)}."


FILLERS = [hello_world, greeting, kind, opposite, order, weather, person, scene]
