"""`Benchmark` and `Recipe`: what is asked, and by whose protocol."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from astrolabe.core.condition import Condition, Reasoning, Scoring
from astrolabe.core.decoding import Decoding
from astrolabe.core.digest import digest
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.prompt import Role
from astrolabe.core.wording import did_you_mean


@dataclass(frozen=True)
class Wording:
    """One way to put a benchmark's items into words: a row of a table, not code.

    Templates know ``{subject}``, ``{question}``, ``{options}``, ``{letter}``, ``{text}``,
    ``{answer}``, ``{rationale}`` and whatever else the source says of an item, ``{meta[name]}``.

    Attributes:
        question: The item up to the cue.
        cue: What stands between the item and its answer; knows ``{subject}`` alone.
        answer: A shot's answer after the cue, and what is scored.
        worked: A shot's answer with its worked solution.
        header: What opens the prompt.
        option: One line of ``{options}``.
        between: What separates shots from each other and from the item.
        trigger: The phrase used when a trigger is asked for and none is given.
        after_trigger: What stands between the phrase and a shot's worked solution.
        extract: What asks for the answer after what the model wrote, where that is done in a stage
            of its own; `None` where nobody has worded it.
        stops: Texts that end a generated answer. `None`: what separates shots, wherever the prompt
            shows it; an answer to no shots, or in a chat, may have paragraphs.
        strip: Whether white space around the question is removed.
        header_role: Who speaks the header when a chat template is used.
    """

    question: str
    cue: str
    answer: str
    worked: str | None = None
    header: str = ""
    option: str = "{letter}. {text}"
    between: str = "\n\n"
    trigger: str = "Let's think step by step."
    after_trigger: str = " "
    extract: str | None = None
    stops: tuple[str, ...] | None = None
    strip: bool = False
    header_role: Role = "user"


class Overflow(StrEnum):
    """What happens to a prompt that is longer than the model's context."""

    DROP_SHOTS = "drop-shots"
    """Exemplars are dropped from the end, whole, until it fits (MMLU's authors)."""
    DROP_LONGEST = "drop-longest"
    """The longest exemplars are dropped until it fits, then the header (CMMLU's authors)."""
    CUT_LEFT = "cut-left"
    """The first tokens are cut off, through header and exemplars (lm-evaluation-harness)."""


Permutation = Callable[[Sequence[Item]], Sequence[tuple[int, ...]]]
"""From all items of a data set, in order, the original index of the option shown at each place."""


@dataclass(frozen=True)
class Recipe:
    """A named protocol: wording, scoring and aggregation as somebody defined them.

    Attributes:
        name: ``official``, ``lm-eval``, ...
        source: Where the protocol was read.
        wordings: Wording by (language, scoring).
        defaults: Condition fields that the protocol fixes unless the user overrides them.
        elsewise: Defaults in place of these under a scoring that is not the usual one.
        rules: Names of the grading rules for each scoring; the first gives the headline.
        aggregate: ``micro`` (over items) or ``macro`` (mean of subject accuracies).
        categories: Categories of each subject, where the authors report categories; they may
            overlap.
        names: What subjects are called in a prompt; others by their ids, without underscores.
        overflow: What to do when a prompt is too long.
        context: Most tokens of a prompt, where the protocol says so, if the model has more.
        bos: Whether the tokenizer's opening token stands before plain text.
        seam: Characters at the end of a prompt that count to what is scored after it; `None` for
            any white space.
        permutation: How the protocol shuffles options, for the order ``protocol``.
        published: Name of the exemplars that the protocol shows before every item and that are
            not ours to ship; see `astrolabe.benchmarks.published`.
    """

    name: str
    source: str
    wordings: Mapping[tuple[str, Scoring], Wording]
    defaults: Mapping[str, Any]
    rules: Mapping[Scoring, tuple[str, ...]]
    elsewise: Mapping[Scoring, Mapping[str, Any]] = field(default_factory=dict)
    aggregate: str = "micro"
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    overflow: Overflow = Overflow.DROP_SHOTS
    context: int | None = None
    bos: bool = True
    seam: str | None = None
    permutation: Permutation | None = None
    published: str | None = None

    def condition(self, **asked: Any) -> Condition:
        """The recipe's condition with what the user asked for put over its defaults.

        Defaults that the user's wishes make meaningless (worked exemplars when zero shots are
        asked for) give way; two wishes that contradict each other are refused.

        Raises:
            BadInput: for a contradiction, or a wording that the recipe does not have.
        """
        usual = {"recipe": self.name, **self.defaults}
        scoring = asked.get("scoring", usual.get("scoring", Scoring.LETTERS))
        fields = {**usual, **self.elsewise.get(scoring, {}), **asked}
        if fields.get("shots", 0) == 0:
            fields.update({k: v for k, v in _WITHOUT_SHOTS.items() if k not in asked})
            if fields.get("reasoning") == Reasoning.WORKED and "reasoning" not in asked:
                fields["reasoning"] = Reasoning.NONE
        elif "extract_tokens" not in asked:
            fields["extract_tokens"] = 0
        if fields.get("scoring", Scoring.LETTERS) != Scoring.GENERATED:
            fields.update({k: v for k, v in _WITHOUT_WRITING.items() if k not in asked})
        wording = self.wording(fields.get("language", "en"), fields.get("scoring", "letters"))
        if fields.get("reasoning") == Reasoning.TRIGGER and "trigger" not in asked:
            fields["trigger"] = wording.trigger
        return Condition.parse(fields)

    def wording(self, language: str, scoring: str) -> Wording:
        """The wording for a language and a way of scoring.

        Raises:
            BadInput: when the recipe has none.
        """
        for (has_language, has_scoring), wording in self.wordings.items():
            if has_language == language and has_scoring == scoring:
                return wording
        known = ", ".join(sorted(f"{lang}/{scored}" for lang, scored in self.wordings))
        raise BadInput(
            f"recipe '{self.name}' has no wording for language '{language}' with scoring "
            f"'{scoring}'; it has {known}"
        )

    def extract(self, condition: Condition) -> str | None:
        """What asks for the answer after the reasoning; `None` where it is read from that.

        Raises:
            BadInput: for a condition that asks, where the recipe has no words for it.
        """
        if not condition.extract_tokens:
            return None
        words = self.wording(condition.language, condition.scoring).extract
        if words is None:
            raise BadInput(
                f"recipe '{self.name}' has no words that ask for the answer once the reasoning is "
                f"written (language '{condition.language}'); leave extract_tokens at 0, or use "
                "recipe 'zero-shot' where there is one"
            )
        return words


