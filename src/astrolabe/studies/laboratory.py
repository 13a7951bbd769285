"""The laboratory: experiments on using models, each one small file, and how they are conducted.

An experiment asks one question of one model on one benchmark. It conducts ordinary runs (kept in
the store, so that it resumes by itself), decides planned comparisons, corrected together
(`astrolabe.studies.deciding`), and hands back an `Outcome` (`astrolabe.studies.outcome`).

A new experiment is a module of this package that holds an `EXPERIMENT`, and a line in
`EXPERIMENTS`; the command line finds it there, with its knobs.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from astrolabe.benchmarks import get
from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run, RunPlan
from astrolabe.studies.outcome import Outcome, Text

if TYPE_CHECKING:
    from astrolabe.core.benchmark import Recipe
    from astrolabe.core.condition import Condition
    from astrolabe.core.model import Model
    from astrolabe.runs.store import Store
    from astrolabe.runs.watch import Watch

_Key = TypeVar("_Key")

LEVEL = 0.05
"""Chance, over all planned comparisons of an experiment, of deciding what is not there."""

EXPERIMENTS: Mapping[str, str] = {
    "shots": "astrolabe.studies.shots",
    "chain-of-thought": "astrolabe.studies.chain_of_thought",
    "role": "astrolabe.studies.role",
    "fine-tuning-hurts": "astrolabe.studies.fine_tuning_hurts",
    "finetune-or-prompt": "astrolabe.studies.finetune_or_prompt",
    "wrong-examples": "astrolabe.studies.wrong_examples",
    "override": "astrolabe.studies.override",
    "what-moved-it": "astrolabe.studies.what_moved_it",
    "magic-words": "astrolabe.studies.magic_words",
}
"""Modules of the experiments, by the experiments' names."""


@dataclass(frozen=True)
class Setting:
    """What the user chose.

    Attributes:
        model: ``polaris``, a folder, or a hub id.
        benchmark: Name of a benchmark.
        recipe: Name of its protocol; `None` leaves it to the experiment.
        data: Folder or hub id to read items from; `None` means Polaris' own.
        subjects: Subjects to keep; empty keeps all.
        limit: Most items; `None` keeps all.
        seed: Everything random is drawn from it.
        level: Chance of deciding what is not there, over all comparisons together.
        knobs: Values of the experiment's own knobs, by name; every knob has one.
    """

    model: str
    benchmark: str
    recipe: str | None = None
    data: str | None = None
    subjects: tuple[str, ...] = ()
    limit: int | None = None
    seed: int = 0
    level: float = LEVEL
    knobs: Mapping[str, Any] = field(default_factory=dict)

    def protocol(self, usual: str = "official") -> "Recipe":
        """The recipe that was chosen, or else the experiment's `usual` one.

        Raises:
            BadInput: for an unknown benchmark, or a recipe that it does not have.
        """
        return get(self.benchmark).recipe(self.recipe or usual)

    def plan(self, label: str, condition: "Condition", exemplars: str | None = None) -> RunPlan:
        """A run of the setting's model on its items, under `condition`.

        Args:
            exemplars: Where they are read from, if not from the benchmark; see `RunPlan`.
        """
        return RunPlan(
            label,
            self.model,
            self.benchmark,
            condition,
            data=self.data,
            subjects=self.subjects,
            limit=self.limit,
            exemplars=exemplars,
        )


@dataclass(frozen=True)
class Bench:
    """What an experiment works with.

    Attributes:
        load: Gives a model by name.
        store: Keeps runs and answers.
        watch: Told how far the work is.
    """

    load: "Callable[[str], Model]"
    store: "Store"
    watch: "Watch"

    def run(self, plans: Mapping[_Key, RunPlan]) -> dict[_Key, Run]:
        """Do runs of one model in one go; they come under the keys of their plans.

        Args:
            plans: At least one, all of the same model.

        Raises:
            BadInput: for a model that cannot be had; and see
                `astrolabe.runs.execute.execute_together`.
        """
        from astrolabe.runs.execute import execute_together

        asked = list(plans.values())
        model = self.load(asked[0].model)
        return dict(zip(plans, execute_together(asked, model, self.store, self.watch), strict=True))


