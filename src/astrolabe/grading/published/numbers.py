"""Published rules for numbers. Every one compares strings or floats, as its authors do.

"18.0" is not "18" under most of them. Sources:

- ``gsm8k-official``: openai/grade-school-math, ``dataset.py``.
- ``strict-match``, ``flexible-extract``, ``gsm8k-cot``, ``gsm8k-cot-sc``: lm-evaluation-harness
  0.4.13, ``tasks/gsm8k`` (tasks gsm8k, gsm8k_cot and gsm8k_cot_self_consistency).
- ``opencompass-number``: opencompass, ``datasets/gsm8k.py``. Commas are not removed from what the
  model says, so "1,234" is 234, as there.
- ``kojima-number``, ``kojima-few-shot-number``: kojima-takeshi188/zero_shot_cot, ``utils.py``; the
  second is also what the released DoLa code does for GSM8K.
- ``simple-evals-mgsm``: openai/simple-evals, ``mgsm_eval.py``, for English and Chinese.
"""

import math
import re
from collections.abc import Callable

from astrolabe.grading.rule import FormRule

_MARKED = re.compile(r"#### (\-?[0-9\.\,]+)")
_STATED = re.compile(r"The answer is (\-?[0-9\.\,]+).")
_STATED_TO_A_DIGIT = re.compile(r"The answer is (\-?[0-9\.\,]*[0-9]+)")
_ANY = re.compile(r"-?[$0-9.,]{2,}|-?[0-9]+")
_OPENCOMPASS = re.compile(r"\-?\d+\.\d+|\-?\d+")
_KOJIMA = re.compile(r"-?\d+\.?\d*")
_MGSM = re.compile(r"\d+\.?\d*")
_LM_EVAL_IGNORES = tuple(re.compile(p) for p in (",", r"\$", r"(?s).*#### ", r"\.$"))
_FEW_SHOT_TRIGGER = "The answer is"
_TOLERANCE = 1e-6


def _first(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    """Reads the first match's group."""

    def read(text: str) -> str | None:
        match = pattern.search(text)
        return match.group(1) if match else None

    return read


def _last(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    """Reads the last match."""

    def read(text: str) -> str | None:
        found = pattern.findall(text)
        return found[-1] if found else None

    return read


def _rule(read: Callable[[str], str | None], form: Callable[[str], str]) -> FormRule:
    """A rule that brings what it reads into a form; a run such as "..." or "$$" is no number."""

    def formed(text: str) -> str | None:
        found = read(text)
        return form(found) if found is not None and re.search("[0-9]", found) else None

    return FormRule(formed, form)


def _without_commas(number: str) -> str:
    return number.strip().replace(",", "")


def _lm_eval_form(number: str) -> str:
    for ignored in _LM_EVAL_IGNORES:
        number = ignored.sub("", number)
    return number.lower()


def _opencompass_read(text: str) -> str | None:
    return _last(_OPENCOMPASS)(text.split("Question:")[0])


def _opencompass_form(number: str) -> str:
    """A whole number as one; equal there is what differs by less than 1e-6 from a whole number."""
    try:
        value = float(number.replace(",", ""))
    except ValueError:  # a gold answer such as 1/2: nothing is equal to it there
        return number
    whole = math.isfinite(value) and abs(value - round(value)) < _TOLERANCE
    return str(round(value)) if whole else repr(value)


def _kojima_read(text: str) -> str | None:
    found = _KOJIMA.findall(text.replace(",", ""))
    return found[0] if found else None


def _kojima_few_shot_read(text: str) -> str | None:
    *before, text = text.split(_FEW_SHOT_TRIGGER)
    found = _KOJIMA.findall(text.replace(",", ""))
    return (found[0] if before else found[-1]) if found else None


def _kojima_form(number: str) -> str:
    return _without_commas(number).removesuffix(".")


def _mgsm_read(text: str) -> str | None:
    prefix = "Answer" if "Answer" in text else "答案"
    if prefix not in text:
        return None
    return _last(_MGSM)(text.split(prefix)[-1].replace(",", ""))


def _mgsm_form(number: str) -> str:
    number = number.rstrip(".").replace(",", "")
    return number.rstrip("0").rstrip(".") if "." in number else number


NUMBER_RULES = {
    "gsm8k-official": _rule(_first(_MARKED), _without_commas),
    "strict-match": _rule(_first(_MARKED), _lm_eval_form),
    "flexible-extract": _rule(_last(_ANY), _lm_eval_form),
    "gsm8k-cot": _rule(_first(_STATED), _lm_eval_form),
    "gsm8k-cot-sc": _rule(_first(_STATED_TO_A_DIGIT), _lm_eval_form),
    "opencompass-number": _rule(_opencompass_read, _opencompass_form),
    "kojima-number": _rule(_kojima_read, _kojima_form),
    "kojima-few-shot-number": _rule(_kojima_few_shot_read, _kojima_form),
    "simple-evals-mgsm": _rule(_mgsm_read, _mgsm_form),
}
