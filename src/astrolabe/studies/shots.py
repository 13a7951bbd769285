"""`shots`: what examples in the prompt do, how many it takes, and how much is luck of the draw.

Brown et al. (2020, arXiv:2005.14165) showed accuracy rising with the number of examples in the
prompt. Zhao et al. (2021, arXiv:2102.09690) and Lu et al. (2022, arXiv:2104.08786) showed that
which examples are drawn, and in which order they stand, moves accuracy by as much as their number
does. Here every number of examples is tried with several draws and several orders of each, on the
same items; each number is compared with none, and the spread is split into draws, orders and items.

Departures: a draw is one set of exemplars for all items (of a subject, where exemplars go by
subject), and a larger set holds the smaller one, so that numbers of examples differ in nothing but
the examples added. The comparisons average over the draws that were made; how far another draw
could lie from them, the table of spreads says.
"""

from collections.abc import Mapping, Sequence

from astrolabe.benchmarks import get
from astrolabe.core.condition import Draw
from astrolabe.core.errors import BadInput
from astrolabe.core.run import RunPlan
from astrolabe.runs.figures import counted, percent
from astrolabe.studies.deciding import accuracy, credits
from astrolabe.studies.laboratory import Bench, Experiment, Knob, Setting, record
from astrolabe.studies.outcome import (
    ACCURACY,
    INTERVAL,
    Axis,
    Chart,
    Column,
    Finding,
    Mark,
    Outcome,
    Table,
    Text,
)
from astrolabe.studies.shots_cells import Cell, findings, spread

QUESTION = Text(
    "Do examples in the prompt help, how many does it take, and how much hangs on which ones?",
    "提示中的示例有帮助吗？需要多少个？换一批示例又会差多少？",
)


def conduct(setting: Setting, bench: Bench) -> Outcome:
    """See `Experiment`.

    Raises:
        BadInput: when fewer than two numbers of examples can be tried, or zero is not among them.
    """
    counts, beyond = _counts(setting)
    plans = {
        (shots, draw, order): _plan(setting, shots, draw, order)
        for shots in counts
        for draw in range(setting.knobs["draws"] if shots else 1)
        for order in range(setting.knobs["orders"] if shots > 1 else 1)
    }
    made = bench.run(plans)
    cells = [
        Cell(
            shots,
            tuple(
                tuple(made[key] for key in plans if key[:2] == (shots, draw))
                for draw in dict.fromkeys(key[1] for key in plans if key[0] == shots)
            ),
        )
        for shots in counts
    ]
    return outcome(setting, cells, beyond)


def outcome(setting: Setting, cells: Sequence[Cell], beyond: Sequence[int] = ()) -> Outcome:
    """From runs to what they say; computes nothing anew.

    Args:
        cells: In ascending order of examples, the first with none.
        beyond: Numbers of examples that the data has too few exemplars for.
    """
    found = findings(cells, setting.level)
    runs = [run for cell in cells for run in cell.flat]
    return Outcome(
        experiment="shots",
        model=runs[0].model,
        benchmark=setting.benchmark,
        question=QUESTION,
        answer=_answer(cells, found),
        tables=(_accuracies(cells, found, setting.level), _spreads(cells)),
        findings=found,
        charts=(_curve(cells, setting.level), _spread_chart(cells)),
        runs=tuple(run.id for run in runs),
        record=record(setting, runs),
        notes=_notes(beyond),
    )


def _counts(setting: Setting) -> tuple[list[int], list[int]]:
    """Numbers of examples to be tried, and those that there are too few exemplars for."""
    asked = sorted(set(setting.knobs["shots"]))
    if not asked or asked[0] != 0 or len(asked) < 2:
        raise BadInput(
            "every number of examples is compared with none; give --shots with 0 and at least one "
            "more, such as 0,1,4"
        )
    dataset = get(setting.benchmark).load(setting.data)
    pools = [len(dataset.pool(item)) for item in dataset.items]
    beyond = [shots for shots in asked if shots > min(pools)]
    counts = [shots for shots in asked if shots <= min(pools)]
    if len(counts) < 2:
        raise BadInput(
            f"benchmark '{setting.benchmark}' ({dataset.source}) has items with only {min(pools)} "
            f"exemplars, fewer than the {asked[1]} asked for; give smaller numbers with --shots"
        )
    return counts, beyond


