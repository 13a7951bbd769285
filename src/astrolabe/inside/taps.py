"""Reading and writing at sites while a forward pass runs.

Hooks sit on the model's own modules for the length of a block of code and are gone after it, so the
model is untouched afterwards, also after an exception or Ctrl-C.

Shapes: B sequences, T positions, P rows that are read, W width of the stream.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from astrolabe.core.errors import BadInput, Unsupported
from astrolabe.core.site import Intervention, Site
from astrolabe.inside.anatomy import Anatomy, hooked, stream_of, tensor_of

_Name = TypeVar("_Name", bound=Hashable)


@dataclass(frozen=True)
class Port:
    """Where a site is in the real module: what enters it, or what leaves it."""

    module: nn.Module
    enters: bool

    def tap(self, change: Callable[[Tensor], Tensor]) -> Callable[[], Any]:
        """A registration (see `hooked`) of a hook through which the states [B, T, W] pass."""
        if self.enters:

            def before(_module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
                states = stream_of(args, kwargs)
                assert states is not None
                changed = _in_rows(change, states)
                if args:
                    return (changed, *args[1:]), kwargs
                return args, kwargs | {"hidden_states": changed}

            return partial(self.module.register_forward_pre_hook, before, with_kwargs=True)

        def after(_module: nn.Module, _args: Any, output: Any) -> Any:
            states = tensor_of(output)
            assert states is not None
            changed = _in_rows(change, states)
            return (changed, *output[1:]) if isinstance(output, tuple) else changed

        return partial(self.module.register_forward_hook, after)


def _in_rows(change: Callable[[Tensor], Tensor], states: Tensor) -> Tensor:
    """`change` done to states [B, T, W], or [B T, W] (OPT's MLP), which count as one sequence."""
    return change(states) if states.dim() == 3 else change(states[None])[0]


def port(anatomy: Anatomy, site: Site) -> Port:
    """Where `site` is.

    Raises:
        BadInput: for a layer that the model does not have.
        Unsupported: for a part that was not found.
    """
    if site.layer > anatomy.depth:
        depth = anatomy.depth
        raise BadInput(
            f"there is no site {site}: the model has {depth} layers, so its sites are embed, "
            f"resid.0 to resid.{depth}, attn.1 to attn.{depth}, mlp.1 to mlp.{depth}, and final"
        )
    if site.kind == "resid" and site.layer < anatomy.depth:
        return Port(anatomy.blocks[site.layer], enters=True)
    if site.kind == "resid":
        return Port(anatomy.blocks[-1], enters=False)
    if site.kind == "final":
        if not anatomy.norms:
            raise Unsupported("a model without a final norm: site final")
        return Port(anatomy.norms[-1], enters=False)
    parts = anatomy.attention if site.kind == "attn" else anatomy.mlp
    if not parts:
        raise Unsupported(f"blocks that do not add an attention and an MLP: site {site}")
    return Port(parts[site.layer - 1], enters=False)


@contextmanager
def reading(
    anatomy: Anatomy, sites: Mapping[_Name, Site], rows: Tensor | slice, batch: int = 1
) -> Iterator[dict[_Name, Tensor]]:
    """Inside this block a forward pass leaves the states at `sites` in the yielded mapping.

    Args:
        sites: By what they shall be called.
        rows: Which positions are kept, as an index into T.
        batch: B.

    Yields:
        For each of `sites` the states [B, P, W] of the latest pass.
    """
    found: dict[_Name, Tensor] = {}

    def keep(name: _Name, states: Tensor) -> Tensor:
        width = states.shape[-1]
        found[name] = states.reshape(batch, -1, width)[:, rows]
        return states

    with hooked([port(anatomy, site).tap(partial(keep, name)) for name, site in sites.items()]):
        yield found


def streams(layers: Iterable[int]) -> dict[int, Site]:
    """The residual stream after each of `layers`, called by the layer's number."""
    return {layer: Site("resid", layer) for layer in layers}


Edits = Sequence[tuple[Intervention, Tensor]]
"""Interventions of a pass in order, each with the positions it changes (bool, B T of them)."""


@contextmanager
def writing(anatomy: Anatomy, edits: Edits) -> Iterator[None]:
    """Inside this block forward passes change what stands at the interventions' sites.

    Several interventions at one site are done in the order given.
    """
    with hooked(
        [
            port(anatomy, intervention.site).tap(partial(changed, intervention, places))
            for intervention, places in edits
        ]
    ):
        yield


def changed(intervention: Intervention, places: Tensor, states: Tensor) -> Tensor:
    """`states` [B, T, W] with the intervention done at `places` (bool, of B T positions).

    Raises:
        BadInput: when the intervention's vector has another width.
    """
    places = places.reshape(states.shape[:-1])
    here = states[places].float()
    vector = None
    if intervention.vector is not None:
        vector = torch.tensor(intervention.vector, device=here.device)
        if len(vector) != here.shape[-1]:
            raise BadInput(
                f"the intervention at {intervention.site} has a vector of {len(vector)} numbers; "
                f"the model's stream is {here.shape[-1]} wide"
            )
    out = states.clone()
    out[places] = _acted(intervention, vector, here).to(states.dtype)
    return out


def _acted(intervention: Intervention, vector: Tensor | None, here: Tensor) -> Tensor:
    """The new states [P, W]."""
    if vector is None:
        return here * intervention.amount
    if intervention.act == "add":
        return here + intervention.amount * vector
    if intervention.act == "set":
        return vector.expand_as(here)
    # How often the vector is in the state: its component in units of the vector's length.
    component = (here @ vector / (vector @ vector))[:, None]
    if intervention.act == "scale":
        return here + (intervention.amount - 1) * component * vector
    return here + (component.clamp(intervention.low, intervention.high) - component) * vector


class _Enough(Exception):
    """All that is wanted of a pass has been computed; never seen outside `ending`."""


@contextmanager
def ending(anatomy: Anatomy, sites: Iterable[Site]) -> Iterator[None]:
    """Inside this block a forward pass ends where nothing that stands at `sites` is computed any
    more, and so does the block itself: the pass must be the last thing in it.

    To be entered after `reading`, so that what enters the block that is left out is read before.
    """
    last = max(anatomy.depth if site.kind == "final" else site.layer for site in sites)
    # One block is always computed: by its attention the engine sees that the pass is its own.
    after = anatomy.blocks[max(1, last) :]

    def stop(_states: Tensor) -> Tensor:
        raise _Enough

    with suppress(_Enough), hooked([Port(block, enters=True).tap(stop) for block in after[:1]]):
        yield


@contextmanager
def narrowed(anatomy: Anatomy, rows: Tensor) -> Iterator[None]:
    """Inside this block the last block computes only `rows` of a single sequence.

    What it gives at other positions is meaningless, and nobody may read it.
    """

    def registrations(module: nn.Module) -> Iterator[Callable[[], Any]]:
        shapes: list[torch.Size] = []

        def select(states: Tensor) -> Tensor:
            shapes.append(states.shape)
            return states[:, rows]

        def spread(states: Tensor) -> Tensor:
            batch, length = shapes.pop()[:2]
            out = states.new_zeros(batch, length, states.shape[-1])
            out[:, rows] = states
            return out

        yield Port(module, enters=True).tap(select)
        yield Port(module, enters=False).tap(spread)

    with hooked([hook for module in anatomy.rowwise for hook in registrations(module)]):
        yield
