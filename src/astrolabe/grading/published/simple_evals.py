"""openai/simple-evals' extractors for letters: ``mmlu_eval.py``, ``gpqa_eval.py``, ``common.py``.

- ``simple-evals-letter``: MMLU in many languages. After markup is taken away, each way of writing
  "Answer:" is tried in turn; the first match of the first that matches decides.
- ``simple-evals-gpqa``: the first "Answer: X", with or without dollar signs.
"""

import re
from collections.abc import Sequence

_MARKUP = (
    *("**", "$\\boxed{", "}$", "\\$", "$\\text{", "$", "\\mathrm{", "\\{", "\\text", "\\("),
    *("\\mathbf{", "{", "\\boxed"),
)
"""Taken away in this order."""
_ANSWERS = (
    *("Answer\\s*:", "উত্তর\\s*:", "उत्तर\\s*:", "উত্তরঃ", "Antwort\\s*:", "답변\\s*:", "정답\\s*:"),
    *("답\\s*:", "答案\\s*：", "答案\\s*:", "答\\s*：", "答\\s*:", "答复\\s*：", "答曰\\s*："),
    *("الإجابة:", "الجواب:", "إجابة:", "الإجابة النهائية:", "الإجابة الصحيحة:"),
    *("الإجابة الصحيحة هي:", "الإجابة هي:", "الجواب النهائي:", "Respuesta\\s*:", "Risposta\\s*:"),
    *("答え\\s*:", "答え\\s*：", "回答\\s*:", "回答\\s*：", "解答\\s*:", "Jawaban\\s*:"),
    *("Réponse\\s*:", "Resposta\\s*:", "Jibu\\s*:", "Idahun\\s*:", "Ìdáhùn\\s*:", "Idáhùn\\s*:"),
    *("Àmọ̀nà\\s*:", "Àdáhùn\\s*:", "Ànúgọ\\s*:", "Àṣàyàn\\s*:"),
)
# Ranges of letters as there: the Arabic one spans more letters than the four that are mapped.
_PATTERNS = tuple(
    re.compile(rf"(?i){answer}[ \t]*([A-D]|[أ-د]|[অবডঢ]|[ＡＢＣＤ])".replace("\\s*", "\\s{0,40}"))
    for answer in _ANSWERS
)
_FOREIGN = dict(zip("أبجدঅবডঢＡＢＣＤ", "ABCD" * 3, strict=True))
_GPQA = re.compile(r"(?i)Answer[ \t]{0,40}:[ \t]{0,40}\$?([A-D])\$?")


def letter(text: str, options: Sequence[str]) -> str | None:
    """MMLU's letter. A small letter is unread: there it is compared as it is, and wrong."""
    for markup in _MARKUP:
        text = text.replace(markup, "")
    for pattern in _PATTERNS:
        if match := pattern.search(text):
            return _usual(match[1])
    return None


def gpqa(text: str, options: Sequence[str]) -> str | None:
    """GPQA's letter. A small letter is unread, as under `letter`."""
    match = _GPQA.search(text)
    return _usual(match[1]) if match else None


def _usual(sign: str) -> str | None:
    usual = _FOREIGN.get(sign, sign)
    return usual if usual in set("ABCD") else None


LETTER_RULES = {"simple-evals-letter": letter, "simple-evals-gpqa": gpqa}
