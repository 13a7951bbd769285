"""Reads a model with plain transformers: nothing of the instruments that are checked against it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

AT_ONCE = 64
"""Texts in one batch."""


class Reader:
    """A model of a folder in the plain transformers layout, in float32 on the CPU."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self.model = AutoModelForCausalLM.from_pretrained(folder).eval()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)

    def choose(self, prompts: Sequence[str], options: Sequence[Sequence[str]]) -> list[int]:
        """Place of the likeliest continuation of each prompt, by the sum of its log-probs."""
        texts = [(p, p + o) for p, some in zip(prompts, options, strict=True) for o in some]
        scores = iter(self._log_probs(texts))
        chosen = []
        for some in options:
            found = [next(scores) for _ in some]
            chosen.append(found.index(max(found)))
        return chosen

    def write(
        self, prompts: Sequence[str], tokens: int, stop: str, temperature: float = 0.0
    ) -> list[str]:
        """What follows each prompt, up to `stop`; greedy, or drawn at a temperature."""
        import torch

        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
        written = [""] * len(prompts)
        choice = {"do_sample": True, "temperature": temperature, "top_k": 0}
        for start in range(0, len(order), AT_ONCE):
            some = order[start : start + AT_ONCE]
            batch = self.tokenizer(
                [prompts[i] for i in some],
                return_tensors="pt",
                padding=True,
                padding_side="left",
                return_token_type_ids=False,
            )
            with torch.inference_mode():
                out = self.model.generate(
                    **batch,
                    max_new_tokens=tokens,
                    tokenizer=self.tokenizer,
                    **(choice if temperature else {"do_sample": False}),
                )
            for i, ids in zip(some, out[:, batch["input_ids"].shape[1] :], strict=True):
                text = self.tokenizer.decode(ids, skip_special_tokens=True)
                written[i] = text.split(stop)[0]
        return written

    def _log_probs(self, texts: Sequence[tuple[str, str]]) -> list[float]:
        """Log-prob of what each whole text has beyond its prompt, in nats."""
        import torch

        begins = [len(self.tokenizer(prompt)["input_ids"]) for prompt, _ in texts]
        wholes = [tuple(self.tokenizer(whole)["input_ids"]) for _, whole in texts]
        # Options of one token share all that stands before it.
        sharing: dict[tuple[int, ...], list[int]] = {}
        for i, ids in enumerate(wholes):
            sharing.setdefault(ids[:-1], []).append(i)
        rows = sorted(sharing, key=len)
        found = [0.0] * len(texts)
        unembed = self.model.get_output_embeddings()
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            with torch.inference_mode():
                states = self.model.base_model(
                    input_ids=self._padded(some), use_cache=False
                ).last_hidden_state
                for state, row in zip(states, some, strict=True):
                    first = min(begins[i] for i in sharing[row]) - 1
                    logs = unembed(state[first : len(row)]).log_softmax(-1)
                    for i in sharing[row]:
                        own = torch.tensor(wholes[i][begins[i] :])
                        places = torch.arange(len(own)) + begins[i] - 1 - first
                        found[i] = float(logs[places, own].sum())
        return found

    @staticmethod
    def _padded(rows: Sequence[Sequence[int]]) -> torch.Tensor:
        import torch

        ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = torch.tensor(row)
        return ids
