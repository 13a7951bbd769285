"""Any decoder-only transformers model, from a folder or a hub id: the white box."""

import contextlib
import logging
import os
import platform
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import torch
import transformers
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from astrolabe import polaris
from astrolabe.core.decoding import Dola
from astrolabe.core.errors import BadInput, Unsupported
from astrolabe.core.model import (
    Encoded,
    Exit,
    Exited,
    Generated,
    Generation,
    Reading,
    Scored,
    StateReading,
    States,
)
from astrolabe.core.prompt import Prompt
from astrolabe.decoding.dola import candidates
from astrolabe.engine import generate as shared_generate
from astrolabe.engine import plain
from astrolabe.engine import read as shared_read
from astrolabe.engine import score as shared_score
from astrolabe.engine.marks import Marks
from astrolabe.engine.memory import (
    MOST_ROWS,
    Budget,
    default_budget,
    free_bytes,
    kept_tokens,
    sizes,
)
from astrolabe.engine.selfcheck import TOLERANCE, self_check
from astrolabe.engine.tree import grow
from astrolabe.inside.head import Inside
from astrolabe.inside.taps import port
from astrolabe.models.encoding import encode, rendered_text
from astrolabe.models.identity import identify
from astrolabe.models.named import refuse_served

POLARIS = "polaris"
DTYPES = ("auto", "float32", "bfloat16", "float16")

_PROBE = (1, 2, 3, 1)
"""Token ids, known to any model, that are looked at with different tokens after them."""

log = logging.getLogger("astrolabe")
_Asked = TypeVar("_Asked")
_Answered = TypeVar("_Answered")


