"""The words of yes and no, and the words that lead in to them, as patterns for plain text."""


def _any(*patterns: str) -> str:
    return f"(?:{'|'.join(patterns)})"


_ADVERB = _any(
    "of course",
    "certainly",
    "absolutely",
    "definitely",
    "surely",
    "probably",
    "clearly",
    "usually|generally|normally|apparently|obviously",
)
_ENGLISH_YES = _any(
    r"yes|yeah|yep|yup|affirmative",
    r"(?:true|correct)(?!\s)",  # "true that ..." speaks of something else
    r"i (?:think|believe|guess|suppose) so",
)
_CHINESE_YES = _any(
    r"是的?|是?(?:对|正确)的?|没错|肯定的?|可以的?|能够?|会的?|有的?|行|成立|属实|存在|需要|应该|可行",
    r"(?:正是|事实)?如此",
)
_ENGLISH_NO = _any(
    r"no(?:[ ,!]{1,2}no)*|nope|nah|negative|never|impossible",
    r"(?:false|incorrect)(?!\s)|wrong(?=[.!:])",
    r"not (?:at all|really|so|true|correct|right|the case)|by no means|no way|far from it",
    rf"{_ADVERB} not|i'm afraid not|i think not|i (?:don't|do not) (?:think|believe) so",
)
_CHINESE_NO = _any(
    r"否(?:定的?)?|不是的?|不对|不正确|是?错误?的?|是?(?:不可以|不能够?|不会)的?|没有可能|没有过?|没",
    r"不都[会是能]?|不行|不成立|不属实|[绝毫]?[不无]可能|无法|不存在|不需要|不应该|不必|非也|并非(?:如此)?|不",
)
YES = rf"(?:(?i:{_ENGLISH_YES})\b|{_CHINESE_YES})"
NO = rf"(?:(?i:{_ENGLISH_NO})\b|{_CHINESE_NO})"
FILLER = (
    r"(?:(?i:absolutely|definitely|certainly|indeed|of course|exactly|undoubtedly)\b"
    r"|那?(?:当然|必须)(?:[啦了的]|可以)?)"
)
"""A "yes" where it ends its sentence; elsewhere it leads in to something else."""

CLOSE = r"[\s\"')\]】」}>]{0,4}"
BETWEEN = r"[\s\"'(\[{【「<>=*#•/|-]{0,8}"
"""Signs that may stand before a word or behind it."""
_BEHIND = _any(r"$|[.,;:!–—<…\n(]", r"-{1,2}\s", r"[^\w\s.,;:!?'\"()]", r"from me\b|by far\b")
_SUBJECT = r"(?:it|they|he|she|there|that|this|these|those|because|since|as|i|we|you|but|is)"
END = rf"(?:的|了|啊|呀|哦|吧|呢|啦|嘛)?(?={CLOSE}{_BEHIND}|[\"')\]]?\s{_SUBJECT}\b)"
"""What ends an answer: its clause, or the beginning of another one."""

_CONNECTING = _any(
    r"so|thus|therefore|hence|and|but|well|still|then|or rather|overall|all in all|on balance",
    r"in (?:short|summary|brief|fact|conclusion|general|principle|the end|a word|reality|truth"
    r"|practice|other words|that sense)|to conclude|as (?:it is|a rule)|strictly speaking",
)
_HEDGING = _any(
    r"actually|really|clearly|probably|(?:most |very )?likely|indeed|certainly|of course|usually",
    r"definitely|absolutely|generally|normally|sorry|wait|hmm+|ok(?:ay)?|ah|oh|you are right",
    r"(?:there (?:is|can be) )?(?:no|without(?: a)?) (?:doubt|question)(?: about (?:it|that))?",
    r"(?:in|on|at|as of|under|for|by|within|from) (?:[\w']{1,15} ){0,3}[\w']{1,15}"
    r"(?= (?:yes|no)\b)",
    r"(?!only)[a-z]{3,14}ly",
)
_ANSWERING = _any(
    r"(?:(?:my|the|a|short|final|correct|right|quick|best) ){0,3}"
    r"(?:answer|verdict|conclusion|result|decision|reply|guess|bet|view|opinion)",
    r"(?:i|we)(?:'d| would| will|'ll| must| have to|'m| am)? (?:say|answer|think|believe|guess"
    r"|conclude|(?:go|going) with|lean towards)(?: so)?",
    r"(?:it|that|this)(?:'s| is| would be| must be)|is|must be|would be|should be",
    r"an?(?: (?:definite|clear|firm|resounding|emphatic|simple|plain|big))?",
)
_CHINESE_LEAD = _any(
    r"(?:一般|普遍|学界|通常)(?:认为|公认)|从[^,.;]{1,8}(?:来)?[讲说看]|好像|似乎",
    r"所以|因此|因而|故|综上(?:所述)?|总之|(?:由此)?可见|显然|当然|其实|事实上|实际上|现实中|确实|的确",
    r"肯定|绝对|千万|一定|必然|(?:一般|通常|正常|多数)(?:来说|而言|情况下)?|总的来说|严格(?:来)?说|理论上",
    r"应该|大概|恐怕|多半|毫无疑问|无疑|并|都|也|还|就|但是?|不过|而是?|那么|嗯|更正|换句话说",
    r"我(?:们)?(?:认为|觉得|想|猜|说|的(?:回答|答案)是?)|(?:最终|正确)?答案?(?:应该|应)?[是为选]?",
    r"(?:一句话|简短|直接)?(?:回答|结论|判断|结果)[是为]?|(?:准确地?|简单(?:来)?)说|恰恰相反|相反",
    r"我(?:更)?倾向于|(?:主流|多数)(?:观点|学者)?认为",
    r"它们?|他们?|她们?|这|那|可以肯定|啊",
)
LEAD = rf"(?:(?i:{_any(_CONNECTING, _HEDGING, _ANSWERING)})(?![\w'])|{_CHINESE_LEAD})"
"""What may lead in to an answer."""

_ENGLISH_LABEL = _any(
    r"(?:(?:my|the|a|short|final|correct|right|quick|best|overall) )*(?:answer|verdict|conclusion"
    r"|result|decision|reply|response|judge?ment|assessment|output|label|classification|summary"
    r"|bottom line|correction|edit|update)",
    r"just kidding|so|therefore|thus|hence|in (?:short|conclusion|summary|brief)|overall",
    r"(?:sorry, )?i was (?:wrong|mistaken)",
)
LABEL = (
    rf"(?:(?i:{_ENGLISH_LABEL})|(?:最终|简短|一句话|直接|正确)?的?(?:回答|结论|判断|结果|答案|答|总结)"
    r"|所以|因此|综上(?:所述)?|总之)"
)
"""What may stand before a colon that announces the answer."""
