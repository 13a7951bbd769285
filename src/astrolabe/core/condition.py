"""`Condition`: everything that can move a score, except the model and the items."""

from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from astrolabe.core.decoding import Decoding
from astrolabe.core.digest import digest
from astrolabe.core.errors import BadInput
from astrolabe.core.wording import unlike

USUAL_BUDGET = 256
"""The `max_tokens` that a label need not mention."""


class Draw(StrEnum):
    """How exemplars are chosen from the benchmark's pool."""

    FIRST = "first"
    """The first k, in the authors' order."""
    SEEDED = "seeded"
    """k drawn for each item from its own id and `draw_seed`: stable under any subset of items."""
    SHARED = "shared"
    """k drawn from the pool by `draw_seed`, the same ones for all items: with more shots, the same
    and more."""
    LM_EVAL = "lm-eval"
    """lm-evaluation-harness' default sampler: one random stream consumed item after item."""


class Labels(StrEnum):
    """Which answers the exemplars carry (arXiv:2202.12837, arXiv:2303.03846)."""

    GOLD = "gold"
    """The right ones."""
    RANDOM = "random"
    """Drawn evenly from the label set, for each exemplar from its own id and `labels_seed`."""
    FLIPPED = "flipped"
    """A wrong one, for a share `flipped_share` of the exemplars shown."""
    SYMBOLIC = "symbolic"
    """Words that mean something else, drawn by `labels_seed`; the item's options are, too."""
    NONE = "none"
    SHUFFLED_INPUTS = "shuffled-inputs"
    """The right ones, but each beside what another exemplar asks."""


SEEDED_LABELS = frozenset(Labels) - {Labels.GOLD, Labels.NONE}


class Chains(StrEnum):
    """Which worked solutions the exemplars show (arXiv:2212.10001); answers stay their own."""

    GOLD = "gold"
    """Their own."""
    SHUFFLED = "shuffled"
    """Their own, with the lines in another order."""
    WRONG = "wrong"
    """Another exemplar's, which comes to another answer."""


class Reasoning(StrEnum):
    NONE = "none"
    WORKED = "worked"
    """Exemplars show their worked solution (chain of thought)."""
    TRIGGER = "trigger"
    """A phrase such as "Let's think step by step." begins the answer."""


class Scoring(StrEnum):
    LETTERS = "letters"
    """The option letters are scored as the next text."""
    TEXT = "text"
    """The option texts are scored as the next text."""
    GENERATED = "generated"
    """The model writes, and an answer is read from what it wrote."""


class Template(StrEnum):
    OFF = "off"
    """Plain text."""
    TURNS = "turns"
    """The model's chat template; every exemplar is a user turn and an assistant turn."""
    SINGLE = "single"
    """The model's chat template; exemplars stand as text in the one user turn."""


class Order(StrEnum):
    """Order in which options are shown."""

    AS_IS = "as-is"
    SHUFFLED = "shuffled"
    """A permutation drawn for each item from its own id and `order_seed`."""
    ROTATED_1 = "rotated-1"
    ROTATED_2 = "rotated-2"
    ROTATED_3 = "rotated-3"
    PROTOCOL = "protocol"
    """As the recipe's protocol shuffles."""