class LocalModel:
    """A transformers model on this machine. See `astrolabe.core.model.Model`."""

    def __init__(
        self, name: str, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase
    ) -> None:
        """Wrap a loaded model, identify it, and check that it can share prefixes.

        Raises:
            BadInput: when its outputs are not finite.
        """
        self.module = model.eval()
        self.inside = Inside(model)
        self.tokenizer = tokenizer
        self.identity = identify(name, model, tokenizer)
        self.vocabulary: int = model.get_output_embeddings().weight.shape[0]
        self.takes = sizes(model)
        self.budget: Budget = default_budget(model.device, self.takes, free_bytes(model.device))
        self.rows = MOST_ROWS
        self.check: float | None = None
        self.why_plain: str | None = None
        self.exit_check: float | None = None
        self._check_causal()
        self._check_sharing()

    def _check_causal(self) -> None:
        """What comes after a token may not change its log-prob, or every score is worthless."""
        pair = [Reading((*_PROBE, last, last), 1) for last in (0, self.vocabulary - 1)]
        first, second = (scored for _, scored in plain.score(self.inside, pair, self.budget))
        seen = range(len(_PROBE) - 1)
        moved = max(abs(first.logprobs[i] - second.logprobs[i]) for i in seen)
        if moved > TOLERANCE.get(self.module.dtype, 0.0):
            raise BadInput(
                f"model '{self.name}' ({type(self.module).__name__}) lets a token see those after "
                f"it (log-probs move by {moved:.2g} nats); give a decoder-only model"
            )

    def _check_sharing(self) -> None:
        """Share prefixes only where that is seen to give what the plain path gives."""
        why = ""
        for self.inside.narrows in (True, False):
            try:
                self.check = self_check(self.inside)
            except BadInput:
                raise
            except Unsupported as error:
                why = f"{error} cannot be shared between prompts"
                break
            except Exception as error:  # noqa: BLE001 - whatever nobody foresaw, plain may still work
                why = f"sharing fails with {type(error).__name__}: {error}"
                continue
            if self.check <= TOLERANCE.get(self.module.dtype, 0.0):
                return
            why = f"shared and plain log-probs differ by {self.check:.2g} nats"
        self._go_plain(why)

    def _go_plain(self, why: str) -> None:
        self.why_plain = why
        log.warning("%s: prefixes are not shared (%s); slower, same answers", self.name, why)

    @property
    def name(self) -> str:
        return self.identity.name

    @property
    def context_length(self) -> int:
        """See `Model`."""
        config = self.module.config.get_text_config()
        for key in ("max_position_embeddings", "n_positions", "max_seq_len"):
            if getattr(config, key, None):
                return int(getattr(config, key))
        return int(min(self.tokenizer.model_max_length, 2**20))

    def describe(self) -> dict[str, Any]:
        """See `Model`."""
        device = self.module.device
        hardware = platform.processor() or platform.machine()
        if device.type == "cuda":
            hardware = torch.cuda.get_device_name(device)
        return {
            "name": self.name,
            "weights": self.identity.weights,
            "tokenizer": self.identity.tokenizer,
            "architecture": type(self.module).__name__,
            "parameters": self.module.num_parameters(),
            "dtype": self.identity.dtype,
            "device": device.type,
            "hardware": hardware,
            "threads": torch.get_num_threads(),
            "attention": "prefix tree" if self.why_plain is None else f"plain ({self.why_plain})",
            "self_check_nats": self.check,
            "exit_check_logits": self.exit_check,
            "tokens_per_pass": self.budget.tokens,
            "logit_rows_per_pass": self.budget.rows,
            "rows_decoded_together": self.rows,
            "memory_halvings": self.budget.halvings,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        }

    def text(self, prompt: Prompt) -> str:
        """The prompt as one text, as the tokenizer will see it."""
        return rendered_text(self.tokenizer, prompt)

    def decode(self, tokens: Sequence[int]) -> str:
        """See `Model`."""
        text: str = self.tokenizer.decode(tokens, clean_up_tokenization_spaces=False)
        return text

    def encode(self, prompts: Sequence[Prompt]) -> list[Encoded]:
        """See `Model`."""
        encoded = encode(self.tokenizer, prompts)
        largest = max(
            (max(r.tokens) for e in encoded for r in (Reading(e.context, 0), *e.readings)),
            default=0,
        )
        if largest >= self.vocabulary:
            raise BadInput(
                f"model '{self.name}': its tokenizer gives id {largest}, but the model knows only "
                f"{self.vocabulary} tokens; tokenizer and weights do not belong together"
            )
        return encoded

    def exits(self, dola: Dola) -> tuple[Exit, ...]:
        """See `Model`."""
        self._check_exits()
        return candidates(dola, self.inside.depth, self.inside.tied)

    def _check_exits(self) -> None:
        """Early exits mean something only where the last of them gives the model's own logits."""
        if self.exit_check is None:
            try:
                self.exit_check = self.inside.check()
            except Unsupported as error:
                raise BadInput(f"model '{self.name}' is {error} cannot be read") from error

    def _check_sites(self, asked: Sequence[Reading | Generation | StateReading]) -> None:
        """Whether there is anything at the sites of all interventions, and at those to be read."""
        written = {one.site for request in asked for one in request.interventions}
        read = {s for request in asked if isinstance(request, StateReading) for s in request.sites}
        for sites, done in ((written, "written to"), (read, "read")):
            try:
                for site in sorted(sites):
                    port(self.inside.anatomy, site)
            except Unsupported as error:
                raise BadInput(f"model '{self.name}': {error} cannot be {done}") from error

    def score(self, readings: Sequence[Reading]) -> Iterator[tuple[int, Scored | Exited]]:
        """See `Model`.

        Raises:
            BadInput: when an early exit is wanted of a model that shows none.
        """
        if any(reading.exit for reading in readings):
            self._check_exits()
        self._check_sites(readings)
        return self._answer(
            readings,
            lambda asked: shared_score.score(self.inside, asked, self.budget),
            lambda asked: plain.score(self.inside, asked, self.budget),
        )

    def generate(self, generations: Sequence[Generation]) -> Iterator[tuple[int, Generated]]:
        """See `Model`.

        Raises:
            BadInput: as `exits`.
        """
        for dola in {generation.decoding.dola for generation in generations}:
            if dola:
                self.exits(dola)
        self._check_sites(generations)
        inside, tokenizer, budget = self.inside, self.tokenizer, self.budget

        def shared(asked: Sequence[Generation]) -> Iterator[tuple[int, Generated]]:
            self.rows = budget.decoded(self.slot_bytes(asked))
            return shared_generate.generate(inside, tokenizer, asked, budget, self.rows)

        return self._answer(
            generations, shared, lambda asked: plain.generate(inside, tokenizer, asked, budget)
        )

    def read(self, readings: Sequence[StateReading]) -> Iterator[tuple[int, States]]:
        """See `Model`."""
        self._check_sites(readings)
        return self._answer(
            readings,
            lambda asked: shared_read.read(self.inside, asked, self.budget),
            lambda asked: plain.read(self.inside, asked, self.budget),
        )

    def slot_bytes(self, generations: Sequence[Generation]) -> int:
        """What a row of `generations` (at least one) keeps of its own while it is decoded."""
        marks = Marks()
        nodes = grow([marks.symbols(g.tokens, len(g.tokens), g.interventions) for g in generations])
        own = kept_tokens(nodes, [generation.max_tokens for generation in generations])
        return own * self.takes.kept

    def _answer(
        self,
        asked: Sequence[_Asked],
        shared: Callable[[Sequence[_Asked]], Iterator[tuple[int, _Answered]]],
        not_shared: Callable[[Sequence[_Asked]], Iterator[tuple[int, _Answered]]],
    ) -> Iterator[tuple[int, _Answered]]:
        """Answers by the shared path; by the plain one where the model turns out not to share."""
        left = dict(enumerate(asked))
        if self.why_plain is None and left:
            try:
                for index, answer in shared(asked):
                    del left[index]
                    yield index, answer
            except Unsupported as error:
                self._go_plain(f"{error} cannot be shared between prompts")
        indices = list(left)
        for index, answer in not_shared(list(left.values())) if left else ():
            yield indices[index], answer


