"""What a yes-no question asserts, and whether a clause says the same or denies it.

"So a square is a rectangle" answers "Is a square always a rectangle?", for it says what is asked in
the words of the question and no others; one "not" makes it a no. A clause that brings words of its
own is another thing, and is not read.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from astrolabe.grading.plain import plain
from astrolabe.grading.statements import unemphatic

_SENTENCE = re.compile(r"(?<=[?!\n])|\.(?!\d)")
_AUXILIARIES = {
    **dict.fromkeys(["is", "are", "was", "were", "am", "be", "been"], "be"),
    **dict.fromkeys(["do", "does", "did"], "do"),
    **dict.fromkeys(["can", "could"], "can"),
    **dict.fromkeys(["will", "would"], "will"),
    **dict.fromkeys(["has", "have", "had"], "have"),
    **dict.fromkeys(["should", "must", "may", "might", "shall", "need"], "should"),
}
_LEADING = re.compile(r"(?:^|[,;:] )\W{0,3}(?P<auxiliary>[A-Za-z]+)(?P<negated>n't\b| not\b)?")
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?|\d+(?:[.,]\d+)*")
_COMMON = frozenset(
    {*_AUXILIARIES, "a", "an", "the", "of", "in", "on", "at", "to", "for", "by", "with", "from"}
    | {"it", "its", "they", "their", "them", "he", "she", "his", "her", "him", "this", "that"}
    | {"these", "those", "there", "ever", "any", "some", "always", "really", "actually", "also"}
    | {"so", "thus", "therefore", "hence", "and", "but", "still", "indeed", "then", "both", "very"}
    | {"just", "certainly", "definitely", "clearly", "which", "means", "we", "can", "conclude"}
    | {"overall", "yes", "no", "not", "never", "as", "only", "even", "however", "could", "able"}
    | {"cannot", "ca", "wo", "sha", "or", "whether", "answer", "question", "statement"}
    | {"one", "say", "would"}
    | {"year", "old", "common", "popular", "number", "way"}
    | {"myth", "misconception", "misbelief"}
)
_PRONOUN = re.compile(r"\b(?:it|they|he|she|this|that|we|you|i)\b", re.IGNORECASE)
_NEGATIONS = re.compile(
    r"n't\b|\b(?:not|no|never|cannot|nor|neither|none|nobody|nothing|without|false|untrue|wrong"
    r"|impossible|unlikely|hardly|myth|misconception|misbelief)\b|\bunable\b",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_ASKS = re.compile(r"[吗呢吧]?\?.*$|[吗呢]$")
_EITHER_OR = re.compile(r"(?P<verb>[\u3400-\u9fff]{1,2})(?:不|没)(?P=verb)")
_FILLERS = re.compile(
    r"^(?:[它他她]们?|这|那|但是?|不过|可是|然而|而是?)|本身|自己|自身|真正|所以|故|因此|因而|综上(?:所述)?|总之|(?:由此)?可见|也就是说|其实|事实上|实际上|确实|的确|当然|显然|一定"
    r"|肯定|也|都|就|还|并|请问|真的|到底|究竟|已经|早已?|了|的|\W"
)
_CHINESE_NEGATIONS = re.compile(r"不(?![仅但同])|没有?|无法|并非|非(?!常)|未")


@dataclass(frozen=True)
class Proposition:
    """What a yes-no question asserts.

    Attributes:
        auxiliary: The verb that asks it, in one form for all its tenses; empty in Chinese.
        words: Stems of the English words that carry it, in their order.
        judged: The adjective of "Is it possible to ...?".
        advice: Whether it asks if something is safe, allowed or advisable.
        always: Whether it asks if something must be so.
        signs: The Chinese sentence that it asserts.
        negated: Whether the question itself denies; a clause is not compared with it then.
    """

    auxiliary: str = ""
    words: tuple[str, ...] = ()
    judged: str = ""
    always: bool = False
    advice: bool = False
    signs: str = ""
    negated: bool = False

    def said_in(self, clause: str) -> str | None:
        """ "yes" or "no", where a clause says what was asked, or denies it."""
        if self.negated:
            return None
        if self.advice and _FORBIDS.match(clause):
            return "no"
        if self.signs:
            return self._chinese_said_in(clause)
        clause = unemphatic(clause)
        negations = len(_NEGATIONS.findall(clause))
        if negations > 1 or not any(same(clause) for same in self._readings):
            return None
        return "no" if negations else "yes"

    def _same(self, clause: str) -> bool:
        """Whether a clause has the question's words; a pronoun may stand for the first of them.

        In their order, for "lead is denser than gold" is not what "Is gold denser than lead?" asks.
        """
        said = stems(clause)
        if len(self.words) >= _FEWEST and said == self.words:
            return True
        ends = said and said == self.words[-len(said) :] and len(said) < len(self.words)
        return bool(ends) and _PRONOUN.search(clause) is not None

    def _short(self, clause: str) -> bool:
        """Whether a clause is the question's subject and its verb: "bats don't"."""
        ended = _ENDS_IN_AUXILIARY.search(clause)
        if ended is None or auxiliary(ended["auxiliary"]) != self.auxiliary:
            return False
        subject = stems(clause[: ended.start()])
        return bool(subject) and subject == self.words[: len(subject)] and subject != self.words

    @property
    def _readings(self) -> tuple[Callable[[str], bool], ...]:
        return self._same, self._short, self._core, self._with_pronoun, self._with_numbers

    def _with_numbers(self, clause: str) -> bool:
        """Whether a clause has the question's numbers, in whatever place, and no words but its own.

        "A 17-year-old cannot vote" answers "Can a person vote at 17?".
        """
        said, asked = stems(clause), iter(word for word in self.words if not word[:1].isdigit())
        numbers = [word for word in said if word[:1].isdigit()]
        if not numbers or numbers != [word for word in self.words if word[:1].isdigit()]:
            return False
        rest = [word for word in said if not word[:1].isdigit()]
        verbs = {auxiliary(word) for word in _WORD.findall(clause.replace("cannot", "can not"))}
        return bool(rest) and self.auxiliary in verbs and all(word in asked for word in rest)

    def _with_pronoun(self, clause: str) -> bool:
        """Whether a clause has the question's words in their order, "it" or "them" for some."""
        said = stems(clause)
        gap = len(self.words) - len(said)
        if len(said) < _FEWEST or gap < 1 or not _OBJECT.search(clause):
            return False
        return any(self.words[:i] + self.words[i + gap :] == said for i in range(1, len(said) + 1))

    def _core(self, clause: str) -> bool:
        """Whether a clause is a pronoun and the question's verb, or what it asks "it is"."""
        said = stems(clause)
        if len(said) != 1:
            return False
        judged = said[0] == self.judged and _IT_IS.match(clause)
        return bool(judged) or (said[0] in self.words and bool(_PRONOUN_AND_VERB.search(clause)))

    def _chinese_said_in(self, clause: str) -> str | None:
        if self.always and _NOT_ALWAYS.fullmatch(clause.strip(" ,.")):
            return "no"
        clause = _CANNOT.sub(r"不能\g<verb>\g<end>", clause)
        if (seems := _SEEMS.search(clause)) and self._ends_with(seems["what"]):
            return "no"
        said = _FILLERS.sub("", _FILLERS.sub("", clause)).replace("属于", "是")
        negations = len(_CHINESE_NEGATIONS.findall(said))
        affirmed = {_CHINESE_NEGATIONS.sub("", said), said.replace("没有", "有")}
        affirmed |= {_BESIDE.sub("", one) for one in affirmed}
        short = {one for one in affirmed if len(one) >= _SHORTEST_END and one in self.signs[2:]}
        # "不够" denies what "够吗" and "足够吗" ask.
        predicate = len(said) <= _LONGEST_PREDICATE and any(map(self._ends_with, affirmed))
        if negations > 1 or not (
            any(self._same_signs(one) for one in affirmed) or (negations and (short or predicate))
        ):
            return None
        return "no" if negations else "yes"

    def _ends_with(self, words: str) -> bool:
        words = _FILLERS.sub("", words)
        return bool(words) and self.signs.endswith(words)

    def _same_signs(self, said: str) -> bool:
        """Whether a clause has the question's signs; its beginning may be left out."""
        ends = len(said) >= _SHORTEST_END and (
            _VERB.search(said) or 2 * len(said) >= len(self.signs)
        )
        if ends and said in self.signs[-len(said) - _MOST_LEFT :]:
            return True
        # "声音能在真空中传播" and "声音在真空中能传播" are one.
        bare, asked = _MODAL.sub("", said), _MODAL.sub("", self.signs)
        if len(said) >= _SHORTEST and bare == asked:
            return True
        if len(bare) >= _SHORTEST_END and bare != said and asked.endswith(bare):
            return True
        # "人听到爆炸声" leaves out where: "人在太空中听到爆炸声".
        gap = len(asked) - len(bare)
        return gap > 0 and any(
            asked[:i] + asked[i + gap :] == bare and _CIRCUMSTANCE.match(asked, i)
            for i in range(1, len(bare) - 1)
        )

    def asked_again(self, question: str) -> bool:
        """Whether a question asks nothing that this one does not ask."""
        if self.signs:
            again = proposition(question).signs
            return not again or set(again) <= set(self.signs)
        return set(stems(question)) <= set(self.words)


