"""Numbers of the released DoLa code on small Llamas that anybody can make again, for our tests.

Run from the repository's root by the Python that ``released_dola.txt`` makes::

    $DOLA/bin/python -m perf.peers.dola_fixtures --code CHECKOUT \\
        --out tests/decoding/released_dola.json

The weights are drawn by numpy, parameter by parameter in the order of their names, so that neither
torch's random numbers nor a version of transformers has a say. Each position is scored as a
continuation of one token: the sum that the released code returns then has a single term.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from perf.peers.released_dola import Layers, Released, use, versions

REPOSITORY = "https://github.com/voidism/DoLa"
SCALES = {"vector": 0.2, "embed_tokens": 1.0, "lm_head": 0.25, "matrix": 0.15}
"""Spread of the weights: every candidate layer is chosen somewhere, and no layer's distribution is
uniform or sure."""

SETTINGS: tuple[dict[str, Any], ...] = (
    {"relative_top": 0.0, "post_softmax": False},
    {"relative_top": 0.1, "post_softmax": False},
    {"relative_top": 0.1, "post_softmax": True},
)
SEQUENCES, LENGTH = 8, 16
RANKS = (0, 1, 2, 3, 5, 8, 13, 21)
"""Of every other scored token, under the model; the rest are random, and mostly masked."""

PROMPTS, MAX_TOKENS = 6, 12
DIGITS = 7
"""Significant ones."""


@dataclass(frozen=True)
class Case:
    """A model and the layers contrasted in it.

    Attributes:
        seed: Of the weights; the tokens take the next one.
        buckets: Candidates of each dynamic run; the last one serves for generation.
        static: The layer contrasted in generation of mode ``dola-static``.
    """

    name: str
    seed: int
    layers: int
    buckets: tuple[tuple[int, ...], ...]
    static: int

    @property
    def config(self) -> dict[str, Any]:
        """Arguments of ``LlamaConfig``."""
        return {
            "vocab_size": 101,
            "hidden_size": 48,
            "intermediate_size": 64,
            "num_hidden_layers": self.layers,
            "num_attention_heads": 4,
            "max_position_embeddings": 64,
            "rms_norm_eps": 1e-6,
            "tie_word_embeddings": False,
            "bos_token_id": None,
            "eos_token_id": None,
            "pad_token_id": None,
        }


CASES = (
    Case("six", seed=24, layers=6, buckets=((0, 2, 4),), static=2),
    Case("eight", seed=4, layers=8, buckets=((0, 2), (4, 6), (0, 2, 4, 6)), static=4),
)
"""With these seeds no layer, token or mask hangs on a difference below 1e-4, so that adding up in
another order changes none."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--code", required=True, type=Path, help="checkout of voidism/DoLa")
    parser.add_argument("--out", required=True, type=Path, help="JSON file to write")
    asked = parser.parse_args()
    use(asked.code)
    import torch

    torch.set_num_threads(1)
    made = {
        "source": {"repository": REPOSITORY} | versions(asked.code),
        "weights": {
            "generator": "numpy.random.Generator(numpy.random.PCG64(seed))",
            "order": "named parameters sorted by name; one standard_normal(shape) each",
            "vector": "float32(1 + scales.vector * normal)",
            "other": "float32(scale * normal), scale by embed_tokens or lm_head in the name, "
            "else matrix",
            "scales": SCALES,
        },
        "settings": SETTINGS,
        "models": [_case(case) for case in CASES],
    }
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(_json(_rounded(made)) + "\n")
    print(f"{asked.out}: {asked.out.stat().st_size} bytes")


def weights(
    shapes: Mapping[str, Sequence[int]], seed: int
) -> Iterator[tuple[str, "np.ndarray[Any, np.dtype[np.float32]]"]]:
    """Names and values of a model's parameters, by name."""
    stream = np.random.Generator(np.random.PCG64(seed))
    for name, shape in sorted(shapes.items()):
        normal = stream.standard_normal(tuple(shape))
        kind = next((kind for kind in ("embed_tokens", "lm_head") if kind in name), "matrix")
        drawn = SCALES[kind] * normal if len(shape) > 1 else 1 + SCALES["vector"] * normal
        yield name, drawn.astype(np.float32)


