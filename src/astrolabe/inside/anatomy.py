"""Where the parts of a model are, found by what its modules do and not by what they are called.

One small forward pass is watched. The blocks are the list of modules, as long as the model is deep,
through which the stream passes; what a block's attention and MLP add to the stream are the two
outputs inside it whose sum is exactly what the block changed; what stands between the last block
and the unembedding is what is called there. So a new architecture needs no entry in a table, and
one that works otherwise is noticed.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from astrolabe.core.errors import Unsupported

_PROBE = (1, 2, 3, 1)
"""Token ids that any model knows."""


@dataclass(frozen=True)
class Anatomy:
    """The parts of one model; N blocks.

    Attributes:
        blocks: The blocks, in order.
        attention: For each block, the module whose output the attention adds to the stream; empty
            when the blocks do not add two parts.
        mlp: Likewise for the MLP.
        rowwise: Modules of the last block that come after its attention and treat every position
            by itself, so that positions nobody reads can be left out.
        tail: Modules between the last block and the unembedding, in order.
        norms: Those of `tail` that normalise.
        head: The unembedding.
    """

    blocks: tuple[nn.Module, ...]
    attention: tuple[nn.Module, ...]
    mlp: tuple[nn.Module, ...]
    rowwise: tuple[nn.Module, ...]
    tail: tuple[nn.Module, ...]
    norms: tuple[nn.Module, ...]
    head: nn.Module

    @property
    def depth(self) -> int:
        """N, the number of blocks."""
        return len(self.blocks)


@dataclass(frozen=True)
class _Call:
    """One call of a module during the probe."""

    module: nn.Module
    inputs: Tensor | None
    output: Tensor | None
    tensors: int
    """How many tensors it was given."""


def dissect(model: PreTrainedModel) -> Anatomy:
    """Find the parts of `model`.

    Raises:
        Unsupported: when blocks or unembedding are not where a decoder-only model has them; says
            what was not found.
    """
    calls = _watch(model)
    order = [id(call.module) for call in calls]
    head = model.get_output_embeddings()
    depth = model.config.get_text_config().num_hidden_layers
    blocks = _blocks(model, calls, depth)
    missing = [
        name
        for name, found in (
            ("output embedding in use", id(head) in order),
            (f"list of {depth} blocks that a stream passes through", blocks),
        )
        if not found
    ]
    if missing:
        found_none = " and no ".join(missing)
        raise Unsupported(f"{type(model).__name__}, in which no {found_none} was found: its inside")
    inside = {id(part) for block in blocks for part in block.modules()}
    after = max(order.index(id(block)) for block in blocks) + 1
    tail = tuple(
        call.module
        for call in calls[after : order.index(id(head))]
        if _leaf(call.module) and id(call.module) not in inside
    )
    added = [_added(calls, block) for block in blocks]
    whole = all(added)
    return Anatomy(
        blocks,
        tuple(pair[0] for pair in added if pair) if whole else (),
        tuple(pair[1] for pair in added if pair) if whole else (),
        _rowwise(calls, blocks[-1]),
        tail,
        tuple(module for module in tail if all(p.dim() == 1 for p in module.parameters())),
        head,
    )


def _blocks(model: PreTrainedModel, calls: Sequence[_Call], depth: int) -> tuple[nn.Module, ...]:
    passed = {
        call.module
        for call in calls
        if call.inputs is not None
        and call.output is not None
        and call.inputs.shape == call.output.shape
    }
    lists = [
        m
        for m in model.modules()
        if isinstance(m, nn.ModuleList) and len(m) == depth and passed.issuperset(m)
    ]
    # A block holds its attention and its MLP, so it is the list with the most weights.
    best = max(lists, key=lambda m: sum(p.numel() for p in m.parameters()), default=())
    return tuple(best)


def _leaf(module: nn.Module) -> bool:
    """Whether a module has weights of its own and no modules in it."""
    return not any(module.children()) and any(True for _ in module.parameters())


def _watch(model: PreTrainedModel) -> list[_Call]:
    """Every call of a module in a small forward pass, in the order in which they ended."""
    calls: list[_Call] = []

    def note(module: nn.Module, args: Any, kwargs: Any, output: Any) -> None:
        tensors = sum(isinstance(given, Tensor) for given in (*args, *kwargs.values()))
        calls.append(_Call(module, stream_of(args, kwargs), tensor_of(output), tensors))

    with hooked(
        [
            partial(module.register_forward_hook, note, with_kwargs=True)
            for module in model.modules()
        ]
    ), torch.inference_mode():  # fmt: skip
        model(input_ids=torch.tensor([_PROBE], device=model.device), use_cache=False)
    return calls


def _added(calls: Sequence[_Call], block: nn.Module) -> tuple[nn.Module, nn.Module] | None:
    """The two modules of a block whose outputs are what it adds to the stream."""
    whole = next(call for call in calls if call.module is block)
    assert whole.inputs is not None
    assert whole.output is not None
    change = _exact(whole.output) - _exact(whole.inputs)
    children = set(block.children())
    # OPT's MLP sees all positions as one list of rows.
    shapes = (change.shape, change.flatten(0, -2).shape)
    parts = [
        (call.module, _exact(call.output).view_as(change))
        for call in calls
        if call.module in children
        and any(True for _ in call.module.parameters())
        and call.output is not None
        and call.output.shape in shapes
    ]
    # What is rounded is the sum with the stream, so that is what the tolerance is a share of.
    noise = 8 * torch.finfo(whole.output.dtype).eps * float(whole.output.abs().max())
    for (first, one), (second, other) in combinations(parts, 2):
        if (one + other - change).abs().max() <= noise:
            return first, second
    return None


def _exact(states: Tensor) -> Tensor:
    """In float64, which not every device has."""
    return states.float().cpu().double()


def _rowwise(calls: Sequence[_Call], block: nn.Module) -> tuple[nn.Module, ...]:
    """The projection that ends a block's attention, and the block's matrices after it."""
    # transformers gives its attention modules, and nothing else in a block, the layer's number.
    attention = next((child for child in block.children() if hasattr(child, "layer_idx")), None)
    if attention is None:
        return ()
    order = [call.module for call in calls]
    within = set(attention.modules())
    projections = [module for module in order if module in within and _leaf(module)]
    after = set(block.children()) & set(order[order.index(attention) + 1 :])
    matrices = [
        module
        for module in order
        if module in after and any(p.dim() > 1 for p in module.parameters())
    ]
    found = (*projections[-1:], *matrices)
    # BLOOM's MLP is given the stream to add to, too, of which no rows would be left out.
    alone = {call.module for call in calls if call.tensors == 1}
    return found if alone.issuperset(found) else ()


def stream_of(args: Sequence[Any], kwargs: dict[str, Any]) -> Tensor | None:
    """The residual stream among a module's arguments."""
    given = args[0] if args else kwargs.get("hidden_states")
    return given if isinstance(given, Tensor) else None


def tensor_of(output: Any) -> Tensor | None:
    """The states among a module's outputs: the tensor, or the first of several."""
    first = output[0] if isinstance(output, tuple) and output else output
    return first if isinstance(first, Tensor) else None


@contextmanager
def hooked(registrations: Sequence[Callable[[], Any]]) -> Iterator[None]:
    """Hooks that stand inside this block and are gone after it, whatever happens in it."""
    handles: list[Any] = []
    try:
        for register in registrations:
            handles.append(register())
        yield
    finally:
        for handle in handles:
            handle.remove()