def load(name: str, dtype: str = "auto", device: str = "auto") -> LocalModel:
    """A model by name: ``polaris``, ``polaris-half``, a local folder, or a hub id.

    Args:
        name: What to load.
        dtype: ``auto`` is float32 on a CPU, the checkpoint's own type elsewhere.
        device: ``auto`` is CUDA, else MPS, else the CPU.

    Raises:
        BadInput: when there is no such model, or it is broken, or not decoder-only.
    """
    refuse_served(name)
    if dtype not in DTYPES:
        raise BadInput(f"unknown dtype '{dtype}'; there are {', '.join(DTYPES)}")
    place = str(polaris.MODELS.get(name, name))
    where = _device(device)
    folder = Path(place).expanduser()
    if folder.exists() or place.count("/") != 1 or place.startswith((".", "/", "~")):
        _check_folder(name, folder)
        place = str(folder)
    from_hub = "" if folder.exists() else "there is no folder of that name, and from the hub: "
    with _readable(name, from_hub), quiet():
        config = AutoConfig.from_pretrained(place)
        if config.is_encoder_decoder:
            raise BadInput(f"model '{name}' is an encoder-decoder; give a decoder-only model")
    with _readable(name, "its tokenizer is missing or broken: "), quiet():
        tokenizer = AutoTokenizer.from_pretrained(place)
    with _readable(name), quiet():
        model, loading = AutoModelForCausalLM.from_pretrained(
            place,
            dtype=_dtype(dtype, where),
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # so that they are listed, and refused below
        )
        model = model.to(where)
    missing = sorted(loading["missing_keys"])
    missing += sorted(key for key, *_ in loading["mismatched_keys"])
    if missing:
        raise BadInput(
            f"model '{name}': {len(missing)} weights are missing or of the wrong shape "
            f"(for example '{missing[0]}'); the checkpoint is incomplete or of another architecture"
        )
    return LocalModel(name, model, tokenizer)


def _check_folder(name: str, folder: Path) -> None:
    if not folder.is_dir():
        raise BadInput(
            f"model '{name}' is not a folder, and does not look like a hub id (owner/name); "
            f"give a folder with config.json, a hub id, or '{POLARIS}'"
        )
    if not (folder / "config.json").is_file():
        raise BadInput(f"model folder '{name}' has no config.json")


@contextlib.contextmanager
def _readable(name: str, what: str = "") -> Iterator[None]:
    """Turns whatever goes wrong while reading a checkpoint into one sentence.

    Args:
        what: Said before the cause.
    """
    try:
        yield
    except BadInput:
        raise
    # The libraries below raise many unrelated types for a broken or absent file; the cause is
    # passed on, and nothing but reading happens in this block.
    except Exception as error:
        cause = str(error).strip().splitlines() or [type(error).__name__]
        raise BadInput(f"model '{name}' cannot be loaded: {what}{cause[0].rstrip(' :')}") from error


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No progress bars, advice and notes on every retry while a model is read or written."""
    from huggingface_hub.utils import logging as hub_logging
    from transformers.utils import logging as their_logging

    level, hub_level = their_logging.get_verbosity(), hub_logging.get_verbosity()
    their_logging.set_verbosity_error()
    hub_logging.set_verbosity_error()
    their_logging.disable_progress_bar()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    try:
        yield
    finally:
        their_logging.set_verbosity(level)
        hub_logging.set_verbosity(hub_level)
        their_logging.enable_progress_bar()


def _device(device: str) -> torch.device:
    if device != "auto":
        try:
            found = torch.empty(0, device=device).device
            if found.type == "meta":
                raise BadInput("device 'meta' holds no numbers; use auto, cpu, cuda or mps")
            return found
        except (RuntimeError, AssertionError, ImportError) as error:
            cause = str(error).splitlines()[0].partition(". ")[0]
            raise BadInput(f"device '{device}' cannot be used: {cause}") from error
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def _dtype(dtype: str, device: torch.device) -> torch.dtype | str:
    if dtype != "auto":
        chosen: torch.dtype = getattr(torch, dtype)
        return chosen
    return torch.float32 if device.type == "cpu" else "auto"