def _case(case: Case) -> dict[str, Any]:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    model = LlamaForCausalLM(LlamaConfig(**case.config))
    own = dict(model.named_parameters())
    first = {}
    for name, values in weights({name: value.shape for name, value in own.items()}, case.seed):
        own[name].data = torch.from_numpy(values)
        first[name] = float(values.flat[0])
    dola = Released(model)
    stream = np.random.Generator(np.random.PCG64(case.seed + 1))
    sequences = stream.integers(0, case.config["vocab_size"], (SEQUENCES, LENGTH)).tolist()
    items = _items(model, sequences)
    prompts = [
        stream.integers(0, case.config["vocab_size"], length).tolist()
        for length in stream.integers(4, 10, PROMPTS)
    ]
    return {
        "name": case.name,
        "config": case.config,
        "seed": case.seed,
        "first_values": first,
        "mature": case.layers,
        "sequences": sequences,
        "positions": [[row, length, target] for row, length, target, _ in items],
        **_scores(case, dola, [(prefix, target) for _, _, target, prefix in items]),
        "prompts": prompts,
        "max_tokens": MAX_TOKENS,
        "generations": list(_generations(case, dola, prompts)),
    }


def _items(model: Any, sequences: Sequence[list[int]]) -> list[tuple[int, int, int, list[int]]]:
    """Sequence, length of the prefix, scored token, prefix."""
    import torch

    found: list[tuple[int, int, int, list[int]]] = []
    for row, sequence in enumerate(sequences):
        with torch.no_grad():
            ranked = model(torch.tensor([sequence])).logits[0].argsort(-1, descending=True).tolist()
        for length in range(1, LENGTH):
            nth = len(found)
            rank = RANKS[nth // 2 % len(RANKS)]
            target = ranked[length - 1][rank] if nth % 2 else sequence[length]
            found.append((row, length, target, sequence[:length]))
    return found


def _scores(
    case: Case, dola: Released, items: Sequence[tuple[list[int], int]]
) -> dict[str, list[float] | list[dict[str, Any]]]:
    """What ``lm_score`` gave in every mode, one value for each position (and setting)."""

    def ask(**asked: Any) -> list[tuple[float, Layers | None]]:
        return [dola.score(prefix, [target], **asked) for prefix, target in items]

    def values(**asked: Any) -> list[list[float]]:
        return [
            [value for value, _ in ask(mature=case.layers, **asked, **setting)]
            for setting in SETTINGS
        ]

    def chosen(candidates: Sequence[int]) -> list[int]:
        counts = [n for _, n in ask(mode="dola", mature=case.layers, candidates=candidates)]
        return [layer for one in counts if one for layer, count in one.items() if count]

    layers = sorted({layer for bucket in case.buckets for layer in bucket})
    return {
        "baseline": [value for value, _ in ask(mode="baseline")],
        "static": [
            {"premature": layer, "values": values(mode="dola-static", premature=layer)}
            for layer in layers
        ],
        "dynamic": [
            {
                "candidates": bucket,
                "layers": chosen(bucket),
                "values": values(mode="dola", candidates=bucket),
            }
            for bucket in case.buckets
        ],
    }


def _generations(
    case: Case, dola: Released, prompts: Sequence[list[int]]
) -> Iterator[dict[str, Any]]:
    contrasts: tuple[dict[str, Any], ...] = (
        {"mode": "baseline"},
        {"mode": "dola-static", "premature": case.static},
        {"mode": "dola", "candidates": case.buckets[-1]},
    )
    for contrast in contrasts:
        for relative_top in (0.1, 0.0) if contrast["mode"] != "baseline" else (0.0,):
            for penalty in (1.0, 1.2):
                asked = contrast | {"relative_top": relative_top, "repetition_penalty": penalty}
                found = [
                    dola.generate(prompt, MAX_TOKENS, mature=case.layers, **asked)
                    for prompt in prompts
                ]
                yield asked | {"ids": [ids for ids, _ in found], "layers": [n for _, n in found]}


def _rounded(made: Any) -> Any:
    if isinstance(made, Mapping):
        return {str(key): _rounded(value) for key, value in made.items()}
    if isinstance(made, list | tuple):
        return [_rounded(one) for one in made]
    return float(f"{made:.{DIGITS}g}") if isinstance(made, float) else made


def _json(made: Any, depth: int = 1) -> str:
    """JSON with a list of numbers on each line, so that a change shows where it is."""
    line = json.dumps(made)
    if len(line) < 100 or not any(isinstance(one, str | dict | list) for one in made):
        return line
    if isinstance(made, dict):
        parts = [f"{json.dumps(key)}: {_json(value, depth + 1)}" for key, value in made.items()]
        opening, closing = "{}"
    else:
        parts = [_json(one, depth + 1) for one in made]
        opening, closing = "[]"
    margin = "\n" + " " * depth
    return opening + margin + f",{margin}".join(parts) + margin[:-1] + closing


if __name__ == "__main__":
    main()