_FEWEST, _SHORTEST_END, _SHORTEST, _MOST_LEFT, _LONGEST_PREDICATE = 2, 2, 4, 2, 3
_OBJECT = re.compile(r"\w\s(?:it|them|one|so)\b", re.IGNORECASE)
_CANNOT = re.compile(r"(?P<verb>[\u3400-\u9fff])不(?P<end>[到了见出完起动清懂住])")
"""听不到 is 不能听到."""
_NOT_ALWAYS = re.compile(r"(?:也|并|都)?(?:不一定|未必|不见得|不总是|不尽然)")
_ALWAYS = re.compile(r"一定|必[然定]|总是|永远")
_BESIDE = re.compile(r"(?<=.)[\u3400-\u9fff]{2}[和与及、](?=[\u3400-\u9fff]{2})")
"""What is said of 白天和夜间 is said of 夜间."""
_CIRCUMSTANCE = re.compile(r"[在用于从对给靠]|通过")
_IS_IT = re.compile(r"\bis it (\w{4,16}) (?:to|that|for)\b", re.IGNORECASE)
_ADVICE = re.compile(
    r"\b(?:is it|would it be) (?:safe|ok(?:ay)?|wise|advisable|healthy|fine|allowed|permitted|legal"
    r"|acceptable|a good idea)\b|^\W*should\b|可以|应该|安全|能不能",
    re.IGNORECASE,
)
_FORBIDS = re.compile(
    r"\W{0,3}(?:please )?(?:never|do not|don't|avoid)\s(?!worry|hesitate|panic|be afraid|forget"
    r"|get me)\w"
    r"|\W{0,3}(?:千万|绝对|请)?(?:不要|别|切勿|切忌|请勿)(?![担着客])",
    re.IGNORECASE,
)
_IT_IS = re.compile(r"\W{0,3}(?:so |no, |yes, )?(?:it|that|this)(?:'s| is| isn't)\b", re.IGNORECASE)
_PRONOUN_AND_VERB = re.compile(
    r"\b(?:it|they|he|she|one|you)\s(?:(?:do|does|did|can|will|would|could)(?:n't| not)?\s"
    r"|cannot\s|won't\s)?"
    r"\w+[\s\"')]{0,3}$",
    re.IGNORECASE,
)
_SEEMS = re.compile(
    r"(?:[好就]?像是?|似乎是?|看似是?|(?:误?以|误认)为[^,.;]{0,6}?是|当[作成])(?P<what>[^,.;]{2,12})[,]?"
    r"(?:但|可|不过|其实|实际上|事实上)"
)
"""What something only seems to be, before the text says what it is."""
_ENDS_IN_AUXILIARY = re.compile(
    r"\b(?P<auxiliary>is|are|was|were|do|does|did|can|could|will|would|has|have|had|should)"
    r"(?:n't|not| not)?[\s\"')]{0,3}$",
    re.IGNORECASE,
)
_MODAL = re.compile(r"能够?|会|可以")
_VERB = re.compile(r"[是有会能可要属需应过得]")


