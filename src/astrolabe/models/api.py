"""Any OpenAI-compatible server as a model: it writes; nothing inside it can be seen.

Plain text goes to ``/completions``, messages to ``/chat/completions``, by the openai client.
Neither gives log-probs of a text that the model did not write, so options cannot be scored.
"""

import os
import re
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any, NoReturn
from urllib.parse import urlsplit

import openai
from openai.types import Completion, CompletionChoice
from openai.types.chat import ChatCompletion
from openai.types.chat.chat_completion import Choice

from astrolabe.core.decoding import Dola
from astrolabe.core.errors import BadInput
from astrolabe.core.model import (
    Encoded,
    Exited,
    Finish,
    Generated,
    Generation,
    ModelIdentity,
    Reading,
    Scored,
    StateReading,
)
from astrolabe.core.prompt import Prompt
from astrolabe.models.conversation import conversation, shown, spelled
from astrolabe.models.named import API
from astrolabe.models.parallel import in_parallel
from astrolabe.models.refusals import Refusals

OPENAI = "https://api.openai.com/v1"
"""The server when none is named."""

AT_ONCE = 8
"""Requests under way together; enough to fill a server's batch, few enough for most quotas."""

TRIES = 6
"""How often a request is sent while the server is busy or fails, with growing pauses between."""

NEWER = "max_completion_tokens"
"""What OpenAI's newer models call the budget; other servers know ``max_tokens`` only."""

MOST_STOPS = 4
"""Stop texts that OpenAI's API takes; answers are cut at every one of them in any case."""

_NO_KEY = "none"
"""The client wants a key also for servers that want none."""

_NAME = re.compile(rf"{API}(?P<model>.+?)(?:@(?P<url>https?://.*))?")

_Reply = Completion | ChatCompletion


