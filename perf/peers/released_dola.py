"""The released DoLa code, answering measurements and questions asked on stdin.

Runs under a Python of its own (``released_dola.txt`` says how to make it) with a checkout of
https://github.com/voidism/DoLa, given by ``--code``; nothing of either is ours. The model is loaded
once; then every line on stdin is a JSON request, and every line on stdout its JSON reply
(`Peer.answer`).

The repository's ``DoLa.lm_score`` and ``DoLa.generate`` run as they are, in the ``transformers``
bundled with them. What stands around them here is a tokenizer whose texts are token ids, and a
generation config without any end-of-text.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal, TextIO

Mode = Literal["baseline", "dola-static", "dola"]
Layers = dict[int, int]
"""How often each candidate layer was chosen."""

BUNDLED = Path("transformers-4.28.1", "src")
"""Where a checkout keeps its own transformers."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="folder of a Llama")
    parser.add_argument("--code", required=True, type=Path, help="checkout of voidism/DoLa")
    parser.add_argument("--threads", required=True, type=int)
    asked = parser.parse_args()
    replies = _keep_stdout_for_replies()
    peer = Peer(asked.model, asked.code, asked.threads)
    for line in sys.stdin:
        replies.write(json.dumps(peer.answer(**json.loads(line))) + "\n")
        replies.flush()


