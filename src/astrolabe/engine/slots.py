"""Attention of one decoding step: shared stretches are attended to once, the rest lies in slots.

A slot is a row's place in buffers made beforehand, which hold the keys and values of tokens that it
shares with nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from astrolabe.engine.attention import Manner, attend, hidden, merge
from astrolabe.engine.packed import Segment


class Held(Protocol):
    """A row being decoded.

    Attributes:
        shared: Stretches of its prompt that other prompts have too.
        own: Stretches of its prompt that it alone has; emptied once they are in a slot.
        position: How many tokens stand before the one to be fed next.
        length: How many tokens its slot holds.
    """

    shared: list[Segment]
    own: list[Segment]
    position: int
    length: int


@dataclass
class Slots:
    """Keys and values of the rows' own tokens: one tensor [S, K, capacity, D] for each layer."""

    count: int
    capacity: int
    keys: dict[int, Tensor] = field(default_factory=dict)
    values: dict[int, Tensor] = field(default_factory=dict)

    @torch.inference_mode()
    def admit(self, slot: int, row: Held) -> None:
        """Copy the row's own stretches of the prompt into its slot."""
        for segment in row.own:
            stop = row.length + segment.length
            for layer in segment.keys:
                for buffers, kept in (
                    (self.keys, segment.keys[layer]),
                    (self.values, segment.values[layer]),
                ):
                    if layer not in buffers:
                        _, heads, _, width = kept.shape
                        buffers[layer] = kept.new_zeros(self.count, heads, self.capacity, width)
                    buffers[layer][slot, :, row.length : stop] = kept[0]
            row.length = stop
        row.own = []

    @torch.inference_mode()
    def move(self, source: int, target: int) -> None:
        """Copy one slot over another."""
        for buffers in (self.keys, self.values):
            for tensor in buffers.values():
                tensor[target] = tensor[source]


class StepPass:
    """Attention of one decoding step: each row feeds one token."""

    def __init__(
        self, slots: Slots, rows: Sequence[Held], device: torch.device, dtype: torch.dtype
    ) -> None:
        self.slots = slots
        self.dtype = dtype
        self.reach = max(row.position for row in rows) + 1
        self.slot = torch.arange(len(rows), device=device)
        self.at = torch.tensor([row.length for row in rows], device=device)
        self.positions = torch.tensor([row.position for row in rows], device=device)
        self.longest = max(row.length for row in rows) + 1
        self.masks: dict[int | None, Tensor] = {}
        groups: dict[int, tuple[Segment, list[int]]] = {}
        for slot, row in enumerate(rows):
            for segment in row.shared:
                groups.setdefault(id(segment), (segment, []))[1].append(slot)
        self.shared = [
            (segment, torch.tensor(members, device=device)) for segment, members in groups.values()
        ]

    def attend(
        self, layer: int, query: Tensor, key: Tensor, value: Tensor, manner: Manner
    ) -> Tensor:
        """See `astrolabe.engine.attention.Pass`."""
        keys = self._with_new(self.slots.keys, layer, key)
        values = self._with_new(self.slots.values, layer, value)
        out, lse = attend(query, keys, values, manner, mask=self._mask(manner.window))
        out = out.float()
        for segment, members in self.shared:
            seen = manner.sees(self.positions[members], segment.positions(members.device))
            if seen is False:
                continue
            # Rows become queries of one long attention: [R, H, 1, D] -> [1, H, R, D].
            more, more_lse = attend(
                query[members].transpose(0, 2),
                segment.keys[layer],
                segment.values[layer],
                manner,
                mask=hidden(seen, torch.float32) if isinstance(seen, Tensor) else None,
            )
            part, part_lse = out[members], lse[members]
            merge(part, part_lse, more.transpose(0, 2), more_lse.permute(2, 1, 0))
            out[members], lse[members] = part, part_lse
        return out

    def _mask(self, window: int | None) -> Tensor:
        """Hides what is not a row's own, or beyond the window; [rows, 1, 1, longest]."""
        if window not in self.masks:
            ago = self.at[:, None] - torch.arange(self.longest, device=self.at.device)
            seen = ago >= 0 if window is None else (ago >= 0) & (ago < window)
            self.masks[window] = hidden(seen, self.dtype)[:, None, None]
        return self.masks[window]

    def _with_new(self, buffers: dict[int, Tensor], layer: int, new: Tensor) -> Tensor:
        """Each row's own keys (or values), [rows, K, longest, D], the new token's included."""
        if layer not in buffers:  # no row had a token of its own before this step
            _, heads, _, width = new.shape
            buffers[layer] = new.new_zeros(self.slots.count, heads, self.slots.capacity, width)
        buffers[layer][self.slot, :, self.at] = new[:, :, 0]
        return buffers[layer][: len(self.slot), :, : self.longest]