def _plan(setting: Setting, shots: int, draw: int, order: int) -> RunPlan:
    fields: dict[str, object] = {"shots": shots}
    if shots:
        fields |= {"draw": Draw.SHARED, "draw_seed": setting.seed + draw, "arrangement": order}
    return setting.plan(
        f"{counted(shots, 'example')}, draw {draw}, order {order}",
        setting.protocol().condition(**fields),
    )


def _answer(cells: Sequence[Cell], found: Sequence[Finding]) -> Text:
    by_shots = {cell.shots: accuracy(cell.flat).value for cell in cells}
    none = percent(by_shots[0])
    best = max((cell.shots for cell in cells[1:]), key=by_shots.__getitem__)
    decided = {
        cell.shots: finding
        for cell, finding in zip(cells[1:], found, strict=False)
        if finding.decided
    }
    up = [shots for shots, finding in decided.items() if finding.estimate > 0]
    down = [shots for shots, finding in decided.items() if finding.estimate < 0]
    if not decided:
        return Text(
            f"No number of examples was shown to change accuracy ({none} without any).",
            f"没有哪个示例数被证明会改变正确率（无示例时为 {none}）。",
        )
    english, chinese = [], []
    if up:
        english.append(f"examples help (in the mean of their draws, {_listed(up)} beat none)")
        chinese.append(f"示例有帮助（各次抽取平均，{_listed_zh(up)} 个优于无示例）")
    if down:
        english.append(f"{'but ' if up else 'examples '}harm at {_listed(down)}")
        chinese.append(f"{'但' if up else '示例'}在 {_listed_zh(down)} 个时有害")
    first = "; ".join(english)
    return Text(
        f"{first[0].upper()}{first[1:]}: {none} without any, at best {percent(by_shots[best])} "
        f"with {best}.",
        f"{'；'.join(chinese)}：无示例时 {none}，最好时（{best} 个）{percent(by_shots[best])}。",
    )


def _listed(counts: Sequence[int]) -> str:
    return ", ".join(map(str, counts))


def _listed_zh(counts: Sequence[int]) -> str:
    return "、".join(map(str, counts))


def _accuracies(cells: Sequence[Cell], found: Sequence[Finding], level: float) -> Table:
    rows: list[Mapping[str, object]] = []
    for cell, finding in zip(cells, (None, *found[: len(cells) - 1]), strict=True):
        each = [accuracy([run]).value for run in cell.flat]
        rows.append(
            {
                "shots": cell.shots,
                "runs": len(each),
                "accuracy": accuracy(cell.flat).value,
                "worst": min(each),
                "best": max(each),
                "gain": finding.estimate if finding else None,
                "interval": finding.interval if finding else None,
                "p": finding.p_corrected if finding else None,
            }
        )
    return Table(
        Text("Accuracy by number of examples", "不同示例数下的正确率"),
        (
            Column("shots", Text("examples", "示例数"), "count"),
            Column("runs", Text("runs", "运行数"), "count"),
            Column("accuracy", ACCURACY, "share"),
            Column("worst", Text("worst", "最差"), "share"),
            Column("best", Text("best", "最好"), "share"),
            Column("gain", Text("gain", "增益"), "points"),
            Column("interval", INTERVAL, "points"),
            Column("p", "p", "p"),
        ),
        tuple(rows),
        Text(
            "Each run shows one draw of exemplars in one order; worst and best are of single runs. "
            f"Gain over no examples in points, {100 * (1 - level):.0f} % interval, corrected p.",
            "每次运行展示一批示例的一种排列；最差与最好指单次运行。增益为相对于无示例的百分点，附 "
            f"{100 * (1 - level):.0f}% 区间与校正后 p。",
        ),
    )