@dataclass(frozen=True)
class Knob:
    """Something that can be set in one experiment alone; an option of its command.

    Attributes:
        name: As in `Setting.knobs`; on the command line with dashes.
        default: Its type is the knob's: `int`, `float`, `str`, `bool`, or a tuple of numbers or
            texts, given with commas; `None` stands for a text that need not be given.
        help: A line for the command's help.
        least: Smallest number allowed.
    """

    name: str
    default: int | float | str | bool | tuple[int, ...] | tuple[float, ...] | tuple[str, ...] | None
    help: str
    least: float | None = None


@dataclass(frozen=True)
class Experiment:
    """An experiment of the laboratory.

    Attributes:
        name: As in ``astrolabe study NAME``.
        summary: What it asks, in a line.
        paper: Whose experiment it is: authors, year, arXiv.
        benchmark: Benchmark when none is given.
        suits: Benchmarks that it is made for; empty for any.
        recipes: Usual protocol by benchmark, where `conduct` would not take it by itself.
        subjects: Subjects when neither these nor the items are chosen; empty for all.
        conduct: Does it.
        knobs: What can be set in it alone.
        limit: Items when no limit is given and the items are Polaris'.
    """

    name: str
    summary: Text
    paper: str
    benchmark: str
    conduct: Callable[[Setting, Bench], Outcome]
    suits: tuple[str, ...] = ()
    recipes: Mapping[str, str] = field(default_factory=dict)
    subjects: tuple[str, ...] = ()
    knobs: tuple[Knob, ...] = ()
    limit: int | None = None

    def setting(self, model: str, benchmark: str | None = None, **chosen: Any) -> Setting:
        """A setting in which whatever was not chosen has its default.

        Args:
            chosen: Other fields of `Setting`; ``knobs`` need not name every knob.

        Raises:
            BadInput: for a benchmark that the experiment is not made for, or an unknown knob.
        """
        if not (benchmark or chosen.get("data") or chosen.get("subjects")):
            chosen["subjects"] = self.subjects
        benchmark = benchmark or self.benchmark
        chosen["recipe"] = chosen.get("recipe") or self.recipes.get(benchmark)
        if self.suits and benchmark not in self.suits:
            raise BadInput(
                f"experiment '{self.name}' is not made for benchmark '{benchmark}'; "
                f"it takes {', '.join(self.suits)}"
            )
        knobs = {knob.name: knob.default for knob in self.knobs}
        asked = chosen.pop("knobs", {})
        for name in asked:
            if name not in knobs:
                known = ", ".join(knobs) or "none"
                raise BadInput(f"experiment '{self.name}' has no knob '{name}'; it has {known}")
        if chosen.get("limit") is None and chosen.get("data") is None:
            chosen["limit"] = self.limit
        return Setting(model, benchmark, knobs={**knobs, **asked}, **chosen)


def experiment(name: str) -> Experiment:
    """The experiment of that name.

    Raises:
        BadInput: when there is none.
    """
    if name not in EXPERIMENTS:
        raise BadInput(
            f"there is no experiment '{name}'; there are {', '.join(EXPERIMENTS) or 'none'}"
        )
    found: Experiment = importlib.import_module(EXPERIMENTS[name]).EXPERIMENT
    return found


def record(setting: Setting, runs: Sequence[Run]) -> dict[str, Any]:
    """What is needed to repeat an experiment, as JSON values.

    Args:
        runs: The runs it was made of, in order; at least one.
    """
    from astrolabe import __version__

    fields = {name: _plain(value) for name, value in vars(setting).items()}
    return {
        "astrolabe": __version__,
        "setting": fields,
        "model": dict(runs[0].record.get("model", {})),
        "data": dict(runs[0].record.get("data", {})),
        "runs": {run.id: run.condition.fields() for run in runs},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return list(value) if isinstance(value, tuple) else value
