"""Generation: prompts enter through the prefix tree, rows are decoded together.

Keys and values that several prompts share are kept once and attended to as one stretch; what is a
row's own lies in a slot of a preallocated buffer. When a row ends, the next prompt takes its slot.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from astrolabe.core.model import Generated, Generation
from astrolabe.decoding import Chooser, choose, chooser, early_layers, scores
from astrolabe.engine.attention import during
from astrolabe.engine.marks import Marks
from astrolabe.engine.memory import Budget, is_out_of_memory, slot_tokens, too_large
from astrolabe.engine.packed import Segment
from astrolabe.engine.slots import Slots, StepPass
from astrolabe.engine.text import Writer
from astrolabe.engine.tree import Node, grow
from astrolabe.engine.walk import Wish, walk
from astrolabe.inside.head import Inside
from astrolabe.inside.taps import streams


@dataclass
class _Row:
    """A prompt on its way to an answer; see also `astrolabe.engine.slots.Held`.

    Attributes:
        index: Which generation it is.
        asked: That generation.
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
            left = [index for index in left if index >= 0]
            rows = min(rows, len(left))
            if rows == 1:
                raise too_large() from error
            rows = rows // 2
            if torch.cuda.is_available():
                torch.cuda.empty_cache()


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
    slots = Slots(rows, slot_tokens(nodes, [generation.max_tokens for generation in generations]))
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
    wish = Wish(last_offset, streams(layers), marks, leaves=True)
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


def _step(inside: Inside, slots: Slots, rows: Sequence[_Row], marks: Marks) -> list[int]:
    """The token that each row chooses after its present one."""
    model, device = inside.model, inside.model.device
    step = StepPass(slots, rows, device, model.dtype)
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


def end_tokens(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Ids that end an answer, by the model's generation settings and its tokenizer."""
    configured = model.generation_config.eos_token_id if model.generation_config else None
    ids = configured if isinstance(configured, list) else [configured]
    return frozenset(i for i in [*ids, tokenizer.eos_token_id] if i is not None)
