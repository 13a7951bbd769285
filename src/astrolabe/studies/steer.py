"""Steering: turn a direction up while a model writes, and see whether it writes what it stands for.

A ladder of strengths on one half of neutral prompts gives a dose-response of the intended property
and of fluency, and from it, by a rule that is stated, a strength
(`astrolabe.inside.steering.dose.chosen`). What it does is measured on the other half, against no
steering and against random directions of the same strength, paired on prompts.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.core.site import Site
from astrolabe.inside.features.properties import Property
from astrolabe.inside.steering.directions import Act, Direction, check_act, random_like
from astrolabe.inside.steering.dose import ROOM, Dose, Sample, Writing, chosen, read_shares, write
from astrolabe.inside.steering.written import share
from astrolabe.runs.watch import Watch
from astrolabe.studies.deciding import of_values, settled
from astrolabe.studies.outcome import Finding, Outcome, Text
from astrolabe.studies.steer_report import charts, question, summary, tables

if TYPE_CHECKING:
    from astrolabe.inside.sae.dictionary import Dictionary
    from astrolabe.models.local import LocalModel

LADDER = (0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0)
"""Half an octave apart. At 2, what is added is twice as long as the state that it is added to."""
WRITING = Writing()
FEWEST = 4
"""Prompts: two to choose by, two to measure on."""


class Intended(Protocol):
    """What steering is meant to bring about in a text."""

    @property
    def says(self) -> Text: ...

    def shares(self, model: "LocalModel", samples: Sequence[Sample]) -> list[float]:
        """How much of each text is so, 0 to 1."""
        ...


@dataclass(frozen=True)
class OfKind:
    """Characters of a kind; see `astrolabe.inside.steering.written`."""

    kind: Property

    @property
    def says(self) -> Text:
        english, chinese = self.kind.says
        return Text(f"{self.kind.name} ({english})", f"{self.kind.name}（{chinese}）")

    def shares(self, model: "LocalModel", samples: Sequence[Sample]) -> list[float]:
        """See `Intended`."""
        return [share(sample.text, self.kind) for sample in samples]


@dataclass(frozen=True)
class Read:
    """Tokens whose states have something in the untouched model that reads the text."""

    says: Text
    site: Site
    holds: Callable[[np.ndarray], np.ndarray]

    def shares(self, model: "LocalModel", samples: Sequence[Sample]) -> list[float]:
        """See `Intended`."""
        return read_shares(model, samples, self.site, self.holds)


def leaning(direction: Direction) -> Read:
    """Tokens nearer to what a difference of means leads to than to what it leads from.

    Raises:
        BadInput: for a direction that is no difference of means.
    """
    halfway = direction.halfway
    if halfway is None:
        raise BadInput(f"direction '{direction.name}' leads from nowhere; say what it should write")
    return Read(
        Text(
            f"tokens that lean towards {direction.name}, as the untouched model reads them",
            f"在未改动的模型读来偏向 {direction.name} 的词元",
        ),
        direction.ordinary.site,
        lambda states: states @ direction.vector > halfway,
    )


def active(dictionary: "Dictionary", number: int, site: Site) -> Read:
    """Tokens on which a feature is active."""

    def holds(states: np.ndarray) -> np.ndarray:
        import torch

        codes = dictionary.encode(torch.from_numpy(np.ascontiguousarray(states)))
        return (codes.dense()[:, number] > 0).numpy()

    return Read(
        Text(
            f"tokens on which feature {number} is active, as the untouched model reads them",
            f"在未改动的模型读来激活特征 {number} 的词元",
        ),
        site,
        holds,
    )


@dataclass(frozen=True)
class Setting:
    """How it is done.

    Attributes:
        prompts: Neutral ones; every second one chooses the strength, the others measure it.
        ladder: Strengths above 0; see `astrolabe.inside.steering.directions`.
        act: See there.
        writing: How texts are written.
        draws: Random directions.
        room: How far from fluent a text may be that a strength is chosen by; see `dose.loss`.
        level: Chance of deciding what is not there.
    """

    prompts: tuple[str, ...]
    ladder: tuple[float, ...] = LADDER
    act: Act = "clamp"
    writing: Writing = WRITING
    draws: int = 3
    room: float = ROOM
    level: float = 0.05

    def __post_init__(self) -> None:
        """Refuse what measures nothing.

        Raises:
            BadInput: for too few prompts, strengths not above 0, no random direction, or an unknown
                act.
        """
        check_act(self.act)
        if len(set(self.prompts)) < FEWEST:
            raise BadInput(
                f"steering takes at least {FEWEST} different prompts, half of them to choose the "
                f"strength by; got {len(set(self.prompts))}"
            )
        if not self.ladder or not all(0 < strength < np.inf for strength in self.ladder):
            raise BadInput("strengths are numbers above 0, at least one")
        if self.draws < 1:
            raise BadInput("steering is held against at least one random direction")


@dataclass(frozen=True)
class Steered:
    """What was found.

    Attributes:
        curve: The dose-response, from strength 0 up, on the choosing prompts.
        random_curve: The same along the first random direction.
        fluent: Whether the chosen strength keeps to the setting's room.
        untouched: On the measuring prompts.
        steered: On the measuring prompts, at the chosen strength.
        random: The same along each random direction.
    """

    curve: tuple[Dose, ...]
    random_curve: tuple[Dose, ...]
    fluent: bool
    untouched: Dose
    steered: Dose
    random: tuple[Dose, ...]

    @property
    def strength(self) -> float:
        """The one chosen."""
        return self.steered.strength

    def shares(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each measuring prompt: untouched, steered, and the mean along random directions."""
        drawn = np.mean([_shares(dose) for dose in self.random], axis=0)
        return _shares(self.untouched), _shares(self.steered), drawn


