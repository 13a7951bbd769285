"""Whether SAELens loads what we save and we load what it saves: ``make peers``.

Both reconstruct the same states; exit code 1 when they differ by more than `TOLERANCE`.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from astrolabe.report.tables import show, text_table
from perf.harness import NoPeer, Worker

if TYPE_CHECKING:
    from torch import Tensor

    from astrolabe.inside.sae.dictionary import Dictionary

TOLERANCE = 1e-5
"""Of reconstructions, as a share of their greatest number."""

INPUTS, WIDTH, K, STATES = 64, 512, 8, 500
ARCHITECTURES = ("standard", "topk", "jumprelu")


def main() -> None:
    """Compare and print; exit 1 on disagreement, 2 without peers."""
    try:
        with Worker("sae.py") as peer, tempfile.TemporaryDirectory() as folder:
            found = list(compare(peer, Path(folder)))
    except NoPeer as error:
        print(f"peers: {error}", file=sys.stderr)
        sys.exit(2)
    table = text_table("dictionary", numbers=("saved by", "loaded by", "active", "difference"))
    for what, saved, loaded, active, apart in found:
        table.add_row(what, saved, loaded, f"{active:.1f}", f"{apart:.1e}")
    show(f"the same reconstruction of {STATES} states, as a share of its greatest number", table)
    sys.exit(0 if all(apart <= TOLERANCE for *_, apart in found) else 1)


def compare(peer: Worker, folder: Path) -> Iterator[tuple[str, str, str, float, float]]:
    """Kind, who saved it, who loaded it, mean active features, greatest difference."""
    import torch
    from safetensors.torch import load_file, save_file

    from astrolabe.inside.sae.saelens import load, save

    states = torch.randn(STATES, INPUTS, generator=torch.Generator().manual_seed(1))
    save_file({"states": states}, folder / "states")

    def theirs(place: Path) -> "Tensor":
        out = folder / "out"
        peer.ask(do="reconstruct", folder=str(place), states=str(folder / "states"), out=str(out))
        found: Tensor = load_file(out)["states"]
        return found

    def row(
        what: str, saved: str, loaded: str, ours: "Dictionary", place: Path
    ) -> tuple[str, str, str, float, float]:
        mine, other = ours.reconstruct(states), theirs(place)
        active = float((ours.encode(states).values > 0).sum()) / STATES
        return what, saved, loaded, active, float((mine - other).abs().max() / other.abs().max())

    for kind, learn in trained().items():
        dictionary = learn()
        place = save(dictionary, folder / f"ours-{kind}")
        yield row(kind, "Astrolabe", "SAELens", dictionary, place)
    for architecture in ARCHITECTURES:
        place = folder / f"theirs-{architecture}"
        peer.ask(
            do="save",
            folder=str(place),
            architecture=architecture,
            inputs=INPUTS,
            width=WIDTH,
            seed=2,
        )
        yield row(architecture, "SAELens", "Astrolabe", load(place), place)


def trained() -> dict[str, Callable[[], "Dictionary"]]:
    """A briefly trained dictionary of each kind, on planted states of a large scale."""
    from functools import partial

    from astrolabe.inside.sae.batchtopk import BatchTopK
    from astrolabe.inside.sae.jumprelu import JumpRelu
    from astrolabe.inside.sae.objective import Objective
    from astrolabe.inside.sae.relu import Relu
    from astrolabe.inside.sae.synthetic import Planted
    from astrolabe.inside.sae.topk import TopK
    from astrolabe.inside.sae.train import Settings, train

    planted = Planted(INPUTS, WIDTH, offset=3.0)

    def states(first: int) -> "Iterator[Tensor]":
        return (10 * batch for batch in planted.batches(256, first))

    kinds: list[Objective] = [Relu(), TopK(K), BatchTopK(K), JumpRelu()]
    return {
        one.kind: partial(train, states, Settings(one, WIDTH, steps=50, rate=1e-3)) for one in kinds
    }


if __name__ == "__main__":
    main()
