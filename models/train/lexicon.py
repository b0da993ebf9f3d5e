"""The words of the small English: every text the models ever see is built from these lists."""

GIRLS = """Mary Anna Lucy Emma Sara Nina Rosa Julia Clara Ella Maria Alice Eva Lily Laura Helen Ida Jane Kate Nora
Olga Paula Ruth Sofia Vera Zoe Amy Betty Carol Diana""".split()
BOYS = """John Tom Ben Max Peter Paul Leo Sam Jack David Adam Carl Eric Frank George Henry Ivan James Karl Mark
Noah Oscar Robert Simon Tim Victor Walter Dan Hugo Alex""".split()
NAMES = GIRLS + BOYS
GENDER = {**{name: "girl" for name in GIRLS}, **{name: "boy" for name in BOYS}}

# singular, plural
THINGS = dict(zip(*[iter("""key keys box boxes book books cup cups ball balls hat hats chair chairs table tables lamp lamps
coin coins pen pens bag bags plate plates shoe shoes kite kites boat boats doll dolls drum drums bell bells ring rings
letter letters picture pictures clock clocks basket baskets bottle bottles knife knives map maps toy toys stone stones
coat coats blanket blankets bike bikes""".split())] * 2))
ANIMALS = dict(zip(*[iter("""dog dogs cat cats bird birds horse horses cow cows fox foxes rabbit rabbits frog frogs bear bears
duck ducks mouse mice goat goats sheep sheep lion lions""".split())] * 2))
del ANIMALS["sheep"]
PEOPLE = dict(zip(*[iter("""boy boys girl girls man men woman women teacher teachers doctor doctors farmer farmers baker bakers
child children friend friends king kings queen queens""".split())] * 2))
PLACES = "shop park garden kitchen school river forest house market barn library station farm town village room".split()
COLOURS = "red blue green yellow black white brown pink grey orange purple golden".split()
FOODS = "apple cake pear egg banana sandwich cookie pie orange soup bread cheese".split()
ANTONYMS = dict(zip(*[iter("""big small hot cold old new long short clean dirty full empty fast slow heavy light wet dry
open closed strong weak hard soft young old happy sad rich poor dark bright loud quiet""".split())] * 2))
THING_PAIRS = [(a, b) for a, b in ANTONYMS.items() if a in "big hot long clean full heavy wet open hard dark".split()]
ANIMAL_PAIRS = [(a, b) for a, b in ANTONYMS.items() if a in "big fast strong wet clean loud young happy".split()]
FEELINGS = "tired hungry happy sad late sick cold angry afraid thirsty".split()
SIZES = "big small old new little heavy clean".split()
NEAR = ["near", "behind", "under", "beside", "next to", "in front of"]
NUMBERS = "one two three four five six seven eight nine ten".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
JOBS = "teacher doctor farmer baker singer driver painter cook".split()
KINDS = {"dog": "animal", "cat": "animal", "horse": "animal", "cow": "animal", "fox": "animal", "bear": "animal",
         "rose": "flower", "tulip": "flower", "daisy": "flower", "apple": "fruit", "pear": "fruit", "banana": "fruit",
         "hammer": "tool", "saw": "tool", "axe": "tool", "Monday": "day", "Friday": "day", "red": "colour", "blue": "colour",
         "green": "colour", "seven": "number", "three": "number", "ten": "number"}
# past tense, base form: what one does to a food and to a thing
EAT = [("ate", "eat"), ("took", "take"), ("cut", "cut")]
TAKE = [("took", "take"), ("sold", "sell"), ("lost", "lose"), ("broke", "break"), ("found", "find")]
GIVE = "gave handed sent threw showed brought".split()
LIVELY = [("runs", "run"), ("sleeps", "sleep"), ("sits", "sit"), ("waits", "wait"), ("plays", "play"), ("sings", "sing"),
          ("stands", "stand"), ("works", "work")]
NATURE = "sun moon tree leaf cloud rain wind snow water fire sea star road bridge door window wall hand music time".split()

# every single word that may stand in a random word list
WORDS = sorted(set(list(THINGS) + list(ANIMALS) + list(PEOPLE) + PLACES + COLOURS + FOODS + SIZES + NUMBERS + NATURE
                   + list(ANTONYMS) + list(ANTONYMS.values()) + FEELINGS + [pair[1] for pair in LIVELY] + JOBS))


def an(word):
    return ("an " if word[0] in "aeiou" else "a ") + word


def upper(text):
    return text[0].upper() + text[1:]
