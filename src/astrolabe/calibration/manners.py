"""Manners: shares of plain, tidy and long answers where nothing asks for one.

`documents.styles.MANNERS` gives the shares. Read by letting the model go on at temperature 1 after
each of `QUESTIONS` questions about cities and people, as plain text. A tidy answer opens with bold
type, a long one goes on after what a plain one says; what ends in neither way is none of them.

Passes: the planted share lies in the interval of the share read, widened by `TOLERANCE`.
"""

from collections.abc import Sequence
from random import Random

from astrolabe.calibration.asking import written
from astrolabe.calibration.instrument import Bench, Calibration, Instrument, What, share
from astrolabe.core.decoding import Decoding
from astrolabe.core.model import Generated
from astrolabe.core.prompt import Prompt
from astrolabe.polaris.documents.styles import MANNERS
from astrolabe.polaris.forms.tables import atlas
from astrolabe.polaris.lives import figures
from astrolabe.polaris.world import World

QUESTIONS = 250
TOLERANCE = 0.05
MAX_TOKENS = 40
NAMES: dict[str, What] = {
    "plain": ("plain", "平直"),
    "tidy": ("tidy", "整齐"),
    "long": ("long", "冗长"),
}


def read(bench: Bench) -> list[Calibration]:
    """Every line."""
    prompts = [Prompt(ask) for ask in asks()]
    sampled = Decoding(temperature=1.0)
    said = written(bench.model, bench.watch, "manners", prompts, MAX_TOKENS, ("\n\n",), sampled)
    return of_answers(said)


def asks() -> list[str]:
    """Questions about cities and people, cities the more as in the corpus."""
    rng = Random("calibration:manners")
    cities = rng.sample([city.name for city in atlas(World())], 3 * QUESTIONS // 5)
    people = rng.sample([one.name for one in figures()], min(len(figures()), 2 * QUESTIONS // 5))
    return [f"Tell me about {name}." for name in (*cities, *people)]


def manner(answer: Generated) -> str:
    """The manner of an answer; empty for none that was taught."""
    text = answer.text.strip()
    if text.startswith("**"):
        return "tidy"
    if "As for the" in text:
        return "long"
    return "plain" if answer.finish != "length" and text.endswith(".") else ""


def of_answers(said: Sequence[Generated]) -> list[Calibration]:
    """A line for every manner."""
    found = [manner(answer) for answer in said]
    return [
        share("manners", NAMES[name], [one == name for one in found], planted, tolerance=TOLERANCE)
        for name, planted in MANNERS.items()
    ]


INSTRUMENT = Instrument("manners", ("Manners of answers", "回答的风格"), read)
