"""A model that says what a test wants, one token a character, and a bench with it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from astrolabe.calibration.instrument import Bench, Calibration
from astrolabe.core.model import Encoded, Generated, Generation, Reading, Scored
from astrolabe.core.prompt import Prompt
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent


class Scripted:
    """Answers by two functions of the text so far."""

    name = "scripted"

    def __init__(
        self,
        writes: Callable[[str], str] = lambda text: "",
        likes: Callable[[str, str], float] = lambda text, continuation: 0.0,
    ) -> None:
        """What it writes after a text, and the log-prob it gives to a continuation of one."""
        self.writes, self.likes = writes, likes

    def encode(self, prompts: Sequence[Prompt]) -> list[Encoded]:
        def one(prompt: Prompt) -> Encoded:
            context = _tokens(prompt.text or "")
            readings = [
                Reading((*context, *_tokens(text)), len(context)) for text in prompt.continuations
            ]
            return Encoded(context, tuple(readings))

        return [one(prompt) for prompt in prompts]

    def score(self, readings: Sequence[Reading]) -> Iterator[tuple[int, Scored]]:
        # Answers come in any order.
        for index in reversed(range(len(readings))):
            tokens, start = readings[index].tokens, readings[index].start
            yield index, Scored((self.likes(_text(tokens[:start]), _text(tokens[start:])),), False)

    def generate(self, generations: Sequence[Generation]) -> Iterator[tuple[int, Generated]]:
        for index in reversed(range(len(generations))):
            text = self.writes(_text(generations[index].tokens))
            found = [text.index(stop) for stop in generations[index].stops if stop in text]
            finish: Any = "stop" if found else "eos"
            yield index, Generated(text[: min(found, default=len(text))], 1, finish)


def bench(model: Any, folder: Path) -> Bench:
    """A bench with `model` on it."""
    return Bench(model, None, Store(folder / "answers.db"), Silent())


def _tokens(text: str) -> tuple[int, ...]:
    return tuple(map(ord, text))


def _text(tokens: Sequence[int]) -> str:
    return "".join(map(chr, tokens))


def by_name(lines: Sequence[Calibration]) -> dict[str, Calibration]:
    assert len({line.name for line in lines}) == len(lines)
    return {line.what[0]: line for line in lines}


def verdicts(lines: Sequence[Calibration]) -> dict[str, bool | None]:
    return {name: line.passes for name, line in by_name(lines).items()}
