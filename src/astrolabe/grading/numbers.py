"""Rules that read a number from generated text (GSM8K).

Every rule compares strings, as its authors do: "18.0" is not "18". Two rules are
lm-evaluation-harness 0.4.13's (``tasks/gsm8k/gsm8k.yaml``, ``filters/extraction.py``,
``api/metrics.py``), one is openai/grade-school-math's (``dataset.py``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_MARKED = re.compile(r"#### (\-?[0-9\.\,]+)")
_ANY = re.compile(r"(-?[$0-9.,]{2,})|(-?[0-9]+)")
_LM_EVAL_IGNORES = tuple(re.compile(p) for p in (",", r"\$", r"(?s).*#### ", r"\.$"))


@dataclass(frozen=True)
class NumberRule:
    """How a number is found in a text, and the form in which it is compared.

    Attributes:
        find: The passage of a text that holds the number; `None` when there is none.
        form: The form of a found passage, and of the gold answer, in which both are compared.
    """

    find: Callable[[str], str | None]
    form: Callable[[str], str]

    def read(self, text: str) -> str | None:
        """The number in `text`, in the compared form; `None` when there is none.

        The authors' patterns also match runs such as "..." or "$$". These hold no number: they
        are unread here, and wrong there, which is the same to the accuracy.
        """
        found = self.find(text)
        return self.form(found) if found is not None and re.search(r"[0-9]", found) else None


def _first_marked(text: str) -> str | None:
    match = _MARKED.search(text)
    return match.group(1) if match else None


def _last(text: str) -> str | None:
    found = None
    for match in _ANY.finditer(text):
        found = match.group()
    return found


def _without_commas(number: str) -> str:
    return number.strip().replace(",", "")


def _lm_eval_form(number: str) -> str:
    for ignored in _LM_EVAL_IGNORES:
        number = ignored.sub("", number)
    return number.lower()


NUMBER_RULES: dict[str, NumberRule] = {
    "gsm8k-official": NumberRule(_first_marked, _without_commas),
    "strict-match": NumberRule(_first_marked, _lm_eval_form),
    "flexible-extract": NumberRule(_last, _lm_eval_form),
}
