"""Dynamic DoLa against greedy decoding, both ours, on word problems with eight shots.

On a model with random weights, whose choices are so open that every row needs every layer (the
worst case), and on Polaris, a trained one, where most tokens have no plausible rival. Both many
rows together and one alone.
"""

import argparse
import sys
from dataclasses import replace
from time import perf_counter
from typing import Any

from perf import models, sides
from perf.harness import in_turn, judge, machine, versions


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=64, help="new tokens of each row")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each side")
    asked = parser.parse_args()
    try:
        for name in ("random", "polaris"):
            for rows in (64, 1):
                measure(name, rows, asked.tokens, asked.rounds)
    except FileNotFoundError as error:
        sys.exit(f"perf: {error}")


def measure(name: str, rows: int, tokens: int, rounds: int) -> None:
    """One model and number of rows; only decoding counts, not the reading of the prompts."""
    import torch

    from astrolabe.core.decoding import Decoding, Dola
    from astrolabe.models.local import load

    here = machine(torch.get_num_threads())
    place = str(models.model("llama")) if name == "random" else name
    model = load(place, dtype="float32", device="cpu")
    setting = Dola(layers="high", divergence="js", norm="final")
    prompts = _prompts(model, rows, random=name == "random")

    def seconds(decoding: Decoding) -> float:
        """From the first decoding step on; reading the prompts is the same for both."""
        steps: list[float] = []

        def note(_module: Any, _args: Any, kwargs: dict[str, Any]) -> None:
            if kwargs["input_ids"].shape[1] == 1:
                steps.append(perf_counter())

        asked = [replace(p, max_tokens=1 + tokens, decoding=decoding, stops=()) for p in prompts]
        handle = model.module.register_forward_pre_hook(note, with_kwargs=True)
        try:
            written = sum(answer.tokens for _, answer in model.generate(asked))
        finally:
            handle.remove()
        # Rows may end early (an end token), so what was not written is made up for.
        return (perf_counter() - steps[0]) * rows * tokens / (written - rows)

    dola, greedy = Decoding(dola=setting), Decoding()
    seconds(dola)
    layers = [exit.layer for exit in model.exits(setting)]
    judge(
        f"dola_generate_{name}_{rows}",
        in_turn(lambda: seconds(dola), lambda: seconds(greedy), rounds),
        counted=(
            f"DoLa with layers {layers}, {tokens} tokens of {rows} rows; {name}, "
            f"{model.module.num_parameters():,} parameters, float32",
            "greedy, the same rows",
        ),
        exact="the ratio is greedy's time by DoLa's: 0.87 is 1.15 times greedy's",
        machine=here,
        versions=versions("astrolabe-lm", "torch", "transformers"),
    )


def _prompts(model: Any, rows: int, random: bool) -> list[Any]:
    """Generations of word problems: real ones, or Polaris' own."""
    from astrolabe.benchmarks import get
    from astrolabe.core.run import RunPlan
    from astrolabe.runs.ask import ask

    if random:
        task = sides.Task("gsm8k", limit=64, shots=8, draw="first", max_tokens=128)
        (plan,) = task.plans()
    else:
        condition = get("gsm8k").recipe("official").condition(shots=5, reasoning="worked")
        plan = RunPlan("", "polaris", "gsm8k", condition, limit=64)
    return list(ask(plan, model).by_key.values())[:rows]


if __name__ == "__main__":
    main()