class ApiModel:
    """A model behind a server. See `astrolabe.core.model.Model`.

    Its token ids are characters (`astrolabe.models.conversation`), since its tokenizer is not
    known.
    """

    def __init__(self, name: str, model: str, client: openai.OpenAI) -> None:
        """Nothing is sent yet.

        Args:
            name: What the user called it.
            model: What the server calls it.
        """
        self.model = model
        self.url = str(client.base_url).rstrip("/")
        self.client = client
        self.identity = ModelIdentity(
            name=name,
            weights=f"unknown: '{model}' as served by {self.url}",
            tokenizer="unknown",
            dtype="unknown",
        )
        key = "" if client.api_key == _NO_KEY else client.api_key
        self._refusals = Refusals(model, self.url, key, self._offered)
        self._budget = "max_tokens"
        self._served: set[str] = set()
        self._fingerprints: set[str] = set()
        self._withheld = 0
        self._noting = Lock()

    @property
    def name(self) -> str:
        return self.identity.name

    @property
    def context_length(self) -> None:
        """See `Model`."""
        return None

    def describe(self) -> dict[str, Any]:
        """See `Model`. What the server said of itself is of the answers that were asked for since
        the model was named."""
        return {
            "name": self.name,
            "engine": "api",
            "weights": self.identity.weights,
            "tokenizer": self.identity.tokenizer,
            "dtype": self.identity.dtype,
            "base_url": self.url,
            "asked_for": self.model,
            "served": sorted(self._served),
            "system_fingerprints": sorted(self._fingerprints),
            "withheld_by_filter": self._withheld,
            "prompts_counted_in": "characters",
            "openai": openai.__version__,
        }

    def text(self, prompt: Prompt) -> str:
        """See `Model`."""
        return shown(spelled(prompt))

    def decode(self, tokens: Sequence[int]) -> str:
        """See `Model`."""
        return shown(tokens)

    def encode(self, prompts: Sequence[Prompt]) -> list[Encoded]:
        """See `Model`.

        Raises:
            BadInput: for options to be scored, and for an answer that is to be begun.
        """
        for prompt in prompts:
            if prompt.continuations:
                self._refuse_scoring()
            if prompt.prefix:
                raise BadInput(
                    f"the answer is to begin with '{prompt.prefix}', but in a chat the server of "
                    f"model '{self.name}' begins every answer itself; use template 'off' if it "
                    "takes plain text, or a model on this machine"
                )
        return [Encoded(spelled(prompt), ()) for prompt in prompts]

    def exits(self, dola: Dola) -> NoReturn:
        """See `Model`.

        Raises:
            BadInput: always.
        """
        raise BadInput(
            f"DoLa contrasts layers, and those of model '{self.name}' are behind a server; leave "
            "out DoLa, or use a model on this machine"
        )

    def score(self, readings: Sequence[Reading]) -> Iterator[tuple[int, Scored | Exited]]:
        """See `Model`.

        Raises:
            BadInput: when there is anything to be scored.
        """
        if readings:
            self._refuse_scoring()
        return iter(())

    def read(self, readings: Sequence[StateReading]) -> NoReturn:
        """Refused: a server shows no states.

        Raises:
            BadInput: always.
        """
        raise BadInput(
            f"model '{self.name}': a server shows nothing of the model's inside, so no states can "
            "be read; load the model itself, from a folder or a hub id"
        )

    def _refuse_scoring(self) -> NoReturn:
        raise BadInput(
            f"model '{self.name}' is behind a server, which gives no log-probs of options; use "
            "scoring 'generated' (--scoring generated, or a benchmark whose answers are written, "
            "such as gsm8k), or a model on this machine"
        )

    def generate(self, generations: Sequence[Generation]) -> Iterator[tuple[int, Generated]]:
        """See `Model`.

        A server says "stop" both of a stop text and of the end token, unless it tells which, as
        vLLM does; where stop texts were given, it is then taken for one of those. What a server's
        content filter withholds counts as ended there.

        Raises:
            BadInput: for what a server cannot do, and for whatever goes wrong with it.
        """
        for generation in generations:
            if generation.decoding.dola:
                self.exits(generation.decoding.dola)
            if generation.interventions:
                raise BadInput(
                    f"nothing can be changed inside model '{self.name}': it is behind a server; "
                    "use a model on this machine"
                )
            if generation.decoding.repetition_penalty != 1:
                raise BadInput(
                    f"model '{self.name}' is behind an API that has no repetition penalty; leave "
                    "it at 1, or use a model on this machine"
                )
        return in_parallel(lambda index: self._asked(generations[index]), len(generations), AT_ONCE)

    def _asked(self, generation: Generation) -> Generated:
        """One answer."""
        turns = conversation(generation.tokens)
        endpoint = "/chat/completions" if turns else "/completions"
        try:
            return self._read(self._reply(generation, self._budget), generation)
        except openai.BadRequestError as error:
            # In a chat, OpenAI's newer models know the budget by another name only, and say so.
            if self._budget == NEWER or NEWER not in str(error):
                raise self._refusals.told(error, endpoint) from error
        except openai.APIError as error:
            raise self._refusals.told(error, endpoint) from error
        self._budget = NEWER
        return self._asked(generation)

    def _reply(self, generation: Generation, budget: str) -> object:
        """What the server sends back."""
        decoding = generation.decoding
        wishes: dict[str, Any] = {
            "model": self.model,
            "temperature": decoding.temperature,
            budget: generation.max_tokens,
        }
        if decoding.temperature:
            wishes |= {"top_p": decoding.top_p, "seed": decoding.seed}
        if generation.stops:
            wishes["stop"] = list(generation.stops[:MOST_STOPS])
        if turns := conversation(generation.tokens):
            wishes["messages"] = [{"role": turn.role, "content": turn.content} for turn in turns]
            return self.client.chat.completions.create(**wishes)
        return self.client.completions.create(prompt=shown(generation.tokens), **wishes)

    def _read(self, reply: object, generation: Generation) -> Generated:
        """An answer from what came back."""
        if not isinstance(reply, _Reply) or not reply.choices or reply.usage is None:
            raise self._refusals.no_answer(reply)
        choice = reply.choices[0]
        with self._noting:
            self._served.add(reply.model)
            if reply.system_fingerprint:
                self._fingerprints.add(reply.system_fingerprint)
            self._withheld += choice.finish_reason == "content_filter"
        whole = (choice.message.content if isinstance(choice, Choice) else choice.text) or ""
        text = _cut(whole, generation.stops)
        finish = "stop" if text != whole else self._finish(choice, generation.stops)
        return Generated(text, reply.usage.completion_tokens, finish)

    def _finish(self, choice: Choice | CompletionChoice, stops: Sequence[str]) -> Finish:
        if choice.finish_reason == "length":
            return "length"
        if choice.finish_reason not in ("stop", "content_filter"):
            raise self._refusals.no_answer(f"it ended for the reason '{choice.finish_reason}'")
        told = choice.model_extra or {}
        at_a_text = isinstance(told["stop_reason"], str) if "stop_reason" in told else bool(stops)
        return "stop" if at_a_text else "eos"

    def _offered(self) -> list[str]:
        return [model.id for model in self.client.models.list()]


def _cut(text: str, stops: Sequence[str]) -> str:
    """`text` up to the first of the stop texts."""
    found = [place for place in map(text.find, stops) if place >= 0]
    return text[: min(found, default=len(text))]


def connect(name: str) -> ApiModel:
    """A model behind a server; nothing is sent yet.

    The key of ``OPENAI_API_KEY`` goes to the server of ``OPENAI_BASE_URL`` (OpenAI's, when that is
    not set) and to no other, so that a study file cannot send it elsewhere. It is never recorded.

    Args:
        name: ``api:MODEL``, for that server, or ``api:MODEL@URL``.

    Raises:
        BadInput: when no model is named, or the URL is none or holds secrets.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise BadInput(f"'{name}' names no model; give api:MODEL, or api:MODEL@URL")
    usual = (os.environ.get("OPENAI_BASE_URL") or OPENAI).rstrip("/")
    url = (found["url"] or usual).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(
            f"'{url}' is no address of a server; give one such as http://localhost:8000/v1"
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise BadInput(
            f"the URL of the server at {parts.hostname} holds more than an address, and would be "
            "recorded; put the key into OPENAI_API_KEY"
        )
    key = os.environ.get("OPENAI_API_KEY") if url == usual else None
    client = openai.OpenAI(base_url=url, api_key=key or _NO_KEY, max_retries=TRIES - 1)
    return ApiModel(name, found["model"], client)
