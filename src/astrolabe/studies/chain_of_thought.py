"""`chain-of-thought`: does writing out the steps help, and is it the steps that do it?

Wei et al. (2022, arXiv:2201.11903) showed exemplars with worked solutions raising the accuracy of
large models over exemplars with answers alone, the more so the more steps a problem takes; Kojima
et al. (2022, arXiv:2205.11916) got much of it from a phrase without exemplars. Wang et al. (2023,
arXiv:2212.10001) found that exemplars' chains need not be valid, but have to bear on their
questions and to be in order. Self-consistency (Wang et al. 2023, arXiv:2203.11171) takes a vote of
several sampled chains. Here all of these answer the same items: direct answers, worked exemplars,
the same with their lines shuffled and with another exemplar's chain (`Condition.chains`), no
exemplars with and without the trigger, and a vote.

Departures: the trigger is compared with direct answers without exemplars, since it has none either,
and is asked in one stage: the answer is read from what was written. All conditions are read by one
and the same rule, the recipe's most lenient (a strict one would hold against the trigger that
nobody showed it the form of an answer), or by the one named. The exemplars are one set, drawn by
the seed. A wrong chain is a valid one of another problem: it does not bear on its question, which
Wang et al. found worse than being merely invalid. A tie of the vote counts as not right.

The protocol is `lm-eval` where the benchmark has it in the language asked for, since under GSM8K's
own (`official`) Polaris may reason where exemplars show answers alone. Whether a model does, the
tokens it wrote tell (`tokens` in the table).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from astrolabe.benchmarks import get
from astrolabe.core.benchmark import Recipe
from astrolabe.core.condition import Draw, Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run, RunPlan
from astrolabe.core.wording import did_you_mean
from astrolabe.grading.samples import VOTE
from astrolabe.prompting.chains import steps
from astrolabe.runs.figures import percent, signed_points
from astrolabe.studies.chain_tables import (
    NAMES,
    Arm,
    Runs,
    by_condition,
    by_number,
    by_steps,
    overall,
)
from astrolabe.studies.deciding import Planned, accuracy, credits, decided
from astrolabe.studies.laboratory import Bench, Experiment, Knob, Setting, record
from astrolabe.studies.outcome import Finding, Outcome, Text

PROTOCOL = "lm-eval"
RULES = ("number-lenient", "yesno-lenient", "math-verify")
"""Rules that read an answer in whatever form it comes; the first that a recipe has is used."""
POLARIS_BUDGET = 128
"""Tokens of an answer to Polaris' problems, whose longest solution takes fewer."""
SEVERAL = 2
"""Steps from which on a problem is one of several."""


def conduct(setting: Setting, bench: Bench) -> Outcome:
    """See `Experiment`.

    Raises:
        BadInput: for a recipe without direct and worked answers, exemplars without worked
            solutions, or a rule that the recipe does not have or that cannot be voted on.
    """
    benchmark = get(setting.benchmark)
    recipe = setting.protocol(_usual(benchmark.recipes, setting))
    rule = _rule(recipe, setting.knobs["rule"])
    made = bench.run({arm: _plan(setting, recipe, arm) for arm in NAMES})
    runs = {arm: _read(run, arm, rule) for arm, run in made.items()}
    found = {item.id: steps(item) for item in benchmark.load(setting.data).items}
    return outcome(setting, runs, {name: n for name, n in found.items() if n is not None})


def findings(runs: Runs, taken: Mapping[str, int], level: float) -> tuple[Finding, ...]:
    """The planned comparisons, corrected together.

    Args:
        taken: How many steps items take, by id. Items of several steps are compared by themselves
            where there are some, and some others.
    """
    planned = [
        Planned(
            Text("worked exemplars against direct answers", "带步骤的示例对直接回答"),
            [runs["direct"]],
            [runs["worked"]],
        )
    ]
    several = _several(runs, taken)
    if several:
        planned.append(
            Planned(
                Text(
                    f"worked exemplars against direct answers, on items of {SEVERAL} steps or more",
                    f"带步骤的示例对直接回答（{SEVERAL} 步及以上的题目）",
                ),
                [runs["direct"]],
                [runs["worked"]],
                items=several,
            )
        )
    planned += [
        Planned(
            Text(
                "a trigger phrase against direct answers, both without exemplars",
                "触发语对直接回答（均无示例）",
            ),
            [runs["zero-shot"]],
            [runs["trigger"]],
        ),
        Planned(
            Text("shuffled chains against worked exemplars", "打乱的步骤对带步骤的示例"),
            [runs["worked"]],
            [runs["shuffled"]],
            "lower",
        ),
        Planned(
            Text("shuffled chains against direct answers", "打乱的步骤对直接回答"),
            [runs["direct"]],
            [runs["shuffled"]],
        ),
        Planned(
            Text("wrong chains against worked exemplars", "错误的步骤对带步骤的示例"),
            [runs["worked"]],
            [runs["wrong"]],
            "lower",
        ),
        Planned(
            Text("wrong chains against direct answers", "错误的步骤对直接回答"),
            [runs["direct"]],
            [runs["wrong"]],
        ),
        Planned(
            Text("a vote of samples against one greedy answer", "采样投票对单次贪心回答"),
            [runs["worked"]],
            [runs["vote"]],
        ),
    ]
    return decided(planned, level)


