"""What an answer's probability comes from: weights, question, examples, and the text so far.

Each of the four can be there or not, which makes a cooperative game of four players and 16
coalitions. Its value is the log-probability of one answer a, in nats:

    v(S) = log p(a | frame, sources in S)    where the weights are in S
    v(S) = |a| log(1 / V)                    where they are not

with V tokens in the vocabulary and |a| in the answer. What "absent" means is a choice, made here as

- question: its text, and the texts of its options, are empty; their labels and the cue stay.
- examples: zero shots.
- text so far (what the model had written before it stated its answer, such as a chain of thought):
  the answer comes right after the cue. What leads an answer in ("#### ") stays, as the cue does, so
  that the answer's value is judged and not its form.
- weights: every token is equally likely. Nothing can be read without weights, so that the other
  three add nothing to a coalition that lacks them. A model with its initial weights is nearly this:
  with Polaris' architecture its log-probabilities of answers are off by 0.2 to 0.4 nats in the mean
  and 1.4 at most, of 8 to 22 (four draws of weights, 12 items of `mmlu` and `gsm8k` each). Another
  constant, such as how often the answer's tokens occur at all, would move the part of the weights
  by just the difference of the two, and no other part: the other three never meet it. A baseline
  that can read, such as counts of the tokens in the prompt, would be another game.

The weights have a veto, so half of what the other sources do falls to them: in half of all orders
they come later than a given other source, which then brings nothing at the time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from astrolabe.core.benchmark import Recipe, Wording
from astrolabe.core.condition import Condition, Reasoning, Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.item import LETTERS, Item
from astrolabe.core.prompt import Prompt
from astrolabe.prompting.render import render

if TYPE_CHECKING:
    from astrolabe.core.model import Scored

WEIGHTS, QUESTION, EXAMPLES, TEXT = 1, 2, 4, 8
"""The players, as bits of a coalition's number."""
SOURCES = (WEIGHTS, QUESTION, EXAMPLES, TEXT)
COALITIONS = range(16)
ALL = 15
READ = tuple(one for one in COALITIONS if one & WEIGHTS)
"""Coalitions that need the model."""


@dataclass(frozen=True)
class Origin:
    """What an answer came from, besides the weights.

    Attributes:
        order: Original index of the option shown at each place.
        shots: Exemplars shown before the item.
        text: What the model wrote before its answer, with what leads the answer in.
    """

    item: Item
    order: tuple[int, ...]
    shots: tuple[Item, ...]
    text: str

    def with_others(self, source: int, other: "Origin") -> "Origin":
        """One source of this answer in place of which stands that of `other`."""
        if source == QUESTION:
            return replace(self, item=other.item, order=other.order)
        if source == EXAMPLES:
            return replace(self, shots=other.shots)
        return replace(self, text=other.text)


@dataclass(frozen=True)
class Target:
    """The answer that is judged.

    Attributes:
        candidates: Texts that are scored: all options, or the answer alone.
        place: Which of them is the answer.
    """

    candidates: tuple[str, ...]
    place: int = 0


@dataclass(frozen=True)
class Frame:
    """What stands whatever is left out: wording, header, role and cue."""

    recipe: Recipe
    condition: Condition

    @property
    def wording(self) -> Wording:
        return self.recipe.wording(self.condition.language, self.condition.scoring)

    @property
    def lead(self) -> str:
        """What leads in an answer that follows the cue at once; options bring their own."""
        if self.condition.scoring is not Scoring.GENERATED:
            return ""
        return self.wording.answer.partition("{answer}")[0]

    def asked(self, origin: Origin, coalition: int) -> Prompt:
        """The prompt up to and with the cue, where only the sources in `coalition` are there."""
        item = origin.item if coalition & QUESTION else _without_words(origin.item)
        shots = origin.shots if coalition & EXAMPLES else ()
        return render(item, shots, origin.order, self.recipe, self.condition)

    def prompt(self, origin: Origin, coalition: int, target: Target) -> Prompt:
        """The prompt up to where the answer begins, and the answers to be scored there."""
        asked = self.asked(origin, coalition)
        said = origin.text if coalition & TEXT else self.lead
        if asked.text is not None:
            asked = replace(asked, text=asked.text + said)
        else:
            asked = replace(asked, prefix=asked.prefix + (said if asked.prefix else said.lstrip()))
        return replace(asked, continuations=target.candidates, stops=())

    def parted(self, written: str) -> tuple[str, str]:
        """What a model wrote, as the text so far and the answer that it states last.

        The answer is what follows the last place where the wording's lead stands. Where it stands
        nowhere, everything is text so far, the lead is put behind it, and the answer is empty.

        Raises:
            BadInput: for a wording that does not say where in a text the answer stands.
        """
        wording = self.wording
        form = wording.answer
        if self.condition.reasoning is not Reasoning.NONE and wording.worked is not None:
            form = wording.worked.partition("{rationale}")[2]
        lead, has_answer, end = form.partition("{answer}")
        if not has_answer:
            raise BadInput(
                f"recipe '{self.recipe.name}' does not say by which words a worked answer is led "
                "in, so it cannot be told from the text before it; use another recipe, or scoring "
                "'letters'"
            )
        place = written.rfind(lead.strip())
        if place < 0:
            return written.rstrip() + lead, ""
        start = place + len(lead.strip())
        rest = written[start:]
        text = written[:start] + rest[: len(rest) - len(rest.lstrip())]
        answer = (rest.split() and rest.strip().splitlines()[0]) or ""
        if end.strip():
            answer = answer.partition(end.strip())[0]
        return text, answer.strip()

    def right(self, item: Item, order: tuple[int, ...]) -> Target:
        """The right answer of an item.

        Raises:
            BadInput: as `render`, and for an item whose right answer nobody says.
        """
        if not item.gold:
            raise BadInput(f"item '{item.id}' has no label, so its right answer is not known")
        place = order.index(item.gold_index) if item.choices else 0
        if self.condition.scoring is Scoring.GENERATED:
            return Target((LETTERS[place] if item.choices else item.gold,))
        return Target(render(item, (), order, self.recipe, self.condition).continuations, place)


def _without_words(item: Item) -> Item:
    """An item that asks nothing, in the same form."""
    return replace(
        item,
        question="",
        choices=("",) * len(item.choices),
        metadata=dict.fromkeys(item.metadata, ""),
    )


@dataclass(frozen=True)
class Game:
    """The value of every coalition.

    Attributes:
        nats: Log-prob of each token of the answer, [16, tokens].
        right: Whether the answer was the model's own first choice (of the options; of all tokens,
            one after the other, where there are none), 0 or 1; without weights the chance that
            it is drawn; [16].
    """

    nats: np.ndarray
    right: np.ndarray


def game(read: Mapping[int, Sequence["Scored"]], target: Target, vocabulary: int) -> Game | None:
    """The game of an answer.

    Args:
        read: For every coalition with weights (`READ`) the scores of all candidates.
        vocabulary: V.

    Returns:
        `None` where the answer is not the same number of tokens after every prompt.
    """
    answers = {coalition: scores[target.place] for coalition, scores in read.items()}
    (length, *others) = {len(one.logprobs) for one in answers.values()}
    if others:
        return None
    nats = np.full((len(COALITIONS), length), -np.log(vocabulary))
    options = len(target.candidates)
    right = np.full(len(COALITIONS), 1 / options if options > 1 else vocabulary ** -float(length))
    for coalition, one in answers.items():
        nats[coalition] = one.logprobs
        best = max(scored.total for scored in read[coalition])
        right[coalition] = one.total == best if options > 1 else one.greedy
    return Game(nats, right)