def steer(
    model: "LocalModel", direction: Direction, intended: Intended, setting: Setting, watch: Watch
) -> Steered:
    """Choose a strength on half of the prompts, and measure it on the others."""
    choosing, measuring = setting.prompts[::2], setting.prompts[1::2]
    drawn = [random_like(direction, setting.writing.seed + i) for i in range(setting.draws)]
    ladder = tuple(sorted(set(setting.ladder)))

    def written(
        prompts: Sequence[str], steps: Sequence[tuple[Direction, float]], title: str
    ) -> list[Dose]:
        under = [(one.at(strength, setting.act),) if strength else () for one, strength in steps]
        with watch.stage(title, 2 * len(under) * len(prompts)) as advance:
            found = write(model, prompts, under, setting.writing, advance)
        flat = [sample for samples in found for sample in samples]
        shares = iter(intended.shares(model, flat))
        return [
            Dose.of(strength, [replace(one, share=next(shares)) for one in samples])
            for (_, strength), samples in zip(steps, found, strict=True)
        ]

    steps = [(one, strength) for one in (direction, drawn[0]) for strength in ladder]
    none, *others = written(choosing, [(direction, 0.0), *steps], "strengths")
    curve = (none, *others[: len(ladder)])
    best, fluent = chosen(curve, model.vocabulary, setting.room)
    strength = best.strength
    untouched, steered, *random = written(
        measuring,
        [(direction, 0.0), (direction, strength), *((one, strength) for one in drawn)],
        "measuring",
    )
    return Steered(curve, (none, *others[len(ladder) :]), fluent, untouched, steered, tuple(random))


def findings(found: Steered, intended: Intended, level: float) -> tuple[Finding, ...]:
    """The two comparisons, paired on prompts and corrected together."""
    untouched, steered, random = found.shares()
    prompts = [sample.prompt for sample in found.untouched.samples]
    what = intended.says
    claims = (
        (
            Text(
                f"Steered, the model writes more of {what.en} than untouched",
                f"受引导的模型比未改动时写出更多{what.zh}",
            ),
            steered - untouched,
        ),
        (
            Text(
                f"Steered, it writes more of {what.en} than along random directions of the same "
                "strength",
                f"受引导的模型比沿同等强度的随机方向写出更多{what.zh}",
            ),
            steered - random,
        ),
    )
    return settled(
        [of_values(claim, values, prompts, level, len(claims)) for claim, values in claims], level
    )


def conduct(
    model: "LocalModel", direction: Direction, intended: Intended, setting: Setting, watch: Watch
) -> Outcome:
    """The experiment as it is reported."""
    found = steer(model, direction, intended, setting, watch)
    where = direction.ordinary.site
    return Outcome(
        experiment="steer",
        model=model.name,
        benchmark=f"{direction.name} @ {where}",
        question=question(direction.name, where),
        answer=summary(found, intended.says),
        tables=tables(found, intended.says, setting.level),
        findings=findings(found, intended, setting.level),
        charts=charts(found, intended.says),
        runs=(),
        record=_record(model, direction, setting, found),
    )


def _record(
    model: "LocalModel", direction: Direction, setting: Setting, found: Steered
) -> dict[str, Any]:
    from astrolabe import __version__

    return {
        "astrolabe": __version__,
        "model": model.describe() | {"digest": model.identity.digest},
        "direction": direction.name,
        "site": str(direction.ordinary.site),
        "length": direction.ordinary.length,
        "vector": [float(number) for number in direction.vector],
        "setting": asdict(setting),
        "texts": [
            {"steered": [asdict(one) for one in found.steered.samples]},
            {"untouched": [asdict(one) for one in found.untouched.samples]},
        ],
    }


def _shares(dose: Dose) -> np.ndarray:
    return np.array([sample.share for sample in dose.samples])
