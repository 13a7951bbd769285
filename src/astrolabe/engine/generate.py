"""Generation: prompts enter through the prefix tree, rows are decoded together.

Keys and values that several prompts share are kept once and attended to as one stretch; what is a
row's own lies in a slot of a preallocated buffer. When a row ends, the next prompt takes its slot.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from astrolabe.core.model import Generated, Generation
from astrolabe.decoding import Chooser, choose, chooser, early_layers, scores
from astrolabe.engine.attention import Manner, attend, during, hidden, merge
from astrolabe.engine.marks import Marks
from astrolabe.engine.memory import Budget, is_out_of_memory, too_large
from astrolabe.engine.text import Writer
from astrolabe.engine.tree import Node, grow
from astrolabe.engine.walk import Segment, Wish, walk
from astrolabe.inside.head import Inside


@dataclass
class _Row:
    """A prompt on its way to an answer.

    Attributes:
        index: Which generation it is.
        asked: That generation.
        shared: Stretches of its prompt that other prompts have too.
        own: Stretches of its prompt that it alone has; emptied once they are in a slot.
        position: How many tokens stand before the one to be fed next.
        length: How many tokens its slot holds.
        token: The token to be fed next.
    """

    index: int
    asked: Generation
    shared: list[Segment]
    own: list[Segment]
    position: int
    writer: Writer
    chooser: Chooser
    length: int = 0
    token: int = -1


@dataclass
class _Slots:
    """Keys and values of the rows' own tokens: one tensor [S, K, capacity, D] for each layer."""

    count: int
    capacity: int
    keys: dict[int, Tensor] = field(default_factory=dict)
    values: dict[int, Tensor] = field(default_factory=dict)

    @torch.inference_mode()
    def admit(self, slot: int, row: _Row) -> None:
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


