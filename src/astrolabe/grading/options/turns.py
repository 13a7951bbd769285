"""The part of a text that answers the question asked, and not one that the writer invents.

Models go on: to the next question of an exam, to the next turn of a talk. Only what stands before
is the answer. A talk in which the first turn only asks back goes on about the same question, until
its invented user asks another.
"""

import re
from collections.abc import Iterator, Sequence

from astrolabe.grading.options.texts import begins_with
from astrolabe.grading.plain import own_answer

_USER = (
    r"(?:<\|(?:im_start|start_header_id)\|>\s?)?(?:user|human|用户|问)\s?(?::|\n|<\|)"
    r"|<\|user\|>|\[INST\]"
)
_MODEL = (
    r"(?:<\|(?:im_start|start_header_id)\|>\s?)?(?:assistant|model|bot|ai|助手|答)\s?(?::|\n"
    r"|<\|end_header_id\|>)"
    r"|<\|assistant\|>|\[/INST\]"
)
_BY_USER = re.compile(rf"(?:\A|\n)\s{{0,4}}(?:{_USER})", re.IGNORECASE)
_BY_MODEL = re.compile(rf"(?:\A|\n)\s{{0,4}}(?:{_MODEL})", re.IGNORECASE)
_ASKS_ANEW = re.compile(
    r"\s*(?:which|what|who|where|when|how|why|is|are|can|do|does|下列|以下|哪|什么|谁|请)|.{60}"
    r"|.*\n\s*\(?A[.):、]",
    re.IGNORECASE | re.DOTALL,
)
_NEW_QUESTION = re.compile(
    r"\n\s{0,4}(?:\d{1,3}[.)、]\s?)?(?:(?:Which|What|Who|Where|When|How (?:many|much|long"
    r"|far))\b[^\n]{12,300}\?"
    r"|(?:下列|以下|哪)[^\n]{4,200}(?:\?|是|[:]|\([ \u3000]{0,6}\)\.?))[ \t]{0,4}(?:\n|$)"
)
"""A line that is a question of an exam."""
_FOREIGN = re.compile(
    r"(?:^|\n)[^\n]{0,300}(?:\?|_{2,}[.:]?|\(\s{0,4}\)[.:]?)[ \t]{0,4}\n{1,2}"
    r"[ \t]{0,4}\(?A[.):、][ \t]?(?P<a>[^\n]{1,120})"
    r"\n[ \t]{0,4}\(?B[.):、][ \t]?(?P<b>[^\n]{1,120})"
    r"(?:\n[ \t]{0,4}\(?C[.):、][ \t]?(?P<c>[^\n]{1,120}))?"
)
"""A question and the list of its options, each on a line."""


def turns(text: str, options: Sequence[str]) -> list[str]:
    """What the model says in plain text, turn by turn; mostly there is one."""
    return [_without_foreign(own_answer(turn), options) for turn in _turns(text)] or [""]


def before_new_questions(turn: str) -> Iterator[str]:
    """A turn up to each line that is a question of an exam, and the whole of it."""
    for question in _NEW_QUESTION.finditer(turn):
        if turn[: question.start()].strip():
            yield turn[: question.start()]
    yield turn


def _turns(text: str) -> Iterator[str]:
    """What the model says, turn by turn, until its invented user asks something else."""
    first = _BY_MODEL.search(text) if _BY_USER.match(text) else None
    text = text[first.end() :] if first else text
    while text:
        user = _BY_USER.search(text)
        yield text[: user.start()] if user else text
        model = _BY_MODEL.search(text, user.end()) if user else None
        if user is None or model is None or _ASKS_ANEW.match(text[user.end() : model.start()]):
            return
        text = text[model.end() :]


def _without_foreign(text: str, options: Sequence[str]) -> str:
    """A text up to a question behind the answer that comes with a list of other options."""
    for listed in _FOREIGN.finditer(text):
        bodies = [listed[name] for name in ("a", "b", "c") if listed[name]]
        own = any(begins_with(body, 0, option) for body in bodies for option in options)
        before = text[: listed.start()]
        if not own and before.strip():
            return before
    return text
