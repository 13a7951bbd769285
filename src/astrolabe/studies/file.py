"""Study files: a declared study as YAML.

name: shots-and-steps
models: [polaris]
benchmarks:
  - benchmark: gsm8k
    limit: 100
    conditions:
      direct: {shots: 5, reasoning: none}
      worked: {shots: 5, reasoning: worked}
    compare:
      - [direct, worked]
"""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from astrolabe.benchmarks import get
from astrolabe.core.benchmark import Recipe
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.run import RunPlan, Study
from astrolabe.core.wording import unlike
from astrolabe.studies.naming import NAME, run_label


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    benchmark: str
    recipe: str = "official"
    data: str | None = None
    exemplars: str | None = None
    subjects: tuple[str, ...] = ()
    limit: int | None = Field(default=None, ge=1)
    conditions: dict[str, dict[str, Any]] = Field(min_length=1)
    compare: list[tuple[str, str]] | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, pattern=NAME)
    models: list[str] = Field(default=["polaris"], min_length=1)
    unlike: bool = False
    benchmarks: list[_Part] = Field(min_length=1)


class _Loader(yaml.SafeLoader):
    """YAML without keys that stand twice, of which the first would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if (key.tag, key.value) in seen:
                    line = key.start_mark.line + 1
                    raise BadInput(f"line {line}: the key '{key.value}' stands twice in one place")
                seen.add((key.tag, key.value))
        return super().construct_mapping(node, deep)


def read(path: Path) -> Study:
    """The study that a file declares.

    Without `compare`, every condition is compared with the first one of its benchmark. With
    several models, each condition of a later model is also compared with the first model's.

    Raises:
        BadInput: for a file that cannot be read, or says something that makes no sense; with the
            place in the file.
    """
    name = f"study file '{path}'"
    try:
        # A safe loader: it makes plain values only.
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except OSError as error:
        raise BadInput(f"{name} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"{name} is not YAML: {str(error).splitlines()[0]}") from error
    except BadInput as error:
        raise BadInput(f"{name}, {error}") from error
    return declare(content, name, path.parent)


def declare(declared: Any, source: str = "study", folder: Path | None = None) -> Study:
    """A study from plain values in the form of a study file.

    Args:
        source: What the values come from, for messages.
        folder: Where relative paths of data begin; `None` for the working folder.

    Raises:
        BadInput: for values of another form, an unknown benchmark, recipe or label, or a
            contradictory condition.
    """
    try:
        whole = _File.model_validate(declared)
    except ValidationError as error:
        raise BadInput(f"{source}, {unlike(error, _File)}") from error
    plans: list[RunPlan] = []
    pairs: list[tuple[str, str]] = []
    for place, part in enumerate(whole.benchmarks):
        recipe = get(part.benchmark).recipe(part.recipe)
        conditions = {
            label: _condition(recipe, fields, f"{source}, benchmarks.{place}.conditions.{label}")
            for label, fields in part.conditions.items()
        }
        compared = part.compare
        if compared is None:
            first, *others = conditions
            compared = [(first, other) for other in others]
        unknown = [label for pair in compared for label in pair if label not in conditions]
        if unknown:
            raise BadInput(
                f"study '{whole.name}' compares '{unknown[0]}', which is no condition of "
                f"{part.benchmark}; there are {', '.join(conditions)}"
            )
        labels = {
            (model, label): run_label(model, len(whole.models), part.benchmark, label)
            for model in whole.models
            for label in conditions
        }
        plans += [
            RunPlan(
                labels[model, label],
                model,
                part.benchmark,
                conditions[label],
                _located(part.data, folder),
                part.subjects,
                part.limit,
                _located(part.exemplars, folder),
            )
            for model in whole.models
            for label in conditions
        ]
        pairs += [(labels[m, a], labels[m, b]) for m in whole.models for a, b in compared]
        first_model, *other_models = whole.models
        pairs += [
            (labels[first_model, label], labels[model, label])
            for model in other_models
            for label in conditions
        ]
    if len({plan.label for plan in plans}) < len(plans):
        raise BadInput(f"study '{whole.name}' has two runs of one label; name conditions apart")
    return Study(whole.name, tuple(plans), tuple(pairs), whole.unlike)


def _condition(recipe: Recipe, fields: dict[str, Any], where: str) -> Condition:
    """A recipe's condition; a refusal says where in the file it is."""
    try:
        return recipe.condition(**fields)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from error


def _located(data: str | None, folder: Path | None) -> str | None:
    """Data that is a relative path, seen from `folder`; a hub id stays as it is."""
    if data is None or folder is None:
        return data
    here = folder / Path(data).expanduser()
    return str(here) if data.startswith(".") or here.exists() else data
