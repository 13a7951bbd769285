"""TruthfulQA multiple choice under the last layer, dynamic DoLa and every static layer.

Ours answers all of them from one pass, the released DoLa code with a pass each. Candidates are all
even layers, and scores as its `tfqa_mc_eval.py` asks for (no post-softmax, relative_top 0). A
second result says what that costs us beyond the last layer alone, a third what the candidates
cost that were published for this benchmark, the even layers of the upper half.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any, Literal

from perf import models, truthfulqa
from perf.harness import NoPeer, Worker, in_turn, judge, machine, versions


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=8, help="asked of both sides")
    parser.add_argument("--ours", type=int, default=100, help="asked of ours alone")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each side")
    asked = parser.parse_args()
    try:
        measure(asked.questions, asked.ours, asked.rounds)
    except (NoPeer, FileNotFoundError) as error:
        sys.exit(f"perf: {error}")


def measure(questions: int, alone: int, rounds: int) -> None:
    """Both comparisons on one model."""
    import torch

    from astrolabe.models.local import load

    here = machine(torch.get_num_threads())
    place = models.model("llama")
    model = load(str(place), dtype="float32", device="cpu")
    code = os.environ.get("ASTROLABE_DOLA_CODE", ".venv-dola/DoLa")
    both = truthfulqa.questions(model.tokenizer, questions)
    many = truthfulqa.questions(model.tokenizer, alone)
    ours = Ours(model)
    layers = [exit.layer for exit in ours.exits]
    about = f"llama, {models.parameters(place):,} parameters, float32, layers {layers}"
    with Worker(
        "released_dola.py",
        *("--model", str(place), "--code", str(Path(code)), "--threads", str(here["threads"])),
        home="dola",
    ) as peer:
        theirs: dict[str, Any] = {}

        def released() -> float:
            seconds = 0.0
            for mode, more in _modes(layers):
                reply = peer.ask(
                    do="score",
                    items=[[ids[:start], ids[start:]] for one in both for ids, start in one],
                    mode=mode,
                    mature=model.inside.depth,
                    relative_top=0.0,
                    post_softmax=False,
                    **more,
                )
                seconds += reply["seconds"]
                theirs[str((mode, more))] = reply
            return seconds

        ours.seconds(both, ours.exits)
        pairs = in_turn(lambda: ours.seconds(both, ours.exits), released, rounds)
        mine = ours.sums(both)
        known = [reply["logprobs"] for reply in theirs.values()]
        found = versions("astrolabe-lm", "torch", "transformers")
        found |= {f"released {k}": v for k, v in next(iter(theirs.values()))["versions"].items()}
    count = sum(map(len, both))
    judge(
        "dola_readings",
        pairs,
        counted=(
            f"{count} answers to {questions} questions, {len(known)} readings of each; {about}",
            "the same, one pass for each answer and reading",
        ),
        exact=_agreement(mine, known),
        machine=here,
        versions=found,
    )
    buckets: tuple[Literal["all", "high"], ...] = ("all", "high")
    for bucket in buckets:
        _over_baseline(Ours(model, bucket), many, rounds, here, found)


def _over_baseline(
    ours: "Ours", questions: Sequence[Any], rounds: int, here: Any, found: Any
) -> None:
    """What the early layers cost beyond the last one alone."""
    layers = [exit.layer for exit in ours.exits]
    name = f"dola_readings_over_baseline_{ours.dola.layers}"
    pairs = in_turn(
        lambda: ours.seconds(questions, ours.exits), lambda: ours.seconds(questions, ()), rounds
    )
    judge(
        name,
        pairs,
        counted=(
            f"{sum(map(len, questions))} answers to {len(questions)} questions: the last layer, "
            f"dynamic DoLa and every static layer of {layers}",
            "ours, the last layer alone",
        ),
        exact="the same code; the ratio is what share of the cost the last layer alone has",
        machine=here,
        versions=found,
    )


def _modes(layers: Sequence[int]) -> list[tuple[str, dict[str, Any]]]:
    static: list[tuple[str, dict[str, Any]]] = [("dola-static", {"premature": x}) for x in layers]
    return [("baseline", {}), ("dola", {"candidates": list(layers)}), *static]


class Ours:
    """Our side: readings answered, and the sums that the released code gives."""

    def __init__(self, model: Any, layers: Literal["all", "high"] = "all") -> None:
        from astrolabe.core.decoding import Dola

        self.model = model
        self.dola = Dola(
            layers=layers, divergence="published", norm="none", relative_top=0, post_softmax=False
        )
        self.exits = model.exits(self.dola)

    def _readings(self, questions: Sequence[Any], exits: Sequence[Any]) -> list[Any]:
        from astrolabe.core.model import Reading

        plain = [Reading(ids, start) for one in questions for ids, start in one]
        return [replace(r, exit=exit) for r in plain for exit in (None, *exits)]

    def seconds(self, questions: Sequence[Any], exits: Sequence[Any]) -> float:
        """To answer everything."""
        readings = self._readings(questions, exits)
        start = perf_counter()
        for _ in self.model.score(readings):
            pass
        return perf_counter() - start

    def sums(self, questions: Sequence[Any]) -> list[list[float]]:
        """Score of every answer, in the order of `_modes`."""
        from astrolabe.decoding.dola import contrasted

        answers = dict(self.model.score(self._readings(questions, self.exits)))
        width = 1 + len(self.exits)
        sums: list[list[float]] = []
        for first in range(0, len(answers), width):
            scored = answers[first]
            early = {exit: answers[first + i] for i, exit in enumerate(self.exits, 1)}
            variants = [early, *({exit: exited} for exit, exited in early.items())]
            scores = [scored.total, *(contrasted(scored, v, self.dola).total for v in variants)]
            sums.append(scores)
        return [list(column) for column in zip(*sums, strict=True)]


def _agreement(mine: Sequence[Sequence[float]], theirs: Sequence[Sequence[float]]) -> str:
    differences = [
        abs(a - b)
        for own, other in zip(mine, theirs, strict=True)
        for a, b in zip(own, other, strict=True)
    ]
    return f"{len(differences)} sums of scores differ by {max(differences):.1e} nats at most"


if __name__ == "__main__":
    main()