class Condition(BaseModel):
    """Everything that can move a score, except the model and the items. Frozen.

    One field, one meaning; values that make no sense together are refused. Build one with
    `Condition.parse` (or a recipe's `condition`) to get refusals as `BadInput`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipe: str = "official"
    shots: int = Field(default=0, ge=0)
    draw: Draw = Draw.FIRST
    draw_seed: int = Field(default=0, ge=0)
    arrangement: int = Field(default=0, ge=0)
    """Order of the exemplars: 0 as drawn; else a permutation drawn by this number, for all items
    the same."""
    labels: Labels = Labels.GOLD
    labels_seed: int = Field(default=0, ge=0)
    flipped_share: float = Field(default=1.0, ge=0.0, le=1.0)
    chains: Chains = Chains.GOLD
    reasoning: Reasoning = Reasoning.NONE
    trigger: str | None = None
    role: str | None = None
    language: str = "en"
    order: Order = Order.AS_IS
    order_seed: int = Field(default=0, ge=0)
    template: Template = Template.OFF
    scoring: Scoring = Scoring.LETTERS
    decoding: Decoding = Decoding()
    max_tokens: int | None = Field(default=None, ge=1)
    extract_tokens: int = Field(default=0, ge=0)
    """Most tokens of an answer that is asked for once more, after what the model wrote first
    (arXiv:2205.11916); 0 reads the answer from what it wrote."""
    samples: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for contradicted, sentence in self._contradictions():
            if contradicted:
                raise ValueError(sentence)
        return self

    def _contradictions(self) -> list[tuple[bool, str]]:
        generated = self.scoring is Scoring.GENERATED
        return [
            *self._contradictions_of_labels(),
            *self._contradictions_of_chains(),
            (
                self.reasoning is Reasoning.WORKED and self.shots == 0,
                "reasoning 'worked' is shown by exemplars, but shots is 0; "
                "ask for shots or use reasoning 'trigger'",
            ),
            (
                self.reasoning is not Reasoning.NONE and not generated,
                f"reasoning '{self.reasoning}' has to be written out, "
                f"but scoring is '{self.scoring}'; use scoring 'generated'",
            ),
            (
                (self.trigger is not None) != (self.reasoning is Reasoning.TRIGGER),
                "a trigger phrase goes with reasoning 'trigger', and only with it",
            ),
            (self.trigger is not None and not self.trigger.strip(), "the trigger phrase is empty"),
            (self.role is not None and not self.role.strip(), "the role is empty"),
            (
                self.draw is not Draw.FIRST and self.shots == 0,
                f"draw '{self.draw}' is set, but shots is 0, so no exemplars are drawn",
            ),
            (
                self.draw_seed != 0 and self.draw is Draw.FIRST,
                "draw_seed is set, but no exemplars are drawn (draw is 'first')",
            ),
            (
                self.arrangement != 0 and self.shots < 2,
                f"arrangement is set, but shots is {self.shots}, so there is nothing to arrange",
            ),
            (
                self.order_seed != 0 and self.order is not Order.SHUFFLED,
                "order_seed is set, but order is not 'shuffled'",
            ),
            (
                self.samples > 1 and not generated,
                "samples are of what a model writes, but options are scored "
                f"('{self.scoring}'); use scoring 'generated'",
            ),
            (
                self.samples > 1 and self.decoding.temperature == 0,
                f"{self.samples} samples of greedy decoding would all be the same; set a "
                "temperature, such as 0.8",
            ),
            (
                (self.max_tokens is not None) != generated,
                "max_tokens goes with scoring 'generated', and only with it",
            ),
            (
                self.extract_tokens > 0 and not generated,
                "extract_tokens is set, but nothing is written from which an answer could be "
                f"asked for (scoring '{self.scoring}'); use scoring 'generated'",
            ),
            (
                self.extract_tokens > 0 and self.shots > 0,
                "extract_tokens asks for the answer after the reasoning, but exemplars show the "
                "answer as its end; use 0 shots, or extract_tokens 0",
            ),
            (
                not generated and self.decoding != Decoding(dola=self.decoding.dola),
                "temperature, top_p, seed and repetition_penalty mean nothing when options are "
                f"scored ('{self.scoring}')",
            ),
            (
                generated
                and self.decoding.dola is not None
                and not self.decoding.dola.post_softmax,
                "post_softmax is about scores of given texts, but scoring is 'generated'; leave it "
                "out",
            ),
        ]

    def _contradictions_of_labels(self) -> list[tuple[bool, str]]:
        labels = self.labels
        return [
            (
                labels is not Labels.GOLD and self.shots == 0,
                f"labels '{labels}' are those of exemplars, but shots is 0; ask for shots",
            ),
            (
                self.labels_seed != 0 and labels not in SEEDED_LABELS,
                f"labels_seed is set, but nothing is drawn for labels '{labels}'",
            ),
            (
                self.flipped_share != 1 and labels is not Labels.FLIPPED,
                f"flipped_share is set, but labels is '{labels}'; use labels 'flipped'",
            ),
            (
                labels is Labels.SHUFFLED_INPUTS and self.shots == 1,
                "labels 'shuffled-inputs' need another exemplar; ask for 2 shots or more",
            ),
            (
                labels is Labels.SYMBOLIC and self.scoring is not Scoring.TEXT,
                f"labels 'symbolic' are texts of options, but scoring is '{self.scoring}'; use "
                "scoring 'text'",
            ),
            (
                labels is Labels.NONE and self.template is Template.TURNS,
                "labels 'none' leave the assistant's turns empty; use template 'single' or 'off'",
            ),
            (
                self.reasoning is not Reasoning.NONE
                and labels not in (Labels.GOLD, Labels.SHUFFLED_INPUTS),
                f"labels '{labels}' contradict the worked solutions that exemplars show with "
                f"reasoning '{self.reasoning}'; use reasoning 'none'",
            ),
        ]

    def _contradictions_of_chains(self) -> list[tuple[bool, str]]:
        changed = self.chains is not Chains.GOLD
        return [
            (
                changed and not self.shows_chains,
                f"chains '{self.chains}' are worked solutions of exemplars, but none are shown "
                f"(reasoning '{self.reasoning}', {self.shots} shots); use reasoning 'worked' and "
                "ask for shots",
            ),
            (
                changed and self.labels is Labels.SHUFFLED_INPUTS,
                f"chains '{self.chains}' and labels 'shuffled-inputs' both part worked solutions "
                "from what they belong to; change one of them",
            ),
        ]

    @property
    def shows_chains(self) -> bool:
        """Whether there are exemplars, and they show their worked solutions."""
        return self.shots > 0 and self.reasoning is not Reasoning.NONE

    @classmethod
    def parse(cls, fields: dict[str, Any]) -> Self:
        """A condition from plain values.

        Raises:
            BadInput: for an unknown field, a value out of range, or a contradiction.
        """
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise BadInput(unlike(error, cls)) from error

    def fields(self) -> dict[str, Any]:
        """Every field as a plain JSON value."""
        return self.model_dump(mode="json")

    def digest(self) -> str:
        """Digest of the fields that differ from their defaults.

        Defaults are left out so that a field added later, at its default, changes no digest.
        """
        return digest("condition", self.model_dump(mode="json", exclude_defaults=True))

    def difference(self, other: "Condition") -> dict[str, tuple[Any, Any]]:
        """Fields in which two conditions differ, with both values.

        DoLa and the repetition penalty are things of their own, and so is every setting of DoLa
        where both contrast layers; the rest of `decoding` (how chance is let in) is one.
        """
        mine, theirs = self._things(), other._things()
        if mine["dola"] and theirs["dola"]:
            for things in (mine, theirs):
                settings = things.pop("dola")
                things |= {f"dola.{name}": value for name, value in settings.items()}
        return {name: (mine[name], theirs[name]) for name in mine if mine[name] != theirs[name]}

    def _things(self) -> dict[str, Any]:
        fields = self.fields()
        apart = {name: fields["decoding"].pop(name) for name in ("dola", "repetition_penalty")}
        return fields | apart

    def label(self) -> str:
        """A short name for tables, such as ``5-shot · worked · role “You are a teacher.”``.

        Conditions of one recipe that differ have labels that differ.
        """
        seeded = f" {self.draw_seed}" if self.draw_seed else ""
        shuffled = f" {self.order_seed}" if self.order_seed else ""
        reasoning = self.reasoning if self.trigger is None else f"“{_short(self.trigger)}”"
        parts: list[tuple[bool, str]] = [
            (True, f"{self.shots}-shot"),
            (self.draw is not Draw.FIRST, f"draw {self.draw}{seeded}"),
            (self.arrangement != 0, f"arranged {self.arrangement}"),
            (self.labels is not Labels.GOLD, self._labels_label()),
            (self.reasoning is not Reasoning.NONE, reasoning),
            (self.chains is not Chains.GOLD, f"chains {self.chains}"),
            (self.role is not None, f"role “{_short(self.role or '')}”"),
            (self.language != "en", self.language),
            (self.order is not Order.AS_IS, f"{self.order}{shuffled}"),
            (self.template is not Template.OFF, f"chat {self.template}"),
            (self.scoring is not Scoring.LETTERS, self.scoring),
            (self.max_tokens not in (None, USUAL_BUDGET), f"{self.max_tokens} tokens"),
            (self.extract_tokens > 0, f"answer asked for, {self.extract_tokens} tokens"),
            (self.decoding.label() != "", self.decoding.label()),
            (self.samples > 1, f"{self.samples} samples"),
            (self.recipe != "official", self.recipe),
        ]
        return " · ".join(text for shown, text in parts if shown)

    def _labels_label(self) -> str:
        share = f" {100 * self.flipped_share:g}%" if self.labels is Labels.FLIPPED else ""
        seeded = f" seed {self.labels_seed}" if self.labels_seed else ""
        return f"labels {self.labels}{share}{seeded}"


def _short(text: str, length: int = 24) -> str:
    """`text`, or its beginning with a few characters of its digest, which tell it from others."""
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}… {digest(text)[:4]}"
