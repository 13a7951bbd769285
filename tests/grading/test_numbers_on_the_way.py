"""Texts that tell the right number on their way and commit to another, to several, or to none.

None may be graded as right. So may none that the budget cut off before it had an answer.
"""

import pytest

from astrolabe.core.item import Item
from astrolabe.core.model import Finish, Generated
from astrolabe.grading import grade_text
from astrolabe.grading.numbers import NUMBER_RULES

TAXI = "A taxi driver makes 14 trips at $11 and pays $38 for petrol. What is her gain in dollars?"
PLANT = "工厂每小时生产125个零件，12小时一共生产多少个零件？"
TULIPS = "Ron plants 8 rows of 14 tulips; 19 don't come up. How many tulips does he get?"
STAMPS = "小亮有邮票45张，比小明多9张，两人一共有多少张？"
GOLD = {TAXI: "116", PLANT: "1500", TULIPS: "93", STAMPS: "81"}
NOT_RIGHT = {
    TAXI: (
        "14 × 11 = 154, and 154 − 38 = 116. But she gives 10% to the firm, leaving her $104.40.",
        "Her gain is $116. Then she gives 10% to the firm and keeps $104.40.",
        "The gain would be $116, but with 5% tax it is $110.20.",
        "154 − 38 = 116. However, petrol went up 20%, so she gains $108.40.",
        "She makes $116 before tax. After a tax of 5% she has $110.20.",
        "Her gain is 154 − 38 = $116. Actually, the 14 trips were 13, so it's $105.",
        "154 - 38 = 116, not counting tips. With tips of $10 her gain is $126.",
        "$116? That's what I'd say at first. Her gain is $126.",
        "Gain: $116. Correction: $126.",
        "154 − 38 = 116, minus 10 for parking is 106.",
        "She gains $116 on paper, yet in truth it is $106.",
        "Either $116 or $126.",
        "I don't know whether it's $116.",
        "$116 is too much.",
        "$116 can't be right.",
        "116 is wrong.",
        "The book says 116; I can't confirm that.",
        "It is $116 a trip.\nThe answer is $126.",
    ),
    PLANT: (
        "125×12=1500，但有5%次品，合格1425个。",
        "一共1500个。但是每小时要停10分钟，所以实际1250个。",
        "125×12=1500，再加上多做的100个，共1600个。",
        "1500个？不对，是1600个。",
        "本来是1500个，后来改为1600个。",
        "理论上是1500个，实际上只有1400个。",
        "1500太多了。",
        "不是1500。",
        "可能是1500，也可能是1600。",
        "1500减去100，等于1400。",
        "如果不停工是1500个，停工则是1400个。",
        "1500个或1600个。",
        "答案不是1500个，而是1600个。",
        "1500这个数不对。",
        "大于1500个。",
        "有人算出1500，我算出1600。",
    ),
    TULIPS: (
        "Some would say 93. I say 112.",
        "First I had 93, but then I noticed that the 19 don't count. So it's 112 tulips.",
        "112 - 19 = 93, and then add the 19 again: 93 + 19 = 112. He gets 112 tulips.",
        "I won't say 93, and I won't say 112.",
        "It might be 93, it might be 112.",
        "The options are 93, 112 and 131.",
        "He gets 112 tulips (93 if you leave out the failed ones).",
        "He gets 112 tulips. Had 19 failed, he would have 93.",
        "The answer is not 112 and not 93 either.",
        "He gets 93 rows.",
        "93% of the tulips come up.",
        "I can't solve this. (Page 93)",
        "He will have 93 + 7 = 100 tulips after buying 7 more.",
        "\\boxed{112} is what I first wrote, then \\boxed{93}, but on reflection \\boxed{112}.",
    ),
    STAMPS: (
        "有人说81，我认为是99。",
        "一开始我算出81，后来发现应该是99张。",
        "一共99张（如果小明少9张，则是81张）。",
        "书上说81，我不确定。",
        "答案既不是81也不是99。",
        "见课本第81页。",
        "81%。",
        "若按第一种理解，是81张；若按第二种理解，是99张。",
        "答案：99\n\n题目：小亮45张，小明36张，一共几张？\n答案：81",
    ),
}


@pytest.mark.parametrize("rule", NUMBER_RULES)
@pytest.mark.parametrize(
    ("question", "text"), [(q, text) for q, texts in NOT_RIGHT.items() for text in texts]
)
def test_a_number_on_the_way_is_not_accepted(question: str, text: str, rule: str) -> None:
    item = Item("made/0", "made", question, GOLD[question])
    assert not grade_text(rule, item, Generated(text, 9, "stop")).right


# question, text, how it ended, what is read
CUT: list[tuple[str, str, Finish, str | None]] = [
    (TULIPS, "The answer is 93. To see this, multiply 8 by 14 and take", "length", "93"),
    (TULIPS, "93 tulips. Explanation: 8 times 14 is 112 and", "length", "93"),
    (TULIPS, "93 tuli", "length", "93"),
    (TULIPS, "**93**\n\nHere is how I got th", "length", "93"),
    (TULIPS, "112 − 19 = 93. So Ron gets 93 tulips. I hope this hel", "length", "93"),
    (TULIPS, "The answer is 93. The answer is 93. The answer is 9", "length", "93"),
    (TULIPS, "93 93 93 93 93 93 93 9", "length", "93"),
    (TULIPS, "He gets 93 tulips, because", "length", "93"),
    (TULIPS, "The answer is 93\n\nQ: And with 20?\nA: 9", "length", "93"),
    (TULIPS, "The answer is 93", "length", None),
    (TULIPS, "8 × 14 = 112 tulips. Next we", "length", None),
    (TULIPS, "So he plants 112 tulips. Then 112 - 1", "length", None),
    (STAMPS, "答案是81。答案是81。答案是8", "length", "81"),
    (STAMPS, "所以两人一共有81张。接下来", "length", "81"),
    (STAMPS, "81张。因为", "length", "81"),
    (STAMPS, "答案是81", "length", None),
    (STAMPS, "小明36张，", "length", None),
    (TULIPS, "I'll put the answer in \\boxed{}. 8 × 14 = 112, 112 - 19 = 93.", "stop", "93"),
    (TULIPS, "\\boxed{ANSWER}", "stop", None),
    (TULIPS, "Assistant: How many fail?\n\nUser: 19.\n\nAssistant: 93 tulips then.", "stop", "93"),
    (TULIPS, "<p>He gets <strong>93</strong>&nbsp;tulips.</p>", "stop", "93"),
    (TULIPS, "~~103~~ 93", "stop", "93"),
    (TULIPS, "Ron gets 93.<|im_end|>\n<|im_start|>user\nWhat about 25?", "stop", "93"),
]


@pytest.mark.parametrize(("question", "text", "finish", "says"), CUT)
def test_texts_cut_off_and_texts_with_turns(
    question: str, text: str, finish: Finish, says: str | None
) -> None:
    item = Item("made/0", "made", question, GOLD[question])
    lenient = grade_text("number-lenient", item, Generated(text, 9, finish))
    strict = grade_text("number-strict", item, Generated(text, 9, finish))
    assert lenient.extracted == says
    assert strict.extracted in (None, says)
