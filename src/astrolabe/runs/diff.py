"""Why two numbers differ: a gap laid to its causes, item by item.

The gap of the headlines is taken apart exactly. What the two sides did not both ask, and how each
averages, is set aside first; what is left is the sum over common items of what each gained or lost,
grouped by everything that differs between the two ways it was asked and read. Where several things
differ on an item, its change is laid to all of them together: no item tells which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from astrolabe.core.errors import BadInput
from astrolabe.runs.accounts import Account, Told

NOISE = 1e-4
"""A share of probability moves by less when the same passes are computed in another order."""


class Cause(StrEnum):
    """What can differ between two ways to ask and grade an item."""

    TEMPLATE = "chat template"
    OPENING = "BOS"
    HEADER = "header"
    SHOTS = "shots"
    SHOWN = "shots' wording"
    ORDER = "order of options"
    WORDING = "wording"
    SCORED = "scored string"
    TRUNCATION = "truncation"
    PROMPT = "prompt not kept"
    ANSWER = "answer to the same prompt"
    EXTRACTION = "extraction"
    GOLD = "gold label"


@dataclass(frozen=True)
class Share:
    """Items on which the same things differ, and what they contribute to the gap.

    Attributes:
        causes: What differs; nothing where both sides did the same.
        gained: Items that count more for the second side.
        lost: Items that count less.
        points: Contribution to the gap, as a share of the common items.
        example: An item that changed, else any; with both accounts.
    """

    causes: tuple[Cause, ...]
    items: int
    gained: int
    lost: int
    points: float
    example: tuple[Told, Told]


@dataclass(frozen=True)
class Gap:
    """The second side's accuracy minus the first's, taken apart; the parts add up to it.

    Attributes:
        common: Items that both sides have.
        apart: Items that only the first side has, and only the second.
        coverage: What comes of items that only one side has.
        aggregate: What comes of averaging in other ways.
        shares: What comes of the common items, the largest first.
    """

    first: Account
    second: Account
    common: int
    apart: tuple[int, int]
    coverage: float
    aggregate: float
    shares: tuple[Share, ...]

    @property
    def total(self) -> float:
        return self.second.accuracy - self.first.accuracy


def explain(first: Account, second: Account) -> Gap:
    """Lay the gap between two accounts to its causes.

    Raises:
        BadInput: when they have no item in common.
    """
    common = [name for name in first.told if name in second.told]
    if not common:
        raise BadInput("the two have no item in common, so no gap can be explained")
    groups: dict[tuple[Cause, ...], list[tuple[Told, Told, float]]] = {}
    for name in common:
        one, other = first.told[name], second.told[name]
        for causes, change in _changes(one, other, first, second).items():
            groups.setdefault(causes, []).append((one, other, change))
    shares = [_share(causes, rows, len(common)) for causes, rows in groups.items()]
    shares.sort(key=lambda share: (-abs(share.points), -share.gained - share.lost))
    over_common = _over(second, common) - _over(first, common)
    over_all = _mean(second.credits) - _mean(first.credits)
    return Gap(
        first=first,
        second=second,
        common=len(common),
        apart=(len(first.credits) - len(common), len(second.credits) - len(common)),
        coverage=over_all - over_common,
        aggregate=(second.accuracy - first.accuracy) - over_all,
        shares=tuple(shares),
    )


def _over(account: Account, names: Sequence[str]) -> float:
    return _mean([account.told[name].credit for name in names])


def _mean(credits: Sequence[float]) -> float:
    return sum(credits) / len(credits)


def _changes(
    one: Told, other: Told, first: Account, second: Account
) -> dict[tuple[Cause, ...], float]:
    """What an item gains from the first side to the second, by what that is laid to.

    Where the first side also has the grade under the second side's rule, what that alone changes
    is laid to extraction, and only the rest to how the item was asked or what was answered.
    """
    by_rule = one.under.get(second.rule, one.credit) - one.credit
    rest = other.credit - one.credit - by_rule
    same_rule = first.rule == second.rule
    causes = _asked(one, other, first, second) or _answered(one, other, rest, same_rule)
    if not causes and by_rule:
        return {(Cause.EXTRACTION,): by_rule + rest}
    found = {causes: rest}
    if by_rule:
        found[(Cause.EXTRACTION,)] = found.get((Cause.EXTRACTION,), 0.0) + by_rule
    return found


def _asked(one: Told, other: Told, first: Account, second: Account) -> tuple[Cause, ...]:
    """What differs in how an item was asked."""
    known = one.prompt != "" and other.prompt != ""
    asked = [_asked_part(told) for told in (one, other)]
    headers = [_header(one, other), _header(other, one)]
    shown = [_shown_part(told, header) for told, header in zip((one, other), headers, strict=True)]
    same_shots = _same_shots(one, other, shown)
    cuts = (one.cut, other.cut)
    templates = first.template != second.template and one.prompt != other.prompt
    differs = {
        Cause.TEMPLATE: templates,
        Cause.OPENING: None not in (first.opening, second.opening)
        and first.opening != second.opening
        and one.prompt == other.prompt,
        Cause.HEADER: headers[0].strip("\n") != headers[1].strip("\n"),
        Cause.SHOTS: not same_shots,
        Cause.ORDER: one.order != other.order,
        Cause.WORDING: known
        and one.order == other.order
        and (not _same_lines(*asked) if templates else asked[0] != asked[1]),
        # Another template makes other texts of the same shots.
        Cause.SHOWN: known
        and not templates
        and same_shots
        and asked[0] == asked[1]
        and shown[0] != shown[1],
        Cause.SCORED: not _scored_alike(one, other),
        Cause.TRUNCATION: None not in cuts and cuts[0] != cuts[1],
        Cause.PROMPT: not known,
    }
    found = tuple(cause for cause, is_so in differs.items() if is_so)
    return () if found == (Cause.PROMPT,) and one.read == other.read else found


def _answered(one: Told, other: Told, change: float, same_rule: bool) -> tuple[Cause, ...]:
    """What differs although an item was asked in the same way.

    Args:
        change: What it gains otherwise than by another rule.
        same_rule: Whether both sides read answers by the same rule.
    """
    changed = abs(change) > NOISE
    if one.gold != other.gold:
        return (Cause.GOLD,)
    if one.said != other.said:
        return (Cause.ANSWER,)
    if one.scored and (changed or (same_rule and one.read != other.read)):
        return (Cause.ANSWER,)
    return (Cause.EXTRACTION,) if changed else ()


def _scored_alike(one: Told, other: Told) -> bool:
    """Whether the same texts were scored, or one side scored some more besides.

    TruthfulQA's answers are scored all at once by us, those of each metric by themselves elsewhere.
    """
    few, many = sorted((set(one.scored), set(other.scored)), key=len)
    return few <= many and bool(few) == bool(many)


def _asked_part(told: Told) -> str:
    """The prompt from the line on in which the item's own question begins."""
    start = told.prompt.rfind(told.item.question.strip())
    return told.prompt[told.prompt.rfind("\n", 0, max(start, 0)) + 1 :]


