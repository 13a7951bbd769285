"""What a study will cost, before any of it is computed.

What is counted is counted exactly: the requests, what the store knows of them, and the prefix tree
that the engine would walk. What is timed is a sample: some of the study's own prompts through the
engine, for a second or two, and a few decoding steps. The estimate is the counted work over the
rate of the sample.
"""

import heapq
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from astrolabe.core.model import Exit, Generation, Reading
from astrolabe.core.run import RunPlan
from astrolabe.engine.cost import Cost, Fed, Work, total, tree, work
from astrolabe.engine.marks import Marks
from astrolabe.models.local import LocalModel
from astrolabe.runs.ask import Request, ask
from astrolabe.runs.extract import foreseen
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Watch

WORTH_TIMING = 1.5
"""Seconds that one timed sample may take, as far as the samples before it can tell."""

RANDOM = (32, 256)
"""Tokens of the samples that are timed first, so that a slow model gives some rate at least."""

STRETCHES = 4
"""Places in the tree from which a sample of the study's own prompts is taken."""

STEPS = 24
"""Decoding steps that are timed, at most."""

EARLY = 2**26
"""Bytes of early exits' logits that are held together at most; see `astrolabe.engine.readout`."""

LAST = 8
"""Tokens left of each prompt for the timed steps, where reading whole ones takes too long."""


@dataclass(frozen=True)
class Share:
    """What one run asks for. What several runs share counts for the first of them.

    Attributes:
        label: The run's name in its study.
        readings: Log-probs asked for, early exits included.
        generations: Texts to be written.
        known: How many of both the store has already; all that follows is about the others.
        riding: Requests that need no pass of their own: all that they feed is fed for another one.
        sent: Tokens of the prompts, if each request were sent alone.
        distinct: Tokens that are computed for this run, and for none before it.
        written: Tokens that will be written, at most.
        reading_seconds: Estimated time for its distinct tokens and its rows of logits.
        writing_seconds: Estimated time for the tokens written, at most.
    """

    label: str
    readings: int
    generations: int
    known: int
    riding: int
    sent: int
    distinct: int
    written: int
    reading_seconds: float
    writing_seconds: float

    @property
    def sharing(self) -> float | None:
        """Tokens sent for each token computed; `None` where nothing is computed."""
        return self.sent / self.distinct if self.distinct else None

    @property
    def seconds(self) -> float:
        """Estimated time in all, at most where something is written."""
        return self.reading_seconds + self.writing_seconds


@dataclass(frozen=True)
class Memory:
    """Estimated bytes beside the weights, at most.

    Attributes:
        path: Keys and values of the longest path through the tree.
        running: One packed pass.
        logits: Rows of logits of one pass, early exits included.
        slots: Keys and values of the rows that are decoded together.
    """

    path: int
    running: int
    logits: int
    slots: int

    @property
    def bytes(self) -> int:
        return self.path + self.running + self.logits + self.slots


@dataclass(frozen=True)
class Forecast:
    """What the runs of one model will cost.

    Attributes:
        runs: Each of them.
        shares: Whether the model can share prefixes.
        passes: Packed passes that read prompts; one a request, were each sent alone.
        steps: Decoding steps, at most; all rows of a step are computed together.
        rows: Rows decoded together, at most.
        weights: Bytes of the model's weights.
        memory: What comes on top.
        rate: FLOP/s that the timed sample reached; 0 where nothing is missing.
        step: Seconds of a timed decoding step; 0 where nothing is written.
        timed: Seconds spent on timing.
    """

    model: str
    device: str
    dtype: str
    runs: tuple[Share, ...]
    shares: bool
    passes: int
    steps: int
    rows: int
    weights: int
    memory: Memory
    rate: float
    step: float
    timed: float

    @property
    def whole(self) -> Share:
        """All runs together."""
        columns = [[getattr(run, name) for run in self.runs] for name in _COUNTED]
        return Share("all", *(sum(column) for column in columns))

    @property
    def alone(self) -> int:
        """Passes that read prompts, were each request sent alone."""
        return self.whole.readings + self.whole.generations - self.whole.known

    @property
    def saved(self) -> int:
        """How many of them are not needed."""
        return self.alone - self.passes


_COUNTED = (
    *("readings", "generations", "known", "riding", "sent", "distinct", "written"),
    *("reading_seconds", "writing_seconds"),
)


@dataclass(frozen=True)
class _Missing:
    """A request that has to be computed, with the first run that asks it."""

    request: Request
    owner: int


