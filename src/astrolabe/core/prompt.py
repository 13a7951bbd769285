"""`Prompt`: what will be said to a model, before any tokenizer has seen it."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True)
class Prompt:
    """A rendered question.

    Exactly one of `text` and `messages` is set: plain text goes to the model as it is, messages go
    through the model's own chat template.

    Attributes:
        text: Plain text up to the point where the answer begins.
        messages: Turns for the chat template; the last one is the user's.
        prefix: Start of the assistant's turn, put into the model's mouth (chat only).
        continuations: Texts to be scored as what follows; empty when an answer is generated.
        stops: Texts that end a generated answer.
        shots: Ids of the exemplars shown, in order.
        order: Original index of each option as shown; empty without options.
        bos: Whether the tokenizer's opening token, if it has one, stands before plain text.
        seam: Characters at the end of the text that count to a continuation; `None` for any white
            space.
    """

    text: str | None = None
    messages: tuple[Message, ...] = ()
    prefix: str = ""
    continuations: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    shots: tuple[str, ...] = ()
    order: tuple[int, ...] = ()
    bos: bool = True
    seam: str | None = None
