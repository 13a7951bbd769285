"""What a rule sees of a generated answer, and what it finds there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from astrolabe.core.item import LETTERS, Item


@dataclass(frozen=True)
class Response:
    """A generated answer as rules see it.

    Attributes:
        item: The question.
        text: What the model wrote, without its thoughts.
        order: Original index of the option shown at each place; empty for open questions.
        complete: Whether the model ended the text itself; a text cut off by the token budget may
            end in half a number.
    """

    item: Item
    text: str
    order: tuple[int, ...] = ()
    complete: bool = True

    @property
    def options(self) -> tuple[str, ...]:
        """Texts of the options, in the order shown."""
        return tuple(self.item.choices[i] for i in self.order)


@dataclass(frozen=True)
class Found:
    """What a rule read.

    Attributes:
        extracted: The answer, in the form in which the rule compares answers.
        right: Whether it is the gold answer; meaningless where the item has none.
        margin: The lead of the right over the wrong, where the rule measures one.
    """

    extracted: str
    right: bool
    margin: float | None = None


class TextRule(Protocol):
    """A way to read an answer from text. It never guesses."""

    def find(self, response: Response) -> Found | None:
        """The answer read; `None` when there is none, or when it would have to be guessed."""
        ...

    def same(self, one: str, other: str) -> bool:
        """Whether two extracted answers are the same answer."""
        ...


class ByForm:
    """Answers are the same when their compared forms are."""

    def same(self, one: str, other: str) -> bool:
        return one == other


@dataclass(frozen=True)
class LetterRule(ByForm):
    """A rule that reads the letter of an option.

    Attributes:
        read: From a text, and the options as shown, to a letter as shown.
    """

    read: Callable[[str, Sequence[str]], str | None]

    def find(self, response: Response) -> Found | None:
        return _letter_found(response, self.read(response.text, response.options))


@dataclass(frozen=True)
class AskedLetterRule(ByForm):
    """A rule that reads the letter of an option with an eye on what was asked.

    Attributes:
        read: From a text, the options as shown and the question, to a letter as shown.
    """

    read: Callable[[str, Sequence[str], str], str | None]

    def find(self, response: Response) -> Found | None:
        shown = self.read(response.text, response.options, response.item.question)
        return _letter_found(response, shown)


def _letter_found(response: Response, shown: str | None) -> Found | None:
    if shown is None or shown not in LETTERS[: len(response.order)]:
        return None
    letter = LETTERS[response.order[LETTERS.index(shown)]]
    return Found(letter, letter == response.item.gold)


@dataclass(frozen=True)
class FormRule(ByForm):
    """A rule that compares strings, each brought into one form.

    Attributes:
        read: From a text to the answer, in the compared form.
        form: The compared form of the gold answer.
    """

    read: Callable[[str], str | None]
    form: Callable[[str], str]

    def find(self, response: Response) -> Found | None:
        extracted = self.read(response.text)
        if extracted is None:
            return None
        return Found(extracted, extracted == self.form(response.item.gold))
