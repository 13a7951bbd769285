"""What phrases at the beginning of an answer do: from runs to findings, corrected together."""

from collections.abc import Mapping
from dataclasses import dataclass

from astrolabe.core.run import Run
from astrolabe.studies.deciding import Planned, decided
from astrolabe.studies.outcome import Expects, Finding, Text
from astrolabe.studies.phrases import HELPFUL, Phrase

LANGUAGES = {"en": Text("English", "英文"), "zh": Text("Chinese", "中文")}

Tried = Mapping[Phrase, Run]


@dataclass(frozen=True)
class Findings:
    """The planned comparisons, corrected together.

    Attributes:
        none: Each phrase that says something against no phrase in its language.
        placebo: Each phrase that asks for reasoning against nonsense of its length.
        nonsense: All nonsense of a language together against no phrase.
    """

    none: Mapping[Phrase, Finding]
    placebo: Mapping[Phrase, Finding]
    nonsense: Mapping[str, Finding]

    @property
    def all(self) -> tuple[Finding, ...]:
        return (*self.none.values(), *self.placebo.values(), *self.nonsense.values())

    @property
    def work(self) -> tuple[Phrase, ...]:
        """Phrases that are shown to beat both no phrase and nonsense of their length."""
        shown = [phrase for phrase, one in self.placebo.items() if one.outcome == "shown"]
        return tuple(phrase for phrase in shown if self.none[phrase].outcome == "shown")


def findings(tried: Tried, level: float) -> Findings:
    """From runs to what they decide; computes nothing anew."""
    bare = {p.language: run for p, run in tried.items() if p.kind == "none"}
    placebos = {(p.language, p.of): run for p, run in tried.items() if p.kind == "placebo"}
    meant = [p for p in tried if p.kind not in ("none", "placebo")]
    helpful = [p for p in meant if p.kind in HELPFUL]
    planned = [
        Planned(
            Text(f"“{p.text}” against no phrase", f"“{p.text}”对无提示语"),
            [bare[p.language]],
            [tried[p]],
            _expects(p),
        )
        for p in meant
    ]
    planned += [
        Planned(
            Text(f"“{p.text}” against nonsense of its length", f"“{p.text}”对等长乱语"),
            [placebos[p.language, p.text]],
            [tried[p]],
        )
        for p in helpful
    ]
    planned += [
        Planned(
            Text(
                f"all {LANGUAGES[language].en} nonsense against no phrase",
                f"所有{LANGUAGES[language].zh}乱语对无提示语",
            ),
            [run],
            [other for (spoken, _), other in placebos.items() if spoken == language],
            "same",
        )
        for language, run in bare.items()
    ]
    found = iter(decided(planned, level))
    return Findings(
        {p: next(found) for p in meant},
        {p: next(found) for p in helpful},
        {language: next(found) for language in bare},
    )


def _expects(phrase: Phrase) -> Expects:
    return "higher" if phrase.kind in HELPFUL else "same"
