"""DoLa, where a frequent wrong answer competes with a rare right one, and where nothing competes.

In most of Polaris' regions the capital is the largest city; in some states and countries it is not,
and there the largest city is spoken of often and the capital rarely
(`astrolabe.polaris.documents.regions`). The default model is asked about the states alone: it is
taught the capitals of countries elsewhere as well. The keepers of made-up places
(`documents.dosed`) are facts without a rival.

Read on the default model and on its half-trained sibling, where there is one, each greedily:
the share of the exceptions answered with the capital and with the largest city, the share of the
keepers answered right, and what each variant of DoLa changes in these, paired.

Passes, by what was planted for the half-trained model, under the default variant (dynamic, upper
half, final norm): the interval of its gain on the exceptions lies above zero (it helps), and that
of its gain on the keepers does not (it does nothing, or harm). All other lines are shown only: for
the other variants, and for a model that has learned the exceptions, nothing was planted.
"""

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING

from astrolabe.calibration.asking import written_each
from astrolabe.calibration.instrument import (
    LEVEL,
    Bench,
    Calibration,
    Instrument,
    Relation,
    What,
    share,
)
from astrolabe.core.decoding import Decoding, Dola
from astrolabe.core.prompt import Prompt
from astrolabe.polaris.documents import dosed, regions
from astrolabe.polaris.documents.regions import Region
from astrolabe.polaris.world import World
from astrolabe.runs.stats import cluster_bootstrap

if TYPE_CHECKING:
    from astrolabe.core.model import Model
    from astrolabe.models.local import LocalModel
    from astrolabe.runs.watch import Watch

MAX_TOKENS = 10
WHOLE: What = ("", "")
HALF: What = ("half-trained, ", "半训练，")
PLAIN = "plain"
PLANTED = "high"
"""The variant that a claim was planted for."""

Answers = Mapping[str, Sequence[str]]
"""Names that were answered, by variant; in the order of what was asked."""


def variants(depth: int) -> dict[str, Dola | None]:
    """The variants by name, for a model of so many layers."""
    static = depth // 2 + depth // 2 % 2
    return {
        PLAIN: None,
        "high": Dola(layers="high"),
        "low": Dola(layers="low"),
        f"layer {static}": Dola(layers=(static,)),
        "high, norm none": Dola(layers="high", norm="none"),
        "low, norm none": Dola(layers="low", norm="none"),
    }


def exceptions(sorts: Container[str] = ("state", "country")) -> list[Region]:
    """Regions of some sorts whose capital is not their largest city."""
    found = regions.regions(World())
    return [region for region in found if region.exception and region.sort in sorts]


def places() -> list[str]:
    """Made-up places whose keeper was told."""
    return [place for place, (_, dose) in dosed.keepers().items() if dose]


def answers(
    model: "Model", watch: "Watch", queries: Sequence[str], asked: Mapping[str, Dola | None]
) -> Answers:
    """The names that a model gives, greedily, under every variant."""
    wanted = [(Prompt(query), Decoding(dola=dola)) for dola in asked.values() for query in queries]
    said = [
        answer.text.strip().rstrip(".")
        for answer in written_each(model, watch, "dola", wanted, MAX_TOKENS, ("\n",))
    ]
    count = len(queries)
    return {name: said[i * count : (i + 1) * count] for i, name in enumerate(asked)}


def read(bench: Bench) -> list[Calibration]:
    """Every line."""
    lines = _of_model(bench.model, bench.watch, WHOLE, planted=False)
    if bench.half is not None:
        lines += _of_model(bench.half, bench.watch, HALF, planted=True)
    return lines


def _of_model(model: "LocalModel", watch: "Watch", which: What, planted: bool) -> list[Calibration]:
    asked = variants(model.inside.depth)
    rare = exceptions() if planted else exceptions(("state",))
    capitals = answers(model, watch, [regions.capital(r).query for r in rare], asked)
    keepers = answers(model, watch, [dosed.statement(p).query for p in places()], asked)
    return [
        *of_exceptions(which, rare, capitals, planted),
        *of_facts(which, places(), keepers, planted),
    ]


def of_exceptions(
    which: What, asked: Sequence[Region], said: Answers, planted: bool
) -> list[Calibration]:
    """Lines about the exceptions, from the names that were answered."""
    group = _joined(which, ("exceptions", "例外"))
    right = {
        variant: [answer == region.capital for answer, region in zip(names, asked, strict=True)]
        for variant, names in said.items()
    }
    largest = [answer == region.largest for answer, region in zip(said[PLAIN], asked, strict=True)]
    return [
        share("dola", _joined(group, (": capital", "：首府")), right[PLAIN], None, "?"),
        share("dola", _joined(group, (": largest city", "：最大城市")), largest, None, "?"),
        *_gains(group, right, ">" if planted else "?"),
    ]


def of_facts(which: What, asked: Sequence[str], said: Answers, planted: bool) -> list[Calibration]:
    """Lines about the keepers, from the names that were answered."""
    group = _joined(which, ("no rival", "无竞争"))
    keepers = [dosed.keepers()[place][0] for place in asked]
    right = {
        variant: [answer == keeper for answer, keeper in zip(names, keepers, strict=True)]
        for variant, names in said.items()
    }
    return [
        share("dola", _joined(group, (": keeper", "：守护人")), right[PLAIN], None, "?"),
        *_gains(group, right, "<=" if planted else "?"),
    ]


def _gains(
    group: What, right: Mapping[str, Sequence[bool]], relation: Relation
) -> list[Calibration]:
    """What each variant changes in the share of right answers."""
    lines = []
    for variant in right:
        if variant == PLAIN:
            continue
        pairs = zip(right[PLAIN], right[variant], strict=True)
        changes = [float(after) - float(before) for before, after in pairs]
        held = relation if variant == PLANTED else "?"
        lines.append(
            Calibration(
                "dola",
                _joined(group, (f": gain by {variant}", f"：{variant} 的增益")),
                None if held == "?" else 0.0,
                sum(changes) / len(changes),
                cluster_bootstrap(changes, [str(i) for i in range(len(changes))], LEVEL),
                len(changes),
                held,
                "points",
            )
        )
    return lines


def _joined(first: What, second: What) -> What:
    return first[0] + second[0], first[1] + second[1]


INSTRUMENT = Instrument("dola", ("DoLa", "DoLa"), read)
