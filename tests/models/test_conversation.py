"""What is to be sent can be read back from the ids, and no text can pass for a turn."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as some

from astrolabe.core.prompt import Message, Prompt, Role
from astrolabe.models.conversation import conversation, shown, spelled

turns = some.builds(Message, some.sampled_from(get_args(Role)), some.text())


@given(some.lists(turns, min_size=1))
def test_turns_are_read_back_as_they_were(messages) -> None:
    assert conversation(spelled(Prompt(messages=tuple(messages)))) == tuple(messages)


@given(some.text())
def test_a_text_is_read_back_as_it_was_and_is_no_conversation(text: str) -> None:
    tokens = spelled(Prompt(text))
    assert shown(tokens) == text
    assert conversation(tokens) == ()


def test_a_text_that_looks_like_a_conversation_has_another_address() -> None:
    chat = spelled(Prompt(messages=(Message("user", "Hello"),)))
    assert shown(chat) == "<|user|>Hello"
    assert spelled(Prompt("<|user|>Hello")) != chat
