"""`role`: does it matter who the prompt says the model is?

Role-play prompts were reported to raise accuracy (Kong et al. 2024, arXiv:2308.07702), and, over
many roles and models, to do nothing on the whole (Zheng et al. 2024, arXiv:2311.10054). Language
models continue what is likely after the role, so that a careless one may well be obeyed (Andreas
2022, arXiv:2212.01681). Here an expert, a careless and an irrelevant role, and nonsense of the same
length, stand before the same prompts and are compared with none, paired on items.

Departures: each kind of role has two wordings, and an item counts the mean over them, so that a
verdict is about the kind and not about one sentence. Nonsense is made of the expert and the
careless roles themselves (`astrolabe.studies.placebo`), so that what a role does can be told from
what any such line does. Everything else is as the benchmark's protocol has it, worked exemplars
included.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run, RunPlan
from astrolabe.runs.figures import percent, signed_points
from astrolabe.studies.deciding import Planned, accuracy, decided
from astrolabe.studies.laboratory import Bench, Experiment, Knob, Setting, record
from astrolabe.studies.outcome import (
    ACCURACY,
    INTERVAL,
    Axis,
    Chart,
    Column,
    Finding,
    Outcome,
    Table,
    Text,
)
from astrolabe.studies.placebo import nonsense

Group = Literal["none", "expert", "careless", "irrelevant", "expert nonsense", "careless nonsense"]

ROLES: Mapping[str, Mapping[Group, tuple[str, ...]]] = {
    "en": {
        "expert": (
            "You are an expert who always answers correctly.",
            "You are a careful expert.",
        ),
        "careless": (
            "You are a careless student who often makes mistakes.",
            "You are a lazy student who often answers wrongly.",
        ),
        "irrelevant": (
            "You are a gardener who loves roses.",
            "You are a sailor who lives by the sea.",
        ),
    },
    "zh": {
        "expert": ("你是一位总能答对的专家。", "你是一位严谨的专家。"),
        "careless": ("你是一个经常出错的粗心学生。", "你是一个经常答错的懒学生。"),
        "irrelevant": ("你是一位喜爱玫瑰的园丁。", "你是一位住在海边的水手。"),
    },
}
"""Two wordings of each kind of role, by language."""

NAMES: Mapping[Group, Text] = {
    "none": Text("no role", "无角色"),
    "expert": Text("expert", "专家"),
    "careless": Text("careless", "粗心者"),
    "irrelevant": Text("irrelevant", "无关角色"),
    "expert nonsense": Text("nonsense as long as the expert", "与专家等长的乱语"),
    "careless nonsense": Text("nonsense as long as the careless", "与粗心者等长的乱语"),
}

Runs = Mapping[Group, Sequence[Run]]


def conduct(setting: Setting, bench: Bench) -> Outcome:
    """See `Experiment`.

    Raises:
        BadInput: for a language that there are no roles in.
    """
    texts = roles(setting.knobs["language"], setting.seed)
    plans = {
        (group, text): _plan(setting, text) for group, shown in texts.items() for text in shown
    }
    made = bench.run(plans)
    by_group = {group: [made[group, text] for text in shown] for group, shown in texts.items()}
    return outcome(setting, by_group)


def roles(language: str, seed: int) -> dict[Group, tuple[str, ...]]:
    """What is said of the model, by group; under ``none`` the empty text.

    Raises:
        BadInput: for a language that there are no roles in.
    """
    if language not in ROLES:
        raise BadInput(f"no roles in language '{language}'; there are {', '.join(ROLES)}")
    told = ROLES[language]
    return {
        "none": ("",),
        **told,
        "expert nonsense": tuple(nonsense(text, seed) for text in told["expert"]),
        "careless nonsense": tuple(nonsense(text, seed) for text in told["careless"]),
    }


def findings(runs: Runs, level: float) -> tuple[Finding, ...]:
    """The planned comparisons, corrected together."""
    none = runs["none"]
    placebo = [*runs["expert nonsense"], *runs["careless nonsense"]]
    planned = [
        Planned(Text("an expert role against none", "专家角色对无角色"), none, runs["expert"]),
        Planned(
            Text("a careless role against none", "粗心角色对无角色"),
            none,
            runs["careless"],
            "lower",
        ),
        Planned(
            Text("an irrelevant role against none", "无关角色对无角色"),
            none,
            runs["irrelevant"],
            "same",
        ),
        Planned(Text("nonsense against none", "乱语对无角色"), none, placebo, "same"),
        Planned(
            Text("an expert role against nonsense of its length", "专家角色对等长乱语"),
            runs["expert nonsense"],
            runs["expert"],
        ),
        Planned(
            Text("a careless role against nonsense of its length", "粗心角色对等长乱语"),
            runs["careless nonsense"],
            runs["careless"],
            "lower",
        ),
    ]
    return decided(planned, level)


def outcome(setting: Setting, runs: Runs) -> Outcome:
    """From runs to what they say; computes nothing anew."""
    found = findings(runs, setting.level)
    every = [run for group in runs.values() for run in group]
    return Outcome(
        experiment="role",
        model=every[0].model,
        benchmark=setting.benchmark,
        question=Text(
            "Does it matter who the prompt says the model is?", "提示中说模型是谁，有影响吗？"
        ),
        answer=_answer(runs, found),
        tables=(_by_wording(runs, setting.level),),
        findings=found,
        charts=(_chart(runs, setting.level),),
        runs=tuple(run.id for run in every),
        record=record(setting, every),
    )


def _plan(setting: Setting, role: str) -> RunPlan:
    fields: dict[str, Any] = {"role": role or None, "language": setting.knobs["language"]}
    label = f"role “{role}”" if role else "no role"
    return setting.plan(label, setting.protocol().condition(**fields))


def _answer(runs: Runs, found: Sequence[Finding]) -> Text:
    none = percent(accuracy(runs["none"]).value)
    english, chinese = [], []
    for group, finding in zip(("expert", "careless"), found, strict=False):
        does = finding.estimate if finding.decided else None
        moved, moved_zh = "is not shown to do anything", "未被证明有作用"
        if does is not None:
            moved = f"{'raises' if does > 0 else 'lowers'} accuracy ({signed_points(does)} points)"
            moved_zh = f"使正确率{'提高' if does > 0 else '降低'}（{signed_points(does)} 个百分点）"
        english.append(f"the {group} role {moved}")
        chinese.append(f"{'专家' if group == 'expert' else '粗心'}角色{moved_zh}")
    text = ", ".join(english)
    return Text(
        f"{text[0].upper()}{text[1:]}; without a role {none} are right.",
        f"{'，'.join(chinese)}；无角色时正确率 {none}。",
    )


def _by_wording(runs: Runs, level: float) -> Table:
    rows = []
    for group, several in runs.items():
        for run in several:
            found = accuracy([run], level)
            rows.append(
                {
                    "group": NAMES[group],
                    "role": run.condition.role or "–",
                    "accuracy": found.value,
                    "interval": found.interval,
                }
            )
    return Table(
        Text("Accuracy under each wording", "各措辞下的正确率"),
        (
            Column("group", Text("role", "角色")),
            Column("role", Text("wording", "措辞")),
            Column("accuracy", ACCURACY, "share"),
            Column("interval", INTERVAL, "share"),
        ),
        tuple(rows),
    )


def _chart(runs: Runs, level: float) -> Chart:
    marks = [accuracy(several, level).mark(NAMES[group]) for group, several in runs.items()]
    return Chart(
        "roles",
        "dots",
        Text("Accuracy by what the model is told it is", "不同角色下的正确率"),
        Text(
            f"Mean over the wordings of each role, {100 * (1 - level):.0f} % Wilson interval. "
            "Which differences are decided, the paired comparisons say.",
            f"各角色不同措辞的平均，{100 * (1 - level):.0f}% Wilson 区间。"
            "差异是否得到判定，见配对比较。",
        ),
        Axis(Text("role", "角色"), "text"),
        Axis(ACCURACY, "share"),
        tuple(marks),
        reference=(marks[0].value, NAMES["none"]),
    )


EXPERIMENT = Experiment(
    name="role",
    summary=Text(
        "Expert, careless, irrelevant and nonsense roles against none.",
        "专家、粗心、无关与乱语角色，对比无角色。",
    ),
    paper="Kong et al. 2024 (arXiv:2308.07702); Zheng et al. 2024 (arXiv:2311.10054)",
    benchmark="gsm8k",
    conduct=conduct,
    knobs=(Knob("language", "en", "Language of roles and prompts: en, zh."),),
    limit=100,
)
