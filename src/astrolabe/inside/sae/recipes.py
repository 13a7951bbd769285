"""Settings of `astrolabe sae train` where none are given, by the model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """Where and how a dictionary is learnt.

    Attributes:
        site: As `Site.parse` reads it.
        width: Features.
        k: Active features of a state (topk, batchtopk).
        tokens: States to learn from.
        batch: States of a step.
        rate: Adam's greatest learning rate; `None` follows from the width (see `Settings`).
        dead_after: See `Settings`.
    """

    site: str
    width: int
    k: int
    tokens: int
    batch: int
    rate: float | None
    dead_after: int | None


GENERAL = Recipe("resid.4", 2048, 32, 1_000_000, 2048, None, None)
"""Of any model."""

POLARIS = Recipe("attn.2", 256, 3, 512_000, 256, 4e-3, 24_000)
"""Chosen among sites, widths and k by how well single features tell scripts and formats, on a
corpus apart from those that are reported on. At a larger k, or a later site, a script is more
often split over several features."""


def recipe_of(model: str) -> Recipe:
    """The recipe of a model, by its name."""
    return POLARIS if model == "polaris" else GENERAL
