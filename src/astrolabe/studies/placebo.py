"""Placebos of phrases: as long, shaped alike, and without meaning.

What a phrase does to a model may come from what it says, or from there being a phrase at all. A
placebo has the same number of characters, the same capitals, spaces and punctuation; every word is
made of drawn letters, consonants and vowels in turn, every Chinese character is another common one.
It need not have as many tokens: words that nobody writes are cut into more of them.
"""

import re
from random import Random

from astrolabe.core.digest import digest

_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"
_HAN = "\u3400-\u9fff"
_CHARACTERS = "山木石云田竹白米羽耳舟角豆贝雨马鸟鱼麦龙瓜瓦皿矛禾穴衣西言足"
"""Common ones that name things, so that a row of them says nothing."""


def nonsense(phrase: str, seed: int = 0) -> str:
    """A placebo of `phrase`, the same one for the same seed.

    Args:
        phrase: English or Chinese.
    """
    stream = Random(digest("placebo", seed, phrase))
    return re.sub(rf"[{_HAN}]|[^\W\d_{_HAN}]+", lambda match: _made(match[0], stream), phrase)


def _made(word: str, stream: Random) -> str:
    """A word of as many letters, with the same capitals; another character for a Chinese one."""
    if re.match(f"[{_HAN}]", word):
        return stream.choice([character for character in _CHARACTERS if character != word])
    while True:
        first = stream.randrange(2)
        letters = [
            stream.choice(_VOWELS if (place + first) % 2 else _CONSONANTS)
            for place in range(len(word))
        ]
        made = "".join(
            letter.upper() if old.isupper() else letter
            for letter, old in zip(letters, word, strict=True)
        )
        if made != word:
            return made
