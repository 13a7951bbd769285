"""Phrases that say how a value stands in its sentence: as what is asked, given, bounded, doubted.

English and Chinese alike. `grading.math_conclusions` reads sentences by them.
"""

import re

SO = re.compile(
    r"(?i)\b(?:so|hence|therefore|thus|gives?|giving|yields?|conclude|should be|we (?:get|have|find"
    r"|obtain))\b"
    r"|所以|因此|因而|从而|于是|故|综上|可得|解得|得到|即得|得|则|应该是|应当是|应为|∴|⇒"
)
CLAUSE = re.compile(
    r"[,;:，]|(?i:\b(?:so|hence|therefore|thus|but|while|whereas|and|since|because|where)\b)"
    r"|所以|因此|故|而|但|从而|于是|由于|因为"
)
LINK = re.compile(
    r"(?i)(?:\b(?:is|are|equals?|becomes?|(?:must|will) be|comes? to|is equal to)|=|:)"
    r"(?: (?:simply|then|therefore|thus|just|exactly|the (?:point|interval|set)))?[\s:]{0,3}$"
)
ZH_LINK = re.compile(r"(?:应该?|就|分别|便)?(?:是|为|等于|:|=|有|得)?[\s:]{0,3}$")
ZH_NOUN = re.compile(r"[\u3400-\u9fff]{1,20}$")
ZH_LEAD = re.compile(
    r"^(?:所以|因此|因而|从而|于是|综上|即|故|则|而|其|该|可得|得到?|解得|可知|此时|所求的?|最终|最后|这个|那么|答)+"
)
PLAIN_WORD = re.compile(
    r"(?:the|so|hence|therefore|thus|that|this|its?|for|and|with|then|have|get|which|given|our"
    r"|final"
    r"|required|desired|total|exact|their|these|there|from|values?|functions?|expressions?"
    r"|numbers?|results?)"
)
BOUNDED = re.compile(
    r"(?i)(?:\b(?:at least|at most|more than|less than|fewer than|greater than|larger than"
    r"|smaller than|about|approximately|around|roughly|nearly|almost|close to|multiples? of"
    r"|powers? of"
    r"|square of|half of|twice|times|modulo|mod|than|divided by|multiplied by|plus|minus)"
    r"|(?:大于|小于|大约|近似)(?:或?等于)?|至少|至多|多于|少于|超过|不到|约为?|近似为|除以|乘以|乘|减去?|加上?|第)[\s$:是为]{0,3}$"
)
PART = re.compile(
    r"\s?(?:的(?![.,\s])|倍|左右|以上|以下|以内|多个?|几)|\s?个?(?:小问|步骤?|条件|未知数)|\s(?:steps?|parts?"
    r"|unknowns?|equations?)\b"
    r"|\s(?:times|plus|minus|divided by|multiplied by|or (?:more|less|so)|squared|cubed"
    r"|percent more)\b"
    r"|\s?(?:不是|不对|错|舍去?|不合|不符)"
    r"|\s(?:is|are|was) (?:not|wrong|rejected|extraneous|impossible)\b"
)
SOUGHT = (
    r"(?i:find|solve for|values? of|compute|what is|determine|evaluate|simplify|write|give)"
    r"|求|计算|化简|则"
)
SYSTEM = re.compile(r"(?i)\bsystem\b|\bordered pair\b|\bpoint\b|方程组|交点|坐标")
CONDITION = re.compile(r"(?i)\b(?:if|suppose|assuming|provided|unless)\b|如果|假如|假设|若|倘若")
GIVEN = re.compile(
    r"(?i)\bgiven\b|\blet \$?$|\bare told\b|\bquestion\b|\bproblem\b|已知|给出|给定"
    r"|题目|题设|设|令|要求|需要"
    r"|\b(?:to|must|please|us) (?:find|compute|simplify|factor|expand|write|solve|evaluate|show)\b"
    r"|^\s*(?:find|compute|simplify|factor|expand|write|solve|evaluate)\b|(?<!所)求(?![得出解])"
)
GIVEN_BEHIND = re.compile(r"\$?\s?(?:is|are|was) given\b|\$?\s?(?:是已知|已给)")
SO_SURELY = re.compile(r"(?i)\b(?:so|hence|therefore|thus)\b|所以|因此|故")
WHERE = re.compile(r"(?i)(?:\b(?:at|when|where|for|attained at)|当|在)[\s$]{0,2}$")
NOTHING = re.compile(
    r"(?i)\bno (?:real |such )?(?:solutions?|roots?)\b|无(?:实数)?[解根]|没有(?:实数)?[解根]|空集"
)
WORD_TOLD = re.compile(
    r"[^,.;:!?]{1,60}?(?:\bis (?:called )?(?:an? |the )?"
    r"|是一?个?)([^\W\d_]{1,20}(?: [^\W\d_]{1,20})?)[.!]?"
)
REJECTED = re.compile(r"[\s$]{0,2}\(?\s?(?:舍|增根|rejected|extraneous|discarded)")
REJECTS = re.compile(r"(?i)\b(?:extraneous|reject(?:ed)?|discard(?:ed)?)\b|增根|舍去|舍掉")
RAISED = re.compile(r"\s?(?:的(?P<zh>平方|立方)(?![根差和])|(?P<en>squared|cubed)\b)")
TOLD_AGAIN = re.compile(
    r"(?i)\b(?:in words|in other words|as a (?:decimal|percentage)|in decimals|numerically"
    r"|or about)\b"
)
ASIDE = re.compile(
    r"(?i)^\s{0,4}[(*_\[]{0,3}\s?(?:check|verif|you can check|note|remark|indeed|as a check|注"
    r"|验证|检验|经检验|说明|备注)"
)
OPEN = re.compile(
    r"(?i)\b(?:can't|can ?not|couldn't|could not|unable to|impossible to|hard to)(?: be)?"
    r" (?:\w+ )?(?:tell|decided?|determined?|say|solved?|answer(?:ed)?|find|found|choose|know)"
    r"|\b(?:not|n't) (?:\w+ )?(?:sure|certain|know)\b|\b(?:unsure|undecided|unclear"
    r"|uncertain)\b|\bno idea\b"
    r"|\bdepends on\b|(?:无|没)法(?:确定|判断|解答|给出|回答|求解|得出|算出)"
    r"|不(?:能|太|好)?确定|拿不准|不知道|说不准"
    r"|不清楚|难以(?:确定|判断)|不会做|没有把握|还是.{1,40}呢|需要您|请问"
)
# Words of mathematics that have a "no" in them and deny nothing.
NO_DENIAL = re.compile(
    r"不等式|不等于|不等|不定|不同|不重|不含|不计|不变|不妨|不超过|不大于|不小于|不少于|非负|非零|非空|正负|误差|错位|否则"
    r"|(?i:\bno (?:real |further |other |more |common )?(?:solutions?|roots?|factors?|values?)\b)"
)