def forecast(
    plans: Sequence[RunPlan], model: LocalModel, store: Store | None, watch: Watch | None = None
) -> Forecast:
    """What `plans`, runs of one model, will cost.

    Args:
        store: Whose answers need not be computed again; `None` for none.

    Raises:
        BadInput: as the runs would.
    """
    asked = [ask(plan, model, watch) for plan in plans]
    there = store.answers({key for one in asked for key in one.by_key}) if store else {}
    keys = foreseen(asked, there, model)
    known = set(store.answers({key for own in keys for key in own})) if store else set[str]()
    missing: dict[str, _Missing] = {}
    for owner, own in enumerate(keys):
        for key, request in own.items():
            if key not in known:
                missing.setdefault(key, _Missing(request, owner))
    readings = [(m.request, m.owner) for m in missing.values() if isinstance(m.request, Reading)]
    writing = [(m.request, m.owner) for m in missing.values() if isinstance(m.request, Generation)]
    return _Reckoning(model, readings, writing).forecast(plans, keys, known)


class _Reckoning:
    """The missing requests of one model, as the engine would compute them."""

    def __init__(
        self,
        model: LocalModel,
        readings: Sequence[tuple[Reading, int]],
        writing: Sequence[tuple[Generation, int]],
    ) -> None:
        self.model = model
        self.cost = Cost.of(model.module)
        self.marks = Marks()
        self.shares = model.why_plain is None
        self.readings = [reading for reading, _ in readings]
        self.generations = [generation for generation, _ in writing]
        self.owners = [owner for _, owner in writing]
        self.read = self._work([self._fed(r, owner) for r, owner in readings])
        self.prompts = self._work([self._fed(g, owner) for g, owner in writing])
        self.slot = model.slot_bytes(self.generations) if writing else 0
        self.rows = min(self._most_rows(), len(writing))

    def _most_rows(self) -> int:
        """Rows decoded together; see `astrolabe.engine.generate` and `astrolabe.engine.plain`."""
        if self.shares:
            return self.model.budget.decoded(self.slot)
        longest = max((len(g.tokens) + g.max_tokens for g in self.generations), default=1)
        return max(1, self.model.budget.tokens // longest)

    def _fed(self, request: Request, owner: int = 0) -> Fed:
        """What the engine feeds for a request."""
        if isinstance(request, Reading):
            tokens = self.marks.symbols(request.tokens[:-1], request.start, request.interventions)
            return Fed(tokens, request.start - 1, (request.exit,) if request.exit else (), owner)
        tokens = self.marks.symbols(request.tokens, len(request.tokens), request.interventions)
        return Fed(tokens, len(tokens) - 1, _exits(self.model, request), owner)

    def _work(self, fed: Sequence[Fed]) -> dict[int, Work]:
        return work(tree(fed, self.shares), fed) if fed else {}

    def forecast(
        self, plans: Sequence[RunPlan], keys: Sequence[dict[str, Request]], known: set[str]
    ) -> Forecast:
        model, begun = self.model, time.monotonic()
        rate = self._rate() if self.readings or self.generations else 0.0
        step = self._step(rate) if self.generations else 0.0
        timed = time.monotonic() - begun
        limits = [generation.max_tokens for generation in self.generations]
        steps = makespan(limits, self.rows)
        writing_seconds = steps * step
        written = Counter[int]()
        for owner, limit in zip(self.owners, limits, strict=True):
            written[owner] += limit
        runs = []
        for owner, (plan, own) in enumerate(zip(plans, keys, strict=True)):
            asked = [request for key, request in own.items() if key not in known]
            here = total(of.get(owner, Work()) for of in (self.read, self.prompts))
            share = written[owner] / max(1, sum(limits))
            runs.append(
                Share(
                    plan.label or plan.condition.label(),
                    sum(isinstance(request, Reading) for request in own.values()),
                    sum(isinstance(request, Generation) for request in own.values()),
                    len(own) - len(asked),
                    len(asked) - here.ends,
                    sum(len(self._fed(request).tokens) for request in asked),
                    here.tokens,
                    written[owner],
                    self.cost.flops(here) / rate if rate else 0.0,
                    writing_seconds * share,
                )
            )
        return Forecast(
            model=model.name,
            device=model.module.device.type,
            dtype=model.identity.dtype,
            runs=tuple(runs),
            shares=self.shares,
            passes=sum(map(self._passes, (self.read, self.prompts))),
            steps=steps,
            rows=self.rows,
            weights=sum(p.numel() * p.element_size() for p in model.module.parameters()),
            memory=self._memory(),
            rate=rate,
            step=step,
            timed=timed,
        )

    def _passes(self, works: dict[int, Work]) -> int:
        """Packed passes; without sharing, one for each distinct sequence at most."""
        whole, budget = total(works.values()), self.model.budget
        packed = -(-whole.tokens // budget.tokens)
        return packed if self.shares else max(packed, whole.ends)

    def _memory(self) -> Memory:
        """Estimated at the widest: full passes, full slots."""
        takes, budget = self.model.takes, self.model.budget
        prompts = [len(r.tokens) - 1 for r in self.readings]
        prompts += [len(g.tokens) for g in self.generations]
        layers = {r.exit for r in self.readings if r.exit}
        layers |= {exit for g in self.generations for exit in _exits(self.model, g)}
        longest = max(prompts, default=0)
        distinct = max(total(w.values()).tokens for w in (self.read, self.prompts))
        rows = max(total(w.values()).rows for w in (self.read, self.prompts))
        rows = min(rows // (1 + len(layers)), budget.rows, budget.tokens)
        return Memory(
            takes.kept * longest,
            takes.passed * min(budget.tokens, distinct),
            takes.logits * rows + min(takes.logits * rows * len(layers), EARLY),
            self.slot * self.rows,
        )

    def _samples(self) -> Iterator[list[Reading]]:
        """Readings to be timed, ever more of them: random tokens, then prompts of the study."""
        stream = random.Random(0)
        vocabulary = self.model.vocabulary
        for count in RANDOM:
            length = min(count, self.model.context_length - 1)
            yield [Reading(tuple(stream.randrange(vocabulary) for _ in range(length + 1)), length)]
        # The last token of a reading is never fed, so that one more makes a prompt a reading.
        prompts = [Reading((*g.tokens, 0), len(g.tokens)) for g in self.generations]
        own = sorted(self.readings or prompts, key=lambda reading: reading.tokens)
        size = 2 * STRETCHES
        while size < 4 * len(own):
            length = min(size, len(own)) // STRETCHES
            starts = [place * (len(own) - length) // (STRETCHES - 1) for place in range(STRETCHES)]
            places = {place for start in starts for place in range(start, start + length)}
            yield [own[place] for place in sorted(places)]
            size *= 4

    def _rate(self) -> float:
        """FLOP/s of the largest sample that takes no longer than it is worth."""
        rate = 0.0
        for sample in self._samples():
            flops = self._flops(sample)
            if rate and flops / rate > WORTH_TIMING:
                break
            begun = time.perf_counter()
            for _ in self.model.score(sample):
                pass
            rate = flops / (time.perf_counter() - begun)
        return rate

    def _flops(self, sample: Sequence[Reading]) -> int:
        return self.cost.flops(total(self._work([self._fed(r) for r in sample]).values()))

    def _step(self, rate: float) -> float:
        """Seconds of one decoding step with all rows, by the tokens that a sample of them writes.

        One of the sample ends with the first step, which tells when all have read their prompts.
        """
        count, among, left_out = self.rows, self.generations, 0
        chosen = [among[place * len(among) // count] for place in range(count)]
        prompts = [Reading((*g.tokens, 0), len(g.tokens)) for g in chosen]
        if not self.shares or self._flops(prompts) / rate > WORTH_TIMING:
            left_out = sum(max(0, len(g.tokens) - LAST) for g in chosen)
            chosen = [replace(g, tokens=g.tokens[-LAST:]) for g in chosen]
        sample = [replace(g, max_tokens=1 + STEPS, stops=()) for g in chosen]
        sample[0] = replace(sample[0], max_tokens=2)
        begun, written = time.perf_counter(), 0
        for index, answer in self.model.generate(sample):
            if index == 0 and self.shares and count > 1:
                begun = time.perf_counter()
            written += max(0, answer.tokens - 2) if self.shares else answer.tokens
        step = (time.perf_counter() - begun) * count / max(1, written)
        return step + self.cost.pair * left_out / rate


def _exits(model: LocalModel, generation: Generation) -> tuple[Exit, ...]:
    dola = generation.decoding.dola
    return model.exits(dola) if dola else ()


def makespan(limits: Sequence[int], rows: int) -> int:
    """Steps until all have written all they may, `rows` at a time, when a freed slot is refilled.

    Args:
        limits: Tokens of each, in their order.
    """
    slots = [0] * rows
    for limit in limits:
        heapq.heapreplace(slots, slots[0] + limit)
    return max(slots, default=0)
