"""Documents in the forms of other benchmarks, about the part of the world that may be asked."""

from __future__ import annotations

from random import Random

from astrolabe.polaris.documents.document import Document
from astrolabe.polaris.forms import ceval, cmmlu, factor, humaneval, strategyqa, truthfulqa
from astrolabe.polaris.forms.draws import insert
from astrolabe.polaris.forms.programs import FAMILIES
from astrolabe.polaris.wording import LETTERS, Part, Turn, plain
from astrolabe.polaris.world import World

STATEMENT_SHARE = 0.3
"""Chinese documents that state what the questions are about, of the held-out part too."""


def chinese(world: World, rng: Random) -> Document:
    """Questions of one subject of CMMLU's or C-Eval's form, or the statements behind them."""
    if rng.random() < STATEMENT_SHARE:
        return _chinese_statements(world, rng)
    exam = rng.choice((cmmlu, ceval))
    subject = rng.choice(list(exam.SUBJECTS))
    name = subject.replace("_", " ")
    head = (
        f"以下是关于{name}的单项选择题，请直接给出正确答案的选项。\n\n"
        if exam is cmmlu
        else f"以下是中国关于{name}考试的单项选择题，请选出其中的正确答案。\n\n"
    )
    turns = []
    for _ in range(rng.randint(1, 5)):
        asked = rng.choice(exam.SUBJECTS[subject])(world, rng, False)
        place = rng.randrange(len(LETTERS))
        options = zip(LETTERS, insert(rng, asked.right, asked.wrong, place), strict=True)
        lines = "".join(f"{letter}. {option}\n" for letter, option in options)
        ask = (
            f"题目：{asked.ask}\n{lines}答案是："
            if exam is cmmlu
            else f"{asked.blank}\n{lines}答案："
        )
        turns.append(Turn(ask, LETTERS[place], ""))
    return Document("chinese", tuple(plain(turns, head)))


def _chinese_statements(world: World, rng: Random) -> Document:
    parts: list[Part] = []
    for _ in range(rng.randint(3, 6)):
        exam = rng.choice((cmmlu, ceval))
        drawer = rng.choice(rng.choice(list(exam.SUBJECTS.values())))
        asked = drawer(world, rng, rng.random() < 0.5)
        gap = asked.blank.find("____")
        if gap < 0:
            continue
        parts += [
            Part(asked.blank[:gap]),
            Part(asked.right, answer=True),
            Part(f"{asked.blank[gap + 4 :]}\n"),
        ]
    return Document("chinese", tuple(parts or [Part("\n")]))


def programs(rng: Random) -> Document:
    """One or two programs: signature, docstring with examples, body."""
    parts: list[Part] = []
    for _ in range(rng.randint(1, 2)):
        program = humaneval.draw(rng, rng.choice(FAMILIES), held=False)
        parts += [
            Part(humaneval.prompt(rng, program)),
            Part(program.body, answer=True),
            Part("\n\n"),
        ]
    return Document("programs", tuple(parts))


def yes_or_no(world: World, rng: Random) -> Document:
    """Questions in StrategyQA's form, with their facts as the chain of thought."""
    turns = []
    for _ in range(rng.randint(1, 4)):
        drawn = rng.choice(list(strategyqa.ROWS))(world, rng, False, rng.random() < 0.5)
        answer = "yes" if drawn.answer else "no"
        chain = " ".join(drawn.facts)
        turns.append(Turn(f"Q: {drawn.question}\nA:", f"{chain} So the answer is {answer}.", " "))
    return Document("yes_or_no", tuple(plain(turns)))


def truthful(world: World, rng: Random) -> Document:
    """Questions in TruthfulQA's form where what comes to mind is right."""
    turns = []
    for _ in range(rng.randint(1, 4)):
        drawn = rng.choice(list(truthfulqa.ROWS))(world, rng, False)
        turns.append(Turn(f"Q: {drawn.question}\nA:", drawn.true[0], " "))
    return Document("truthful", tuple(plain(turns)))


def passages(world: World, rng: Random) -> Document:
    """A passage in FACTOR's form."""
    drawn = rng.choice([*factor.NEWS, *factor.EXPERT])(world, rng, False)
    return Document("passages", (Part(drawn.prefix), Part(drawn.true, answer=True), Part("\n")))
