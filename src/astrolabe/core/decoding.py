"""`Decoding`: how tokens are chosen, and `Dola`, the contrast of layers before they are."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

MASKED = -1000.0
"""Nats that a token counts which DoLa rules out, as in the released code: sums over a continuation
then rank first by how many of its tokens are ruled out."""


class Dola(BaseModel):
    """DoLa: the last layer contrasted with an early one (Chuang et al. 2024, arXiv:2309.03883).

    Attributes:
        layers: Early layers to choose from, at every token the one most unlike the last: ``low`` or
            ``high`` (the even layers of the lower or upper half), ``all`` even layers, or a list;
            a list of one is the static mode.
        divergence: What "unlike" means: ``js``, the Jensen-Shannon divergence of the paper, or
            ``published``, what the released code computes.
        norm: Whether early layers go through the final norm; the released code leaves it out.
        relative_top: Tokens less likely than this share of the likeliest are never chosen, and
            count `MASKED` nats when scored; 0 leaves all.
        post_softmax: Whether scores of given texts are made log-probs again, before the rare tokens
            are put aside. Not done in generation, as released.
        settled: Where the likeliest token has at least this probability in both layers, the last
            layer is used as it is; `None` always contrasts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    layers: Literal["low", "high", "all"] | tuple[int, ...] = "high"
    divergence: Literal["js", "published"] = "js"
    norm: Literal["final", "none"] = "final"
    relative_top: float = Field(default=0.1, ge=0.0, lt=1.0)
    post_softmax: bool = True
    settled: float | None = Field(default=None, gt=0.0, le=1.0)

    @field_validator("layers", mode="before")
    @classmethod
    def _named_or_listed(cls, layers: Any) -> Any:
        listed = isinstance(layers, list | tuple) and all(type(layer) is int for layer in layers)
        if not listed and layers not in ("low", "high", "all"):
            raise ValueError("give low, high, all, or a list of layers such as [4, 6]")
        return layers

    @field_validator("layers")
    @classmethod
    def _in_order(cls, layers: str | tuple[int, ...]) -> str | tuple[int, ...]:
        if isinstance(layers, str):
            return layers
        if not layers:
            raise ValueError("no candidate layers; give low, high, all, or layers such as [4, 6]")
        if min(layers) < 0:
            raise ValueError("layers are counted from 0, the embedding")
        return tuple(sorted(set(layers)))

    def label(self) -> str:
        """A short name, such as ``DoLa high`` or ``DoLa 4,6 published norm none``."""
        layers = self.layers if isinstance(self.layers, str) else ",".join(map(str, self.layers))
        others = self.model_dump(exclude_defaults=True, exclude={"layers", "divergence"})
        parts = [self.divergence] if self.divergence == "published" else []
        named = [f"{name.replace('_', '-')} {value}" for name, value in others.items()]
        return " ".join(["DoLa", layers, *parts, *named])


class Decoding(BaseModel):
    """How tokens are chosen. Temperature 0 is greedy.

    Attributes:
        repetition_penalty: Scores of tokens that were there before are divided by it where
            positive and multiplied where negative (Keskar et al. 2019, arXiv:1909.05858); as in
            transformers, the prompt's tokens count.
        dola: Contrast layers before choosing; `None` leaves the last layer as it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    temperature: float = Field(default=0.0, ge=0.0, le=10.0)
    top_p: float = Field(default=1.0, gt=0.0, le=1.0)
    seed: int = Field(default=0, ge=0)
    repetition_penalty: float = Field(default=1.0, gt=0.0, le=10.0)
    dola: Dola | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.temperature == 0 and (self.top_p != 1 or self.seed != 0):
            raise ValueError("top_p and seed mean nothing at temperature 0 (greedy decoding)")
        return self

    def label(self) -> str:
        """A short name, such as ``T=0.7 top-p 0.9 seed 3``; empty for greedy."""
        parts = [self.dola.label()] if self.dola else []
        if self.temperature != 0:
            nucleus = "" if self.top_p == 1 else f" top-p {self.top_p}"
            parts.append(f"T={self.temperature}{nucleus} seed {self.seed}")
        if self.repetition_penalty != 1:
            parts.append(f"penalty {self.repetition_penalty}")
        return " · ".join(parts)
