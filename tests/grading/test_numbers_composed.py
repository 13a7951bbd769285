"""Texts put together from parts: numbers in frames, answers behind work and before talk.

What a reader takes them to say is known from how they were made, whatever the parts.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.core.item import Item
from astrolabe.core.model import Generated
from astrolabe.grading import grade_text

NUMBERS = {
    **{"7": "7", "42": "42", "1,500": "1500", "12,345": "12345", "2.5": "2.5", ".5": "0.5"},
    **{"3/4": "0.75", "1 1/2": "1.5", "1,234,567": "1234567", "10,000.50": "10000.5"},
    **{"2 million": "2000000", "0": "0", "365": "365", "1989": "1989"},
}
FRAMES = (
    *("The total is {} widgets.", "There are {} widgets.", "So he makes {} widgets in all."),
    *("That makes {} widgets.", "He has {} widgets left.", "The number of widgets is {}."),
    *("It's {}.", "{} widgets", "{}", "The answer is {}.", "Answer: {} widgets", "#### {}"),
    *("$\\boxed{{{}}}$", "Hence {} widgets.", "This gives {} widgets. I hope that helps!"),
    *("He makes **{}** widgets a day.", "First some work. Then we get {}.", "Result: {}"),
    *("We find x = {}.", "The plant made {} widgets, which is a lot.", "Total = {} widgets"),
    *("The answer is {}, since the plant works every day.", "about {} widgets", "≈ {}"),
    *("{} widgets.\n\nWould you like to know more?", "{}.\n\nExplanation: it is so."),
    *("<answer>{}</answer>", '{{"answer": "{}"}}', "leaving {} widgets", "They made {}."),
)
CHINESE_NUMBERS = {
    **{"7": "7", "42": "42", "1,500": "1500", "2.5": "2.5", "0.75": "0.75", "3/4": "0.75"},
    **{"3万": "30000", "1.2亿": "120000000", "三十六": "36", "一百零五": "105", "两千": "2000"},
    **{"四分之三": "0.75", "１２": "12", "十": "10"},
}
CHINESE_FRAMES = (
    *("一共有{}个零件。", "共有{}个零件", "工厂生产了{}个零件。", "所以生产了{}个零件。"),
    *("答：共{}个。", "答案是{}", "答案：{}个", "故答案为：{}．", "结果是{}", "得到{}。", "等于{}"),
    *("即{}个", "也就是{}个零件", "是{}个", "{}个", "{}", "**{}**个", "解得x={}", "总数：{}"),
    *("还剩{}个", "应该是{}个。", "大约{}个", "{}个（不含次品）", "<answer>{}</answer>"),
    *('{{"答案": "{}"}}', "#### {}", "所以工厂一共生产零件{}个。", "那么总共就是{}个零件了。"),
)


def read(text: str, question: str, gold: str) -> bool:
    item = Item("made/0", "made", question, gold)
    lenient = grade_text("number-lenient", item, Generated(text, 9, "stop"))
    strict = grade_text("number-strict", item, Generated(text, 9, "stop"))
    assert strict.extracted in (None, lenient.extracted)
    return lenient.right


@given(st.sampled_from(FRAMES), st.sampled_from(sorted(NUMBERS)))
@settings(max_examples=200, deadline=None)
def test_any_number_in_any_frame(frame: str, number: str) -> None:
    assert read(frame.format(number), "How many widgets are made?", NUMBERS[number])


@given(st.sampled_from(CHINESE_FRAMES), st.sampled_from(sorted(CHINESE_NUMBERS)))
@settings(max_examples=200, deadline=None)
def test_any_number_in_any_chinese_frame(frame: str, number: str) -> None:
    question = "工厂一共生产了多少个零件？"
    assert read(frame.format(number), question, CHINESE_NUMBERS[number])


QUESTION = "A plant makes 125 widgets an hour. How many widgets does it make in 12 hours?"
WORK = (
    *("", "125 × 12 = 1,500. ", "The plant runs for 12 hours at 125 widgets an hour. "),
    *("First, 125 × 10 = 1,250. Then 125 × 2 = 250. ", "$125 \\times 12 = 1500$. "),
    "Let's think step by step.\n\n1. An hour gives 125.\n2. There are 12 hours.\n\n",
    "| hours | widgets |\n|---|---|\n| 1 | 125 |\n| 12 | 1,500 |\n\n",
    *("Hmm, 125 × 12 = 1,400? No, 125 × 12 = 1,500. ", "Sure! I'd be happy to help.\n\n"),
)
ANSWERS = (
    *("So it makes 1,500 widgets in 12 hours.", "In 12 hours it makes 1,500 widgets."),
    *("It makes **1,500** widgets.", "The answer is 1,500.", "**Answer: 1,500 widgets.**"),
    *("1250 + 250 = 1500 widgets.", "It will have made fifteen hundred (1,500) widgets."),
    *("\\boxed{1500}.", "Therefore, the plant makes 1500 widgets in 12 hours."),
)
TALK = (
    *("", " I hope that helps!", " (That's 36,000 a day at 24 plants.)", " Confidence: 95%"),
    *(" That is about 2 widgets a minute.", " Note: a day has 24 hours."),
    *(" Would you like to see it for 24 hours?", "\n\nCheck: 1500 / 12 = 125. ✓"),
    *("\n\n---\nGenerated on 3 May 2024.", " In 24 hours it makes 3,000 widgets."),
    *(" If it ran for 24 hours, it would make 3,000.", "\n\nSource: page 12."),
    *("\n\n**Note:** The plant is closed for 2 weeks in July.", " Great work, team of 12!"),
)
CHINESE_QUESTION = "工厂每小时生产125个零件，12小时一共生产多少个零件？"
CHINESE_WORK = (
    *("", "125×12=1500。", "工厂每小时生产125个，共12小时。", "10小时生产1250个，2小时生产250个。"),
    *("首先，125×10=1250；其次，125×2=250。", "125×12=1400？不对，125×12=1500。", "解："),
    "让我们一步一步来。\n\n1. 每小时125个。\n2. 共12小时。\n\n",
)
CHINESE_ANSWERS = (
    *("所以12小时一共生产1500个零件。", "12小时共生产1,500个零件。", "一共1500个。"),
    *("共生产**1500**个零件。", "答案是1500。", "**答：一共生产1500个零件。**", "1500个。"),
    *("因此，一共生产一千五百个零件。", "1250+250=1500（个）。", "\\boxed{1500}。"),
)
CHINESE_TALK = (
    *("", "希望对你有帮助！", "（24小时则是3000个。）", "也就是每分钟约2个。", "置信度：95%"),
    *("注意：一天有24小时。", "需要我算一下24小时的产量吗？", "24小时可生产3000个。"),
    *("\n\n检验：1500÷12=125，正确。", "\n\n---\n以上内容生成于2024年5月3日。"),
    *("每个2元，共值3000元。", "\n\n小贴士：1小时=60分钟。", "\n\n**注：** 工厂7月停工2周。"),
)
ENGLISH_PARTS = st.tuples(*(st.sampled_from(parts) for parts in (WORK, ANSWERS, TALK)))
CHINESE_PARTS = st.tuples(
    *(st.sampled_from(parts) for parts in (CHINESE_WORK, CHINESE_ANSWERS, CHINESE_TALK))
)


@given(ENGLISH_PARTS)
@settings(max_examples=300, deadline=None)
def test_any_answer_behind_any_work_before_any_talk(parts: tuple[str, ...]) -> None:
    assert read("".join(parts), QUESTION, "1500")


@given(CHINESE_PARTS)
@settings(max_examples=300, deadline=None)
def test_any_chinese_answer_behind_any_work_before_any_talk(parts: tuple[str, ...]) -> None:
    assert read("".join(parts), CHINESE_QUESTION, "1500")


@pytest.mark.parametrize("question", ["", "How many?"])
def test_without_a_question_what_is_told_once_is_read(question: str) -> None:
    assert read("She makes 1,500 widgets.", question, "1500")
    assert not read("She has 1,500 nuts and 20 bolts.", question, "1500")
