"""What takes the force from what is said of an option.

A supposition, somebody else's choice, a look at an option that says no more, a question, a writer
who gives up.
"""

import re

from astrolabe.grading import statements as st

_SUPPOSED = re.compile(
    r"设(?![计备立施置])(?=[^\W\d_]{0,8}[是为])|假定|会不会|(?<!最有)(?<![最很极大])可能(?!性)|也许|或许"
    r"|的话|\b(?:would|'d) like to\b"
)
_BOUND = re.compile(
    r"\bif (?:i|we)(?: really)? (?:have|had|must|need|were) to\b[^.;,\n]{0,60}?(?=,|\bi'd\b|\bi\b"
    r"|$)"
    r"|\b(?:if|when) (?:forced|pressed|pushed)\b|(?:如果|若|要是)?(?:必须|一定要|非要?)(?:选|作答"
    r"|回答)[^,.;\n]{0,8}的话?",
    re.IGNORECASE,
)
"""A choice that the writer is bound to make is made, and not supposed."""
_OTHERS = re.compile(
    r"\b(?:people|persons?|students?|candidates?|pupils?|readers?|beginners?|learners?|test-takers?"
    r"|textbooks?|books?|sources?|teachers?|you|many|most|some|others|someone|everyone|they|he"
    r"|she)\b"
    r"(?! of)[^.;\n]{0,40}?\b(?:choos|chose|pick|select|answer|think|say|said|go(?:es)? for|opt"
    r"|tick"
    r"|mark|guess|led|tempted|gives?)|\byour (?:answer|choice)\b"
    r"|\b(?:is|are|was|were) (?:\w+ly |often |sometimes )?(?:claimed|said|believed|thought|assumed"
    r"|rumoured)\b"
    r"|(?:很多人|不少人|许多人|多数人|有些?人|同学|考生|学生|大家|有的人|别人|他|她)[^,.;\n]{0,12}"
    r"(?:选|认为|以为|觉得|答|填)|[你您](?:的|选)|[误错漏乱]选|容易$|据说|传说|有人说|常说",
    re.IGNORECASE,
)
_TURN = re.compile(
    r"\b(?:but|however|in fact|actually)\b|其实|实际上|事实上|但|可是|然而", re.IGNORECASE
)
"""Behind these, a sentence is no more what others say, or what might be."""
_OTHER_QUESTION = re.compile(
    r"\b(?:had|if|were)\b[^.\n]{0,120}\bwould\b"
    r"|\bif (?:the question|it|they|you|we) (?:had )?ask|(?:如果|假如|若|要是)[^.\n]{0,12}(?:题|问"
    r"|改|换)",
    re.IGNORECASE,
)
_LOOKING = re.compile(
    r"\b(?:consider|look(?:ing)? at|check|examine|turn to|compare|test|try|start with|first at|take"
    r"|regarding|concerning|as for|what about|how about|why|case for|argument for"
    r"|merits of)\b[^,.;\n]{0,24}\Z"
    r"|(?:看|分析|考虑|比较|检查|验证|对于|关于|至于|为什么)[^,.;\n]{0,6}\Z",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"[\s\"')\]】」]{0,6}(?:\b(?:says|states|describes|mentions|refers to|claims|reads|means"
    r"|stands for)\b|(?:选?项)?(?:说的是|指的是|指出|描述|提到|表示|的意思|的说法是|代表))",
    re.IGNORECASE,
)
_RANKED = re.compile(
    r"其次|再次|次之|接着|第二|\b(?:second|next|followed by|then)\b[^.;\n]{0,20}", re.IGNORECASE
)
_GIVING_UP = re.compile(
    r"\b(?:i|we)(?: \w{1,12})? (?:can(?:not|'t| not)|could(?:n't| not)|(?:am|are) (?:unable"
    r"|not able)"
    r" to) (?:\w{1,12} )?(?:tell|decide|determine|choose|say|know|answer|pick|be sure)\b"
    r"|\bi give up\b|\bi (?:do not|don't) know\b"
    r"|\b(?:it is |it's )?impossible to (?:tell|decide|say)\b"
    r"|(?:无法|不能|难以)(?:作答|判断|确定|回答|选择|抉择)|拿不准|说不准|不知道(?:选|哪)"
    r"|都有可能|均有可能",
    re.IGNORECASE,
)
_NO_ANSWER = re.compile(
    rf"{_GIVING_UP.pattern}"
    r"|\b(?:can(?:not|'t| not)|could(?:n't| not)|unable to|not able to"
    r"|impossible to) (?:\w{1,12} )?"
    r"(?:tell|decide|determine|choose|recommend|answer|know|pick|help|assist|provide|give"
    r"|be determined)\b|\bgive up\b|\b(?:do not|don't) have enough\b"
    r"|\b(?:not enough|insufficient) information\b|\ball of the above\b"
    r"|\b(?:none|neither) of (?:the )?(?!other)(?:\w{1,12} )?(?:options|choices|answers|above"
    r"|them)\b"
    r"|\bno (?!other)(?:\w{1,12} )?(?:option|choice|answer) (?:is|fits|works|given)\b"
    r"|无法|不知道|没有(?:正确|合适)的?(?:答案|选项)"
    r"|(?:以上|四个选项|(?<![他余它外个])选项)(?:选项)?[都均皆](?:不|非|有?可能|对|正确)",
    re.IGNORECASE,
)
_OVERCOME = re.compile(
    r"(?:\b(?:but|however|still|though)\b|不过|但|可是)[^!?\n]{0,80}(?:\b(?:so|must be|has to be"
    r"|go with|choose"
    r"|pick|settle on|lean)\b|那?就是|应该[是选为]|所以|因此|还是选|我选)",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\b(?:i like|i love|i read|i have|my|you|your|question|example|instance|page|chapter|textbook"
    r"|confidence|seconds)\b"
    r"|我(?![国们省市党军])|[你您请]|题|考查|考察|例如|比如|譬如|建议|喜欢|复习|参考|置信|把握|满分|第\s?\d|年级",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:not (?:\w{1,12} )?(?:sure|certain)|unsure|uncertain)\b|不(?:太|是很)?(?:确定|清楚)"
    r"|没把握",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"^[\s\"')\]】」]{0,6}(?:(?:is|was|remains|seems) (?:\w+ly )?(?:an? |one )?(?:possib|plausib"
    r"|option\b|candidate"
    r"|interesting|close\b|worth|tempting)|has its\b|cannot be (?:ruled out|excluded)|comes close"
    r"|would need"
    r"|(?:for|as an?) (?:instance|example|now)\b)"
    r"|可能|有(?:一定|些|点)?道理|接近|也行|也可以|也不错|待定|一个选项|不能排除",
    re.IGNORECASE,
)
_CORRECTING = re.compile(
    r"\b(?:no|not|wait|actually|sorry|correction|rather|but|however|instead|final|finally|oops|hmm"
    r"|in the end|hold on|misread|mistake|scratch|on reflection|second thought)\b|n't\b"
    r"|不|更正|等等|而是|最终|最后|但|抱歉|错了|改|其实|实际上",
    re.IGNORECASE,
)
_SOFT = re.compile(
    r"\b(?:think|believe|guess|initial\w*|at first|first thought|maybe|perhaps|probably|instinct"
    r"|gut)\b"
    r"|认为|觉得|猜|直觉|乍一?看|起初|一开始|先",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[!?;\n]|\.(?!\d)")
_REACH = 300
_LIST_ITEM = re.compile(r"\s{0,4}(?:\d{1,2}[.)、]|[-*•]|\(?[A-Z][.)、])\s?\S")
"""A line that needs no stop to be whole."""
_FRAGMENT = 30


def supposed(words: str) -> bool:
    """Whether words only suppose or ask, or tell what somebody else would say."""
    words = _BOUND.sub("", words)
    return st.supposes(words) or bool(_SUPPOSED.search(words) or of_others(words))


def of_others(words: str) -> bool:
    """Whether words tell what somebody else would say."""
    return _OTHERS.search(words) is not None


def other_question(said: str) -> bool:
    """Whether a sentence tells what the answer would be to another question."""
    return _OTHER_QUESTION.search(said) is not None


def looked_at(text: str, start: int, end: int) -> bool:
    """Whether a sentence turns to what stands there, or tells what it says, and no more."""
    return bool(_LOOKING.search(said_before(text, start)) or _SAYS.match(text, end))


def ranked_behind(text: str, start: int) -> bool:
    """Whether what stands there comes second to something."""
    return _RANKED.search(st.clause(text, start, start)) is not None


def gives_up(text: str, start: int) -> bool:
    """Whether the writer says behind `start` that no answer can be chosen."""
    return _GIVING_UP.search(text, start) is not None


def has_no_answer(text: str) -> bool:
    """Whether a text says that it gives no answer, or that no option is one."""
    found = _NO_ANSWER.search(text)
    return found is not None and _OVERCOME.search(text, found.end()) is None


def beside_the_point(said: str) -> bool:
    """Whether a sentence is about the question, its writer or its reader, or only an example."""
    return _BESIDE.search(said) is not None


def unsure(text: str, start: int) -> bool:
    """Whether words behind `start` say that the writer is not sure."""
    return _UNSURE.search(text, start) is not None


def hedged(words: str) -> bool:
    """Whether words behind an option leave it a mere possibility."""
    return _HEDGED.search(words) is not None


def corrects(words: str) -> bool:
    """Whether words between two statements turn from the first to the second."""
    return _CORRECTING.search(words) is not None


def soft(words: str) -> bool:
    """Whether words in front of a statement make it an opinion or a first thought."""
    return _SOFT.search(words) is not None


def said_before(text: str, start: int) -> str:
    """What the sentence says before `start`."""
    return _SENTENCE.split(text[max(0, start - _REACH) : start])[-1]


def own_words(text: str, start: int) -> str:
    """What the sentence says before `start`, from where it turns from others to the writer."""
    return _TURN.split(said_before(text, start))[-1]


def asked_behind(text: str, end: int) -> bool:
    """Whether the sentence that goes on at `end` is a question."""
    ending = _SENTENCE.search(text, end, end + _REACH)
    return ending is not None and ending[0] == "?"


def unfinished(text: str) -> bool:
    """Whether a longer text breaks off in the middle of a sentence."""
    parts = _SENTENCE.split(text.rstrip())
    last = parts[-1]
    if _LIST_ITEM.match(text.rstrip().rpartition("\n")[2]):
        return False
    return len(parts) > 1 and len(last) > _FRAGMENT and text.rstrip()[-1:].isalnum()