def outcome(setting: Setting, runs: Runs, taken: Mapping[str, int]) -> Outcome:
    """From runs to what they say; computes nothing anew. See `findings`."""
    found = findings(runs, taken, setting.level)
    every = list(runs.values())
    stepwise = by_steps(runs, taken, setting.level)
    numbers = by_number(runs, taken)
    charts = (stepwise, overall(runs, setting.level))
    tables = (by_condition(runs, setting.level), numbers)
    return Outcome(
        experiment="chain-of-thought",
        model=every[0].model,
        benchmark=setting.benchmark,
        question=Text(
            "Does writing out the steps help, and is it the steps that do it?",
            "写出步骤有帮助吗？起作用的是步骤本身吗？",
        ),
        answer=_answer(runs, found),
        tables=tuple(table for table in tables if table),
        findings=found,
        charts=tuple(chart for chart in charts if chart),
        runs=tuple(run.id for run in every),
        record={**record(setting, every), "rule": runs["worked"].rule},
        notes=_notes(runs, taken),
    )


def _several(runs: Runs, taken: Mapping[str, int]) -> frozenset[str]:
    """Items of several steps, if they are some of the items, but not all."""
    judged = credits([runs["worked"]])
    several = frozenset(name for name in judged if taken.get(name, 0) >= SEVERAL)
    return several if len(several) < len(judged) else frozenset()


def _usual(recipes: Mapping[str, Recipe], setting: Setting) -> str:
    worded = recipes[PROTOCOL].wordings if PROTOCOL in recipes else {}
    known = (setting.knobs["language"], Scoring.GENERATED) in worded
    return PROTOCOL if known else next(iter(recipes))


def _rule(recipe: Recipe, wanted: str | None) -> str:
    """The rule that all conditions are read by.

    Raises:
        BadInput: for a rule that the recipe does not have, or a recipe under which nothing is
            written.
    """
    rules = recipe.rules.get(Scoring.GENERATED, ())
    if not rules:
        raise BadInput(
            f"recipe '{recipe.name}' has no rules for generated answers, so nothing can be "
            "reasoned in writing; use another recipe or benchmark"
        )
    if wanted is None:
        return next((rule for rule in RULES if rule in rules), rules[0])
    if wanted not in rules:
        raise BadInput(
            f"recipe '{recipe.name}' has no rule '{wanted}'{did_you_mean(wanted, rules)}; it has "
            f"{', '.join(rules)}"
        )
    return wanted


def _read(run: Run, arm: Arm, rule: str) -> Run:
    """The run under the rule that all are read by, or under the vote on it.

    Raises:
        BadInput: for a rule that no vote can be taken on.
    """
    name = f"{rule}:{VOTE}" if arm == "vote" else rule
    if name not in run.items[0].grades:
        raise BadInput(f"no vote can be taken under rule '{rule}'; choose another one with --rule")
    return replace(run, rule=name)


def _plan(setting: Setting, recipe: Recipe, arm: Arm) -> RunPlan:
    knobs = setting.knobs
    fields: dict[str, Any] = {"scoring": Scoring.GENERATED, "reasoning": "none", "shots": 0}
    if arm == "trigger":
        fields["reasoning"] = "trigger"
        if knobs["trigger"] is not None:
            fields["trigger"] = knobs["trigger"]
    elif arm != "zero-shot":
        fields |= {"shots": knobs["shots"], "draw": Draw.SHARED, "draw_seed": setting.seed}
        fields["reasoning"] = "none" if arm == "direct" else "worked"
    if arm in ("shuffled", "wrong"):
        fields["chains"] = arm
    if arm == "vote":
        fields["samples"] = knobs["samples"]
        fields["decoding"] = {"temperature": knobs["temperature"], "seed": setting.seed}
    if budget := knobs["tokens"] or (POLARIS_BUDGET if setting.data is None else 0):
        fields["max_tokens"] = budget
    return setting.plan(arm, recipe.condition(language=knobs["language"], **fields))