def _keep_stdout_for_replies() -> TextIO:
    """The real stdout; whatever else prints goes to stderr from now on."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return replies


class Peer:
    """A loaded model, asked in JSON."""

    def __init__(self, model: str, code: Path, threads: int) -> None:
        use(code)
        import torch
        from transformers import LlamaForCausalLM

        torch.set_num_threads(threads)
        self.code = code
        # Rotary frequencies are no weights to transformers 5, so 4.28.1 misses them and says so.
        self.dola = Released(LlamaForCausalLM.from_pretrained(model, torch_dtype=torch.float32))

    def answer(self, do: Literal["score", "generate"], **asked: Any) -> dict[str, Any]:
        """Answer one request.

        Args:
            do: ``score`` or ``generate``.
            asked: ``items``, pairs of prefix and continuation, and the rest of `Released.score`'s
                arguments; or ``prompts`` and the rest of `Released.generate`'s.

        Returns:
            ``seconds`` spent in the released code, ``versions``, ``layers`` (counts of the chosen
            layers of each item, or null) and ``logprobs`` or ``ids``, one of each item.
        """
        self.dola.seconds = 0.0
        found: list[tuple[Any, Layers | None]]
        if do == "score":
            items = asked.pop("items")
            found = [self.dola.score(prefix, scored, **asked) for prefix, scored in items]
        else:
            prompts = asked.pop("prompts")
            found = [self.dola.generate(prompt, **asked) for prompt in prompts]
        return {
            "seconds": self.dola.seconds,
            "logprobs" if do == "score" else "ids": [result for result, _ in found],
            "layers": [layers for _, layers in found],
            "versions": versions(self.code),
        }


def use(code: Path) -> None:
    """Let a checkout and its bundled transformers be imported, before anything imports those.

    Raises:
        FileNotFoundError: when there is no such checkout.
    """
    folders = (code, code / BUNDLED)
    for needed in (code / "dola.py", code / BUNDLED / "transformers" / "__init__.py"):
        if not needed.exists():
            raise FileNotFoundError(f"no '{needed}'; is --code a checkout of voidism/DoLa?")
    os.environ["HF_HUB_OFFLINE"] = "1"
    sys.path[:0] = [str(folder.resolve()) for folder in folders]


def versions(code: Path) -> dict[str, str]:
    """What ran: the checkout's commit, and versions."""
    git = ["git", "-C", str(code), "rev-parse", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    names = ("numpy", "torch", "transformers")
    return {"dola": commit} | {name: str(import_module(name).__version__) for name in names}


class Released:
    """The repository's own ``DoLa`` around a Llama, asked with token ids.

    Attributes:
        seconds: Wall time spent in the repository's methods so far.
    """

    def __init__(self, model: Any) -> None:
        """Make the object without its loader, which wants a tokenizer's folder.

        Args:
            model: The bundled transformers' ``LlamaForCausalLM``, on the CPU.
        """
        from transformers import GenerationConfig

        self.seconds = 0.0
        model.generation_config = GenerationConfig()
        # In mode dola-static, `DoLa.generate` hands ``premature_layer`` to a ``generate`` that
        # knows it as ``base_layer`` and refuses other names; but names in a config pass.
        model.generation_config.premature_layer = None
        kind = import_module("dola").DoLa
        self._dola = kind.__new__(kind)
        self._dola.model = model.eval()
        self._dola.tokenizer = _Numbers()
        self._dola.device = "cpu"
        self._dola.stopping_criteria = None

    def score(
        self,
        prefix: Sequence[int],
        continuation: Sequence[int],
        mode: Mode,
        mature: int | None = None,
        premature: int | None = None,
        candidates: Sequence[int] = (),
        relative_top: float = 0.1,
        post_softmax: bool = True,
    ) -> tuple[float, Layers | None]:
        """Sum of a continuation's scores, from ``DoLa.lm_score``.

        Args:
            prefix: Token ids before the continuation, at least one.
            continuation: Token ids scored.
            mode: ``baseline`` reads nothing but the model's last layer; ``dola-static`` contrasts
                it with `premature`; ``dola`` with that of `candidates` which is farthest from it.
            mature: Index into the hidden states; the number of layers is the model's output.
            premature: Index into the hidden states; 0 is the embeddings.
            candidates: Indices into the hidden states.
            relative_top: Tokens below this share of the likeliest one's probability get -1000.
            post_softmax: Whether the differences are normalised before that.

        Returns:
            The sum in nats, and in mode ``dola`` how often each layer was chosen.
        """
        texts = _written(prefix), _written(continuation)
        start = time.perf_counter()
        total, layers = self._dola.lm_score(
            *texts,
            mode=mode,
            mature_layer=mature,
            premature_layer=premature,
            candidate_premature_layers=list(candidates),
            relative_top=relative_top,
            post_softmax=post_softmax,
        )
        self.seconds += time.perf_counter() - start
        return total, layers

    def generate(
        self,
        prompt: Sequence[int],
        max_tokens: int,
        mode: Mode,
        mature: int | None = None,
        premature: int | None = None,
        candidates: Sequence[int] = (),
        relative_top: float = 0.1,
        repetition_penalty: float = 1.0,
    ) -> tuple[list[int], Layers | None]:
        """Exactly `max_tokens` token ids, greedily, from ``DoLa.generate``.

        Args:
            repetition_penalty: The repository's scripts take 1.0 for ``baseline``, 1.2 otherwise.

        Returns:
            The ids, and in mode ``dola`` how often each layer was chosen.
        """
        text = _written(prompt)
        start = time.perf_counter()
        found, layers = self._dola.generate(
            text,
            max_new_tokens=max_tokens,
            mode=mode,
            mature_layer=mature,
            premature_layer=premature,
            base_layer=premature if mode == "dola-static" else None,
            candidate_premature_layers=list(candidates),
            relative_top=relative_top,
            repetition_penalty=float(repetition_penalty),
            do_sample=False,
            verbose=False,
        )
        self.seconds += time.perf_counter() - start
        return _read(found), layers


class _Numbers:
    """A tokenizer whose texts are token ids, each followed by a space."""

    def __call__(self, text: str, return_tensors: str) -> SimpleNamespace:
        import torch

        assert return_tensors == "pt"
        return SimpleNamespace(input_ids=torch.tensor([_read(text)]))

    def decode(self, ids: Any, skip_special_tokens: bool) -> str:
        return _written(ids.tolist())


def _written(ids: Sequence[int]) -> str:
    return "".join(f"{token} " for token in ids)


def _read(text: str) -> list[int]:
    return [int(word) for word in text.split()]


if __name__ == "__main__":
    main()
