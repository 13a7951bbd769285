"""What went wrong with a server, in one sentence that says what to do."""

from collections.abc import Callable, Sequence

import openai

from astrolabe.core.errors import BadInput
from astrolabe.core.wording import did_you_mean

_GOES_ON = "what was answered is kept, and the same command goes on from there"
_LONGEST = 300
"""Characters that are quoted of what a server says."""


class Refusals:
    """Errors of the openai client as `BadInput`.

    Args:
        model: What the server was asked for.
        url: Of the server.
        key: Never quoted, whatever a server says; empty for none.
        models: Gives the names of the models that the server offers; may raise what the client
            raises.
    """

    def __init__(self, model: str, url: str, key: str, models: Callable[[], Sequence[str]]) -> None:
        self.model, self.url, self.key, self.models = model, url, key, models

    def told(self, error: openai.APIError, endpoint: str) -> BadInput:
        """The sentence for an error.

        Args:
            endpoint: Where it was met, such as ``/completions``.
        """
        server = f"the server at {self.url}"
        if isinstance(error, openai.APITimeoutError):
            return BadInput(f"{server} did not answer in time; {_GOES_ON}")
        if isinstance(error, openai.APIConnectionError):
            cause = f" ({error.__cause__})" if error.__cause__ else ""
            return BadInput(
                f"{server} cannot be reached{cause}; start it, or name another one as "
                f"api:MODEL@URL or in OPENAI_BASE_URL; {_GOES_ON}"
            )
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return BadInput(
                f"{server} does not accept the key; put yours into OPENAI_API_KEY, and the URL "
                "into OPENAI_BASE_URL (the key is sent to that server alone)"
            )
        words = self._quoted(_words(error))
        status = error.status_code if isinstance(error, openai.APIStatusError) else 0
        if status in (404, 405, 501):
            return self._not_found(endpoint, words)
        if status == 429:
            return BadInput(
                f"{server} takes no more requests now ({words}); wait, or raise your quota; "
                f"{_GOES_ON}"
            )
        if status >= 500:
            return BadInput(f"{server} failed ({words}); {_GOES_ON}")
        if "context" in words.casefold():
            return BadInput(
                f"a prompt and its answer do not fit into the context of model '{self.model}' "
                f"({words}); ask for fewer shots or for fewer tokens with --max-tokens"
            )
        return BadInput(f"{server} does not take what it was asked ({words})")

    def _not_found(self, endpoint: str, words: str) -> BadInput:
        """Whether it is the model that is not there, or the endpoint."""
        try:
            offered = list(self.models())
        except openai.APIError:
            offered = []
        if offered and self.model not in offered:
            return BadInput(
                f"the server at {self.url} has no model '{self.model}'"
                f"{did_you_mean(self.model, offered)}; it has {', '.join(offered[:20])}"
            )
        if endpoint == "/completions":
            return BadInput(
                f"the server at {self.url} takes no plain text for model '{self.model}' ({words}); "
                "send messages with --template turns or --template single"
            )
        return BadInput(
            f"the server at {self.url} has no {endpoint}, or no model '{self.model}' ({words}); "
            "most servers' URLs end in /v1"
        )

    def no_answer(self, reply: object) -> BadInput:
        """The sentence for something that is no answer at all."""
        return BadInput(
            f"the server at {self.url} does not answer as OpenAI's API does "
            f"({self._quoted(str(reply))}); give the URL of an OpenAI-compatible server, most end "
            "in /v1"
        )

    def _quoted(self, words: str) -> str:
        words = " ".join((words.replace(self.key, "***") if self.key else words).split())
        return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def _words(error: openai.APIError) -> str:
    """What the server said; where it did not say it as OpenAI's does, all that it sent."""
    said = error.body
    if said is None or (isinstance(said, dict) and "message" in said):
        return error.message
    return f"{error.message}: {said}"