class _StepPass:
    """Attention of one decoding step: each row feeds one token."""

    def __init__(
        self, slots: _Slots, rows: Sequence[_Row], device: torch.device, dtype: torch.dtype
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


def generate(
    inside: Inside,
    tokenizer: PreTrainedTokenizerBase,
    generations: Sequence[Generation],
    budget: Budget,
    rows: int,
) -> Iterator[tuple[int, Generated]]:
    """Answer `generations`, at most `rows` of them at a time.

    Yields:
        (index, answer) as rows end.

    Raises:
        Unsupported: when the model attends in a way that cannot be shared.
    """
    left = list(range(len(generations)))
    while left:
        try:
            for index, answer in _generate(
                inside, tokenizer, [generations[i] for i in left], budget, rows
            ):
                yield left[index], answer
                left[index] = -1
            return
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            if rows == 1:
                raise too_large() from error
            rows = rows // 2
            left = [index for index in left if index >= 0]


def _generate(
    inside: Inside,
    tokenizer: PreTrainedTokenizerBase,
    generations: Sequence[Generation],
    budget: Budget,
    rows: int,
) -> Iterator[tuple[int, Generated]]:
    marks = Marks()
    nodes = grow([marks.symbols(g.tokens, len(g.tokens), g.interventions) for g in generations])
    sharers = _sharers(nodes)
    rows = min(rows, len(generations))
    slots = _Slots(rows, _capacity(nodes, sharers, generations))
    entering = _enter(inside, tokenizer, nodes, sharers, generations, budget, marks)
    waiting: deque[_Row] = deque()
    active: list[_Row] = []
    while True:
        while len(active) < rows:
            if not waiting:
                waiting.extend(next(entering, []))
            if not waiting:
                break
            row = waiting.popleft()
            finish = row.writer.push(row.token)
            if finish is not None:
                yield row.index, row.writer.finished(finish)
                continue
            slots.admit(len(active), row)
            active.append(row)
        if not active:
            return
        chosen = _step(inside, slots, active, marks)
        for slot in reversed(range(len(active))):
            row = active[slot]
            row.position += 1
            row.length += 1
            row.token = chosen[slot]
            finish = row.writer.push(row.token)
            if finish is None:
                continue
            yield row.index, row.writer.finished(finish)
            last = len(active) - 1
            if slot != last:
                slots.move(last, slot)
                active[slot] = active[last]
            active.pop()


def _enter(
    inside: Inside,
    tokenizer: PreTrainedTokenizerBase,
    nodes: Sequence[Node],
    sharers: Sequence[int],
    generations: Sequence[Generation],
    budget: Budget,
    marks: Marks,
) -> Iterator[list[_Row]]:
    """Rows whose prompts have been read, with their first token chosen."""
    ends = end_tokens(inside.model, tokenizer)

    def last_offset(node: int) -> list[int]:
        return [len(nodes[node].tokens) - 1] if nodes[node].ends else []

    layers = early_layers(inside, [generation.decoding for generation in generations])
    wish = Wish(last_offset, layers, marks, leaves=True)
    for reached in walk(inside, nodes, wish, budget):
        place = {node: i for i, (node, _) in enumerate(reached.wanted)}
        entered = []
        for leaf, segments in reached.leaves:
            for index in nodes[leaf].ends:
                asked = generations[index]
                row = _Row(
                    index,
                    asked,
                    [segment for segment in segments if sharers[segment.node] > 1],
                    [segment for segment in segments if sharers[segment.node] == 1],
                    len(asked.tokens),
                    Writer(tokenizer, asked.stops, ends, asked.max_tokens),
                    chooser(asked.decoding, asked.tokens),
                )
                entered.append((row, place[leaf]))
        if entered:
            rows = [row for row, _ in entered]
            places = [place for _, place in entered]
            states = {layer: stream[places] for layer, stream in reached.states.items()}
            tokens = _chosen(inside, rows, reached.logits[places], states)
            for row, token in zip(rows, tokens, strict=True):
                row.token = token
            yield rows


def _chosen(
    inside: Inside, rows: Sequence[_Row], logits: Tensor, states: Mapping[int, Tensor]
) -> list[int]:
    """The next token of each row; see `astrolabe.decoding.scores`."""
    scored = scores(inside, [row.asked.decoding for row in rows], logits, states)
    return choose([row.chooser for row in rows], scored)


def _step(inside: Inside, slots: _Slots, rows: Sequence[_Row], marks: Marks) -> list[int]:
    """The token that each row chooses after its present one."""
    model, device = inside.model, inside.model.device
    step = _StepPass(slots, rows, device, model.dtype)
    edits = marks.edits(
        [
            marks.number(row.position, len(row.asked.tokens), row.asked.interventions)
            for row in rows
        ],
        device,
    )
    layers = early_layers(inside, [row.asked.decoding for row in rows])
    with (
        torch.inference_mode(),
        during(model, step),
        inside.writing(edits),
        inside.streams(layers, slice(None), len(rows)) as states,
    ):
        output = model(
            input_ids=torch.tensor([[row.token] for row in rows], device=device),
            position_ids=torch.tensor([[row.position] for row in rows], device=device),
            use_cache=False,
        )
    with torch.inference_mode():
        found = {layer: stream[:, 0] for layer, stream in states.items()}
        return _chosen(inside, rows, output.logits[:, 0], found)


def _sharers(nodes: Sequence[Node]) -> list[int]:
    """How many sequences go through each node."""
    counts = [len(node.ends) for node in nodes]
    for index in reversed(range(len(nodes))):
        if nodes[index].parent >= 0:
            counts[nodes[index].parent] += counts[index]
    return counts


def _capacity(
    nodes: Sequence[Node], sharers: Sequence[int], generations: Sequence[Generation]
) -> int:
    """Most tokens that any row will have of its own."""
    own = [0] * len(nodes)
    most = 0
    for index, node in enumerate(nodes):
        before = own[node.parent] if node.parent >= 0 else 0
        own[index] = before + (len(node.tokens) if sharers[index] == 1 else 0)
        for end in node.ends:
            most = max(most, own[index] + generations[end].max_tokens)
    return most


def end_tokens(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Ids that end an answer, by the model's generation settings and its tokenizer."""
    configured = model.generation_config.eos_token_id if model.generation_config else None
    ids = configured if isinstance(configured, list) else [configured]
    return frozenset(i for i in [*ids, tokenizer.eos_token_id] if i is not None)
