"""What requests cost a model: distinct tokens, attended pairs, rows of logits, and their FLOPs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from transformers import PreTrainedModel

from astrolabe.core.model import Exit
from astrolabe.engine.tree import Node, grow


@dataclass(frozen=True)
class Fed:
    """What one request sends through the model.

    Attributes:
        tokens: Token ids, or marked ones.
        first: First position at which logits are wanted; all after it are, too.
        exits: Early exits wanted there besides the last layer.
        owner: Whose it is; what several share counts for the least of them.
    """

    tokens: tuple[int, ...]
    first: int
    exits: tuple[Exit, ...] = ()
    owner: int = 0


@dataclass(frozen=True)
class Work:
    """What has to be computed.

    Attributes:
        tokens: Distinct tokens.
        pairs: Pairs of a token and one that it attends to, itself included.
        rows: Rows of logits, those of early exits included.
        ends: Sequences that no other one goes on from, so that each needs a path of its own.
    """

    tokens: int = 0
    pairs: int = 0
    rows: int = 0
    ends: int = 0

    def __add__(self, other: "Work") -> "Work":
        return Work(
            self.tokens + other.tokens,
            self.pairs + other.pairs,
            self.rows + other.rows,
            self.ends + other.ends,
        )


@dataclass(frozen=True)
class Cost:
    """FLOPs of one model; a multiplication and an addition are two.

    Attributes:
        token: Of its matrices, for each token.
        pair: Of attention, for each pair, in all layers.
        row: Of the unembedding, for each row.
    """

    token: int
    pair: int
    row: int

    @classmethod
    def of(cls, model: PreTrainedModel) -> "Cost":
        """By the shapes of its weights; a mixture of experts is taken as if all were used."""
        config = model.config.get_text_config()
        head = model.get_output_embeddings().weight
        embedded = {id(head), id(model.get_input_embeddings().weight)}
        matrices = sum(
            p.numel() for p in model.parameters() if p.dim() > 1 and id(p) not in embedded
        )
        heads: int = getattr(config, "num_attention_heads", 0)  # none in recurrent models
        width = getattr(config, "head_dim", None) or config.hidden_size // max(1, heads)
        return cls(2 * matrices, 4 * config.num_hidden_layers * heads * width, 2 * head.numel())

    def flops(self, work: Work) -> int:
        return self.token * work.tokens + self.pair * work.pairs + self.row * work.rows


def tree(fed: Sequence[Fed], shares: bool = True) -> list[Node]:
    """The prefix tree of what is fed; without sharing, equal sequences are still computed once."""
    if shares:
        return grow([one.tokens for one in fed])
    order = sorted(range(len(fed)), key=lambda index: fed[index].tokens)
    alike = [list(same) for _, same in groupby(order, key=lambda index: fed[index].tokens)]
    return [Node(-1, 0, fed[same[0]].tokens, place, same) for place, same in enumerate(alike)]


def work(nodes: Sequence[Node], fed: Sequence[Fed]) -> dict[int, Work]:
    """What each owner adds to the work of those before it; what all have to do, summed up."""
    owner = [min((fed[end].owner for end in node.ends), default=-1) for node in nodes]
    for index in reversed(range(len(nodes))):
        parent = nodes[index].parent
        if parent >= 0:
            known = owner[parent]
            owner[parent] = owner[index] if known < 0 else min(known, owner[index])
    tokens, pairs, ends = Counter[int](), Counter[int](), Counter[int]()
    for index, node in enumerate(nodes):
        length = len(node.tokens)
        tokens[owner[index]] += length
        pairs[owner[index]] += length * node.depth + length * (length + 1) // 2
        ends[owner[index]] += node.last == index
    rows = Counter(_rows(nodes, fed).values())
    return {
        one: Work(tokens[one], pairs[one], rows[one], ends[one])
        for one in {*tokens, *rows}
    }  # fmt: skip


def _rows(nodes: Sequence[Node], fed: Sequence[Fed]) -> dict[tuple[int, int, Exit | None], int]:
    """Each row of logits, by node, position and exit, with its owner."""
    rows: dict[tuple[int, int, Exit | None], int] = {}
    for leaf, node in enumerate(nodes):
        for end in node.ends:
            here, one = leaf, fed[end]
            for position in range(len(one.tokens) - 1, one.first - 1, -1):
                while nodes[here].depth > position:
                    here = nodes[here].parent
                for exit in (None, *one.exits):
                    row = (here, position, exit)
                    rows[row] = min(one.owner, rows.get(row, one.owner))
    return rows


def total(works: Iterable[Work]) -> Work:
    """All of them together."""
    return sum(works, Work())