def _answer(runs: Runs, found: Sequence[Finding]) -> Text:
    first, (shuffled, wrong) = found[0], (found[-5], found[-3])
    direct, worked = (percent(accuracy([runs[arm]]).value) for arm in ("direct", "worked"))
    if not first.decided:
        return Text(
            f"Worked exemplars are not shown to change accuracy: {direct} are right with direct "
            f"answers, {worked} with worked ones.",
            f"未证明带步骤的示例会改变正确率：直接回答 {direct}，带步骤 {worked}。",
        )
    up = first.estimate > 0
    english = (
        f"Writing out the steps {'raises' if up else 'lowers'} accuracy from {direct} to {worked}"
    )
    chinese = f"写出步骤使正确率由 {direct} {'升' if up else '降'}至 {worked}"
    for name, name_zh, finding in (("shuffled", "打乱", shuffled), ("wrong", "错误", wrong)):
        if finding.decided:
            english += f"; {name} chains change that by {signed_points(finding.estimate)} points"
            chinese += f"；改用{name_zh}的步骤，变化 {signed_points(finding.estimate)} 个百分点"
        else:
            english += f"; {name} chains are not shown to do otherwise"
            chinese += f"；未证明{name_zh}的步骤有所不同"
    return Text(f"{english}.", f"{chinese}。")


def _notes(runs: Runs, taken: Mapping[str, int]) -> tuple[Text, ...]:
    worked = runs["worked"]
    notes = [
        Text(
            f"Asked by recipe '{worked.condition.recipe}', every condition read by rule "
            f"'{worked.rule}'. One set of {worked.condition.shots} exemplars, drawn by the seed: "
            "another set may do otherwise.",
            f"按方案 '{worked.condition.recipe}' 提问，各条件均按规则 '{worked.rule}' 判读。"
            f"只用由种子抽取的一组 {worked.condition.shots} 个示例：换一组结果可能不同。",
        )
    ]
    pairs = zip(worked.items, runs["shuffled"].items, strict=True)
    if all(own.prompt == shuffled.prompt for own, shuffled in pairs):
        notes.append(
            Text(
                "Nothing was shuffled: every exemplar drawn has one step. Draw others with --seed.",
                "并未打乱任何步骤：抽到的示例都只有一步。请用 --seed 另抽一组。",
            )
        )
    if not _several(runs, taken):
        why = ("nobody says how many steps the items take", "题目未注明步数")
        if taken:
            why = ("all items, or none, are such", "题目全部或无一如此")
        notes.append(
            Text(
                f"Items of {SEVERAL} steps or more are not compared by themselves: {why[0]}.",
                f"未单独比较 {SEVERAL} 步及以上的题目：{why[1]}。",
            )
        )
    return tuple(notes)


EXPERIMENT = Experiment(
    name="chain-of-thought",
    summary=Text(
        "Direct answers, worked exemplars, a trigger, shuffled and wrong chains, a vote; by steps.",
        "直接回答、带步骤的示例、触发语、打乱与错误的步骤、投票；按步数比较。",
    ),
    paper="Wei et al. 2022 (arXiv:2201.11903); Kojima et al. 2022 (arXiv:2205.11916); "
    "Wang et al. 2023 (arXiv:2212.10001, arXiv:2203.11171)",
    benchmark="gsm8k",
    conduct=conduct,
    knobs=(
        Knob("shots", 5, "Exemplars in each prompt that has some.", 1),
        Knob("samples", 10, "Answers that take part in the vote on an item.", 2),
        Knob("temperature", 0.7, "Of the samples.", 0.01),
        Knob("trigger", None, "The trigger phrase. Default: the protocol's."),
        Knob("tokens", 0, "Budget of an answer; 0: 128 on Polaris' items, else the protocol's.", 0),
        Knob("rule", None, "By which all are read. Default: the protocol's most lenient."),
        Knob("language", "en", "Language of the prompts: en, zh."),
    ),
    limit=100,
)
