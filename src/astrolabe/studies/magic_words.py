"""`magic-words`: which phrases at the beginning of an answer help, and would nonsense do as well?

Kojima et al. (2022, arXiv:2205.11916) put "Let's think step by step." at the beginning of the
answer, let the model reason, and asked for the answer in a second stage; of their fourteen phrases
that ask for reasoning all helped, misleading and irrelevant ones hardly did. Here each phrase is
compared with none, and with nonsense of its own length, on the same items under the same two
stages; all comparisons are corrected together.

Departures: "no phrase" goes through both stages, too, so that runs differ in the phrase alone (the
authors' baseline asks for the answer at once). Misleading, irrelevant and Chinese phrases are our
own; Chinese ones stand in the Chinese wording, and are compared with no phrase in that wording.
With a recipe of one stage (``official``, ``lm-eval``) the answer is read from the reasoning.
Whether a model reasoned is told from the text by a rule of thumb (`astrolabe.studies.phrases`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from astrolabe.core.benchmark import Recipe
from astrolabe.core.condition import Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run, RunPlan
from astrolabe.runs.figures import percent
from astrolabe.studies.deciding import accuracy
from astrolabe.studies.laboratory import Bench, Experiment, Knob, Setting, record
from astrolabe.studies.outcome import ACCURACY, INTERVAL, Axis, Chart, Column, Outcome, Table, Text
from astrolabe.studies.phrase_effects import LANGUAGES, Findings, Tried, findings
from astrolabe.studies.phrases import WORDS, Kind, Phrase, phrases, reasoned

NAMES: Mapping[Kind, Text] = {
    "none": Text("no phrase", "无提示语"),
    "published": Text("published", "已发表"),
    "ours": Text("ours", "自拟"),
    "misleading": Text("misleading", "误导"),
    "irrelevant": Text("irrelevant", "无关"),
    "placebo": Text("nonsense", "乱语"),
}


def conduct(setting: Setting, bench: Bench) -> Outcome:
    """See `Experiment`.

    Raises:
        BadInput: for a language without phrases, or one that the recipe cannot speak where no other
            is asked for.
    """
    recipe = setting.protocol("zero-shot")
    spoken = [lang for lang, scoring in recipe.wordings if scoring is Scoring.GENERATED]
    tried = [p for lang in setting.knobs["languages"] for p in phrases(lang, setting.seed)]
    asked = [phrase for phrase in tried if phrase.language in spoken]
    if not asked:
        raise BadInput(
            f"recipe '{recipe.name}' of '{setting.benchmark}' has no wording for answers that are "
            f"written, in {' or '.join(setting.knobs['languages'])}; give another recipe or "
            "--languages"
        )
    made = bench.run({phrase: _plan(setting, recipe, phrase) for phrase in asked})
    return outcome(setting, made, _labels(recipe, spoken))


def outcome(setting: Setting, tried: Tried, labels: Mapping[str, str]) -> Outcome:
    """From runs to what they say; computes nothing anew.

    Args:
        labels: What opens a question in the prompt, by language.
    """
    found = findings(tried, setting.level)
    runs = list(tried.values())
    languages = dict.fromkeys(phrase.language for phrase in tried)
    return Outcome(
        experiment="magic-words",
        model=runs[0].model,
        benchmark=setting.benchmark,
        question=Text(
            "Which phrases at the beginning of an answer help, and would nonsense do as well?",
            "答案开头的哪些提示语有帮助？换成等长的乱语也行吗？",
        ),
        answer=_answer(tried, found),
        tables=(_ranked(tried, found, labels, setting.level),),
        findings=found.all,
        charts=tuple(_chart(tried, found, language, setting.level) for language in languages),
        runs=tuple(run.id for run in runs),
        record=record(setting, runs),
        notes=_notes(setting, languages),
    )


def _plan(setting: Setting, recipe: Recipe, phrase: Phrase) -> RunPlan:
    fields: dict[str, Any] = {
        "shots": 0,
        "language": phrase.language,
        "reasoning": "trigger" if phrase.text else "none",
        "max_tokens": setting.knobs["tokens"],
    }
    if phrase.text:
        fields["trigger"] = phrase.text
    return setting.plan(
        f"“{phrase.text}”" if phrase.text else f"no phrase, {phrase.language}",
        recipe.condition(**fields),
    )


def _labels(recipe: Recipe, languages: Sequence[str]) -> dict[str, str]:
    return {
        language: recipe.wording(language, Scoring.GENERATED)
        .question.partition("{question}")[0]
        .strip()
        for language in languages
    }


def _answer(tried: Tried, found: Findings) -> Text:
    english, chinese = [], []
    for language, pooled in found.nonsense.items():
        own = {p: accuracy([run]).value for p, run in tried.items() if p.language == language}
        none = percent(own[Phrase("", language, "none")])
        helpful = [p for p in found.placebo if p.language == language]
        work = [p for p in found.work if p.language == language]
        name = LANGUAGES[language]
        if work:
            best = max(work, key=own.__getitem__)
            english.append(
                f"In {name.en}, {len(work)} of {len(helpful)} phrases beat no phrase ({none}) and "
                f"nonsense of their length; the best is “{best.text}” ({percent(own[best])})"
            )
            chinese.append(
                f"{name.zh}：{len(helpful)} 句中有 {len(work)} 句优于无提示语（{none}）且优于等长"
                f"乱语，最好的是“{best.text}”（{percent(own[best])}）"
            )
        else:
            english.append(
                f"In {name.en}, none of {len(helpful)} phrases is shown to beat both no phrase "
                f"({none}) and nonsense of its length"
            )
            chinese.append(
                f"{name.zh}：{len(helpful)} 句中没有一句被证明既优于无提示语（{none}）"
                "又优于等长乱语"
            )
        if pooled.decided:
            up = pooled.estimate > 0
            english[-1] += f"; nonsense itself {'helps' if up else 'harms'}"
            chinese[-1] += f"；乱语本身{'有益' if up else '有害'}"
    return Text(f"{'. '.join(english)}.", f"{'。'.join(chinese)}。")


def _ranked(tried: Tried, found: Findings, labels: Mapping[str, str], level: float) -> Table:
    rows = []
    for phrase, run in tried.items():
        reached = accuracy([run], level)
        gain, beyond = found.none.get(phrase), found.placebo.get(phrase)
        rows.append(
            {
                "phrase": phrase.text or LANGUAGES[phrase.language],
                "kind": NAMES[phrase.kind],
                "accuracy": reached.value,
                "interval": reached.interval,
                "gain": gain and gain.estimate,
                "p": gain and gain.p_corrected,
                "beyond": beyond and beyond.estimate,
                "p_beyond": beyond and beyond.p_corrected,
                "reasoned": _share_reasoned(run, labels.get(phrase.language, "")),
            }
        )
    share = f"{100 * (1 - level):.0f}"
    return Table(
        Text("Phrases by accuracy", "按正确率排列的提示语"),
        (
            Column("phrase", Text("phrase", "提示语")),
            Column("kind", Text("kind", "类别")),
            Column("accuracy", ACCURACY, "share"),
            Column("interval", INTERVAL, "share", spare=True),
            Column("gain", Text("to no phrase", "较无提示语"), "points"),
            Column("p", "p", "p"),
            Column("beyond", Text("to its nonsense", "较其乱语"), "points"),
            Column("p_beyond", "p", "p"),
            Column("reasoned", Text("reasoned", "有推理"), "share", spare=True),
        ),
        tuple(sorted(rows, key=lambda row: -float(row["accuracy"]))),
        Text(
            f"{share} % Wilson intervals; differences in points, p corrected after Holm over all "
            "comparisons. Reasoned: answers with a calculation, or of at least "
            f"{WORDS} words (Chinese characters), before any further question.",
            f"{share}% Wilson 区间；差异以百分点计，p 经 Holm 法对全部比较校正。有推理："
            f"在另起一题之前含算式或至少 {WORDS} 个词（汉字）的回答。",
        ),
    )


def _share_reasoned(run: Run, label: str) -> float | None:
    told = [one for item in run.items if (one := reasoned(item, label)) is not None]
    return sum(told) / len(told) if told else None


def _chart(tried: Tried, found: Findings, language: str, level: float) -> Chart:
    work = set(found.work)
    reached = {p: accuracy([run], level) for p, run in tried.items() if p.language == language}
    marks = [
        one.mark(
            phrase.text or NAMES["none"],
            series=NAMES[phrase.kind] if phrase.text else "",
            emphasis=phrase in work,
        )
        for phrase, one in sorted(reached.items(), key=lambda pair: -pair[1].value)
    ]
    name = LANGUAGES[language]
    return Chart(
        f"phrases-{language}",
        "dots",
        Text(
            f"Accuracy by the phrase that begins the answer, {name.en}",
            f"不同提示语下的正确率，{name.zh}",
        ),
        Text(
            f"{100 * (1 - level):.0f} % Wilson intervals; filled: shown to beat both no phrase and "
            "nonsense of its length.",
            f"{100 * (1 - level):.0f}% Wilson 区间；实心：被证明既优于无提示语又优于等长乱语。",
        ),
        Axis(Text("phrase", "提示语"), "text"),
        Axis(ACCURACY, "share"),
        tuple(marks),
        reference=(reached[Phrase("", language, "none")].value, NAMES["none"]),
    )


def _notes(setting: Setting, languages: Mapping[str, None]) -> tuple[Text, ...]:
    absent = [one for one in setting.knobs["languages"] if one not in languages]
    return tuple(
        Text(
            f"Left out: {LANGUAGES[one].en} phrases, since the recipe has no wording for them.",
            f"略去：{LANGUAGES[one].zh}提示语，因该方案没有相应的措辞。",
        )
        for one in absent
    )


EXPERIMENT = Experiment(
    name="magic-words",
    summary=Text(
        "Fourteen published trigger phrases, Chinese, misleading, irrelevant ones, and nonsense.",
        "十四句已发表的提示语、中文提示语、误导与无关的句子，以及乱语。",
    ),
    paper="Kojima et al. 2022 (arXiv:2205.11916)",
    benchmark="gsm8k",
    conduct=conduct,
    knobs=(
        Knob("languages", ("en", "zh"), "Languages of the phrases and prompts: en, zh."),
        Knob("tokens", 128, "Budget of the reasoning.", 1),
    ),
    limit=100,
)