@lru_cache(maxsize=512)
def proposition(question: str) -> Proposition:
    """What a question asserts; nothing, where there is no question."""
    text = plain(question)
    sentences = [part.strip() for part in _SENTENCE.split(text) if part.strip()]
    asked = next(
        (part for part in reversed(sentences) if part.endswith("?")), (sentences or [""])[-1]
    )
    if _CHINESE.search(asked):
        return _chinese(asked)
    found = [m for m in _LEADING.finditer(asked) if m["auxiliary"].lower() in _AUXILIARIES]
    if not found:
        return Proposition(words=stems(asked))
    last = found[-1]
    return Proposition(
        auxiliary=_AUXILIARIES[last["auxiliary"].lower()],
        words=stems(asked),
        advice=_ADVICE.search(asked) is not None,
        judged="".join(stems(it[1]) if (it := _IS_IT.search(asked)) else ()),
        negated=bool(last["negated"] or _NEGATIONS.search(asked)),
    )


def _chinese(question: str) -> Proposition:
    """What the last clause asserts: of "没有空气，火能燃烧吗？" that fire can burn."""
    clauses = [
        part for part in re.split(r"[,;:]", _ASKS.sub("", question)) if len(part) >= _SHORTEST
    ]
    asserted = _EITHER_OR.sub(r"\g<verb>", (clauses or [_ASKS.sub("", question)])[-1])
    asserted = re.sub(r"能否|可否", "能", asserted.replace("有没有", "有")).replace("是否", "")
    always = _ALWAYS.search(asserted) is not None
    asserted = _FILLERS.sub("", asserted).replace("属于", "是")
    negated = _CHINESE_NEGATIONS.search(asserted) is not None
    return Proposition(
        advice=_ADVICE.search(asserted) is not None,
        always=always,
        signs=asserted,
        negated=negated,
    )


def auxiliary(word: str) -> str | None:
    """An auxiliary verb in one form for all its tenses."""
    return _AUXILIARIES.get(word.lower())


def stems(words: str) -> tuple[str, ...]:
    """The English words that carry meaning, in their order, without their endings."""
    return tuple(_stem(word) for word in _WORD.findall(words.lower()) if _base(word) not in _COMMON)


def _base(word: str) -> str:
    return re.sub(r"(?:n't|'s|'re|'d|'ll|'ve)$", "", word).removesuffix("'")


def _stem(word: str) -> str:
    word = _base(word)
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word.removesuffix("e")
