"""How far two sides agree on the same rows, and where they do not."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

TOLERANCE = 1e-4
"""Of log-probs, in nats; float32 sums in another order differ by a hundredth of it."""

SAME_CREDIT = 1e-6
"""Of what rows count, besides what a difference of log-probs makes of a share of probability."""


@dataclass(frozen=True)
class Row:
    """What one side made of one row.

    Attributes:
        name: Its own name of the row.
        context: The prompt as text.
        scored: Options' texts, or the stops of a generated answer.
        logprobs: Log-prob of each option; empty for generated answers.
        text: The generated answer.
        credit: What the row counts under each rule, 0 to 1; the first gives the headline.
    """

    name: str
    context: str
    scored: tuple[str, ...]
    logprobs: tuple[float, ...] = ()
    text: str = ""
    credit: Mapping[str, float] = field(default_factory=dict)

    def in_order_of(self, other: "Row") -> "Row":
        """With its options in the order in which another row has them, if they are the same."""
        if sorted(self.scored) != sorted(other.scored):
            return self
        by_text = dict(zip(self.scored, self.logprobs, strict=True))
        logprobs = tuple(by_text[text] for text in other.scored)
        return replace(self, scored=other.scored, logprobs=logprobs)

    def unasked(self) -> "Row":
        """The same answer, as one to no prompt."""
        return replace(self, context="", scored=())


@dataclass(frozen=True)
class Difference:
    """A row on which the sides differ: in what, and what each has."""

    what: str
    mine: Row
    theirs: Row


@dataclass(frozen=True)
class Agreement:
    """How far two sides agree.

    Attributes:
        rows: Rows compared.
        prompts: Rows with the same prompt and the same options or stops, byte for byte.
        scored: Options of which both gave a log-prob; 0 for generated answers.
        nats: Largest difference of any option's log-prob.
        texts: Rows with the same generated text.
        alike: Rows that count the same under each rule that the peer grades by.
        credit: What rows count on our side under it.
        differences: Every row and thing in which they differ.
    """

    rows: int
    prompts: int
    scored: int
    nats: float
    texts: int
    alike: Mapping[str, int]
    credit: Mapping[str, float]
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        return not self.differences

    def sentence(self) -> str:
        """The agreement in one line."""
        answers = f"texts identical {self.texts}"
        if self.scored:
            answers = f"log-probs of {self.scored} options differ by {self.nats:.1e} at most"
        grades = (
            f"{rule}: graded alike {alike} (right {self.credit[rule]:g})"
            for rule, alike in self.alike.items()
        )
        return ", ".join(
            [f"of {self.rows} rows, prompts identical {self.prompts}", answers, *grades]
        )


def agreement(
    mine: Sequence[Row], theirs: Sequence[Row], tolerance: float = TOLERANCE
) -> Agreement:
    """Compare two sides row by row.

    Args:
        tolerance: Of log-probs, in nats.

    Raises:
        ValueError: when they did not answer as many rows, or we lack one of their rules.
    """
    if len(mine) != len(theirs) or not mine:
        raise ValueError(f"{len(mine)} rows of ours, {len(theirs)} of the peer's")
    pairs = list(zip(mine, theirs, strict=True))
    rules = list(theirs[0].credit)
    lacking = [rule for rule in rules if rule not in mine[0].credit]
    if lacking:
        raise ValueError(f"no grades of ours by the rule '{lacking[0]}'")
    differences = tuple(d for a, b in pairs for d in _differences(a, b, tolerance))
    apart = [_apart(a, b) for a, b in pairs]

    def alike(what: str) -> int:
        return len(pairs) - sum(difference.what == what for difference in differences)

    return Agreement(
        rows=len(pairs),
        prompts=alike("prompt"),
        scored=sum(len(a.logprobs) for a, _ in pairs),
        nats=max(apart),
        texts=alike("text"),
        alike={rule: alike(rule) for rule in rules},
        credit={rule: sum(a.credit[rule] for a, _ in pairs) for rule in rules},
        differences=differences,
    )


def _differences(mine: Row, theirs: Row, tolerance: float) -> Iterator[Difference]:
    if (mine.context, mine.scored) != (theirs.context, theirs.scored):
        yield Difference("prompt", mine, theirs)
    nats = _apart(mine, theirs)
    if nats > tolerance:
        yield Difference("log-probs", mine, theirs)
    if mine.text != theirs.text:
        yield Difference("text", mine, theirs)
    # A share p of probability moves by p (1 - p) <= 1/4 of what its log-odds do, which is at most
    # twice what log-probs do.
    most = SAME_CREDIT + (nats / 2 if nats <= tolerance else 0.0)
    for rule, credit in theirs.credit.items():
        if not abs(mine.credit[rule] - credit) <= most:
            yield Difference(rule, mine, theirs)


def _apart(mine: Row, theirs: Row) -> float:
    """Largest difference of an option's log-prob; infinite where there is none to be told."""
    if len(mine.logprobs) != len(theirs.logprobs):
        return math.inf
    apart = [abs(a - b) for a, b in zip(mine.logprobs, theirs.logprobs, strict=True)]
    return math.inf if any(map(math.isnan, apart)) else max(apart, default=0.0)