_WITHOUT_SHOTS: dict[str, Any] = {
    "draw": "first",
    "draw_seed": 0,
    "arrangement": 0,
    "labels": "gold",
    "labels_seed": 0,
    "flipped_share": 1.0,
    "chains": "gold",
}
_WITHOUT_WRITING: dict[str, Any] = {
    "reasoning": "none",
    "chains": "gold",
    "max_tokens": None,
    "extract_tokens": 0,
    "samples": 1,
    "decoding": Decoding(),
}


@dataclass(frozen=True)
class Dataset:
    """The items of a benchmark as loaded from one place.

    Attributes:
        items: The items asked, in the source's order.
        exemplars: Pool of exemplars by subject; the key ``""`` serves every subject.
        source: Where the rows came from, for people: a hub id with commit, a folder, Polaris.
        private: Whether the authors ask that no row be shown or passed on.
        without_exemplars: Where a split of exemplars is missing: that it is, and what would do, for
            the refusal of shots.
    """

    items: tuple[Item, ...]
    exemplars: Mapping[str, tuple[Item, ...]]
    source: str
    private: bool = False
    without_exemplars: str = ""

    def digest(self) -> str:
        """Digest of every item and exemplar, in order."""
        return digest("dataset", [item.digest for item in self.items], self._pools())

    def items_digest(self) -> str:
        """Digest of every item, in order, whatever is shown before it."""
        return digest("items", [item.digest for item in self.items])

    def shots_digest(self) -> str:
        """Digest of every exemplar, in order."""
        return digest("exemplars", self._pools())

    def _pools(self) -> dict[str, list[str]]:
        return {name: [item.digest for item in pool] for name, pool in self.exemplars.items()}

    def pool(self, item: Item) -> tuple[Item, ...]:
        """Exemplars that may be shown before `item`; never the item itself."""
        name = item.subject if item.subject in self.exemplars else ""
        pool = self.exemplars.get(name, ())
        if item.asks not in self._asked.get(name, frozenset()):
            return pool
        return tuple(other for other in pool if other.asks != item.asks)

    @cached_property
    def _asked(self) -> dict[str, frozenset[tuple[str, ...]]]:
        return {
            name: frozenset(item.asks for item in pool) for name, pool in self.exemplars.items()
        }


@dataclass(frozen=True)
class Benchmark:
    """A named set of items with its wordings and rules.

    Attributes:
        size: Items of the published test set.
        metric: What the authors report, in words.
        hub: Id of the data on the hub; empty where there is none.
        recipes: Protocols by name; the first is the default.
        load: Reads the items from a place: ``None`` (Polaris), a folder, or a hub id.
    """

    name: str
    title: str
    size: int
    metric: str
    licence: str
    languages: tuple[str, ...]
    hub: str
    recipes: Mapping[str, Recipe]
    load: Callable[[str | None], Dataset]

    def recipe(self, name: str) -> Recipe:
        """The recipe of that name.

        Raises:
            BadInput: when the benchmark has none of that name.
        """
        if name not in self.recipes:
            raise BadInput(
                f"benchmark '{self.name}' has no recipe '{name}'"
                f"{did_you_mean(name, self.recipes)}; it has {', '.join(sorted(self.recipes))}"
            )
        return self.recipes[name]