def _spreads(cells: Sequence[Cell]) -> Table:
    rows = []
    for cell in cells[1:]:
        found = spread(cell)
        rows.append(
            {"shots": cell.shots, "share": found.items / found.total if found.total else None}
            | vars(found.of_accuracy(len(credits(cell.flat))))
        )
    return Table(
        Text("How much is luck of the draw", "有多少取决于抽到哪些示例"),
        (
            Column("shots", Text("examples", "示例数"), "count"),
            Column("draws", Text("sd draws", "抽取 sd"), "share"),
            Column("orders", Text("sd orders", "排列 sd"), "share"),
            Column("items", Text("sd items", "题目 sd"), "share"),
            Column("run", Text("sd of a run", "单次运行 sd"), "share"),
            Column("share", Text("variance of answers: items", "回答方差：题目"), "share"),
        ),
        tuple(rows),
        Text(
            "Standard deviations of accuracy that come from which exemplars are drawn, from their "
            "order, from which items are asked; and of a run with other exemplars in another "
            "order on these items. Last, how much of the variance of single answers is items.",
            "正确率的标准差（sd）：来自抽到哪些示例、示例的排列、问哪些题目；以及在这些题目上"
            "换一批示例并换一种排列的单次运行。末列为单个回答的方差中题目所占的比例。",
        ),
    )


def _curve(cells: Sequence[Cell], level: float) -> Chart:
    mean = Text("mean of all draws", "各次抽取的平均")
    single = Text("single runs", "单次运行")
    marks = [accuracy(cell.flat, level).mark(str(cell.shots), mean) for cell in cells]
    points = [
        Mark(str(cell.shots), accuracy([run]).value, series=single)
        for cell in cells
        for run in cell.flat
    ]
    return Chart(
        "accuracy",
        "lines",
        Text("What examples in the prompt do", "提示中的示例有何作用"),
        Text(
            f"Line: mean over draws and orders, {100 * (1 - level):.0f} % Wilson interval. "
            "Dots: single runs, each another draw or order.",
            f"折线：各次抽取与排列的平均，{100 * (1 - level):.0f}% Wilson 区间。"
            "圆点：单次运行，各为一批示例或一种排列。",
        ),
        Axis(Text("examples in the prompt", "提示中的示例数"), "text"),
        Axis(ACCURACY, "share"),
        (*marks, *points),
        reference=(marks[0].value, Text("no examples", "无示例")),
    )


def _spread_chart(cells: Sequence[Cell]) -> Chart:
    names = {
        "draws": Text("which exemplars", "哪些示例"),
        "orders": Text("their order", "示例的顺序"),
        "items": Text("which items", "哪些题目"),
    }
    found = {
        cell.shots: vars(spread(cell).of_accuracy(len(credits(cell.flat)))) for cell in cells[1:]
    }
    marks = [
        Mark(str(shots), spreads[key], series=name)
        for key, name in names.items()
        for shots, spreads in found.items()
        if spreads[key] is not None
    ]
    return Chart(
        "spread",
        "bars",
        Text("What makes the score swing", "分数因何而波动"),
        Text(
            "Standard deviation of accuracy from each source, by random-effects analysis of "
            "variance.",
            "各来源造成的正确率标准差（随机效应方差分析）。",
        ),
        Axis(Text("examples in the prompt", "提示中的示例数"), "text"),
        Axis(Text("standard deviation of accuracy", "正确率的标准差"), "share"),
        tuple(marks),
    )


def _notes(beyond: Sequence[int]) -> tuple[Text, ...]:
    notes = [
        Text(
            "The comparisons average over the draws that were made and speak of these items. That "
            "a comparison is decided does not say that every draw helps: see the worst runs.",
            "比较取所做各次抽取的平均，且针对这些题目。得出判定并不意味着每一批示例都有帮助：请看最差的运行。",
        )
    ]
    if beyond:
        notes.append(
            Text(
                f"Left out, for want of exemplars: {_listed(beyond)} examples.",
                f"因示例不足而略去：{_listed_zh(beyond)} 个示例。",
            )
        )
    return tuple(notes)


EXPERIMENT = Experiment(
    name="shots",
    summary=Text(
        "Accuracy against the number of examples; how much hangs on draw, order and items.",
        "正确率随示例数的变化；有多少取决于抽取、顺序与题目。",
    ),
    paper="Brown et al. 2020 (arXiv:2005.14165); Zhao et al. 2021 (arXiv:2102.09690); "
    "Lu et al. 2022 (arXiv:2104.08786)",
    benchmark="label-games",
    conduct=conduct,
    knobs=(
        Knob("shots", (0, 1, 2, 4, 8, 16), "Numbers of examples; 0 has to be among them.", 0),
        Knob("draws", 4, "Draws of exemplars for each number.", 1),
        Knob("orders", 2, "Orders of each draw.", 1),
    ),
    limit=200,
)