def _same_lines(one: str, other: str) -> bool:
    """Whether one text holds every line of the other, which a chat template puts marks around."""
    few, many = sorted((one, other), key=len)
    return all(line.strip() in many for line in few.splitlines())


def _header(told: Told, other: Told) -> str:
    """What opens the prompt; where nobody wrote it down, what opens the other side's."""
    known = told.header if told.header is not None else other.header
    return known or ""


def _shown_part(told: Told, header: str) -> str:
    """What stands between the header and the item's own question."""
    before = told.prompt[: len(told.prompt) - len(_asked_part(told))]
    if header and header in before:
        before = before.partition(header)[2]
    return before.strip("\n")


def _same_shots(one: Told, other: Told, shown: Sequence[str]) -> bool:
    """Whether both show the same exemplars in the same order.

    Args:
        shown: What stands before each one's question.
    """
    if one.shots is not None and other.shots is not None:
        return one.shots == other.shots
    if one.shots is None and other.shots is None:
        return shown[0] == shown[1]
    known, text = (one.shots, shown[1]) if one.shots is not None else (other.shots, shown[0])
    place = 0
    for question in known or ():
        place = text.find(question.strip(), place)
        if place < 0:
            return False
    return bool(known) == bool(text)


def _share(causes: tuple[Cause, ...], rows: list[tuple[Told, Told, float]], n: int) -> Share:
    changed = next((row for row in rows if abs(row[2]) > NOISE), rows[0])
    return Share(
        causes=causes,
        items=len(rows),
        gained=sum(change > NOISE for _, _, change in rows),
        lost=sum(change < -NOISE for _, _, change in rows),
        points=sum(change for _, _, change in rows) / n,
        example=changed[:2],
    )
