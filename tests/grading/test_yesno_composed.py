"""Yes and no behind any lead, before any talk; what they mean is known from how they were made."""

from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.grading.yesno import lenient_yesno, strict_yesno

LEADS = (
    *("", "Penguins are birds that live in the south. ", "Let me think about this. "),
    *("It is not known by everyone, but penguins have flippers. ", "Some say no. "),
    *("Question: Can penguins swim?\n", "Penguins cannot fly. ", "Great question! "),
    *("They have no trouble in water. ", "I don't know of any that can't. "),
    *("Step 1: penguins have flippers.\nStep 2: flippers are for swimming.\n",),
    *("No bird flies under water, but some dive. ", "Not all birds can do it. "),
)
ANSWERS = {
    **dict.fromkeys(["Yes.", "Yes, they can.", "So yes.", "The answer is yes.", "**Yes**"], "yes"),
    **dict.fromkeys(["Therefore, penguins can swim.", "Answer: yes.", "They can."], "yes"),
    **dict.fromkeys(["Penguins can swim.", "True.", "Thus, yes.", "In short, yes."], "yes"),
    **dict.fromkeys(["No.", "No, they can't.", "So no.", "The answer is no.", "**No**"], "no"),
    **dict.fromkeys(["Therefore, penguins cannot swim.", "Penguins can't swim."], "no"),
    **dict.fromkeys(["They can't.", "False.", "Final answer: No.", "\\boxed{\\text{no}}"], "no"),
}
TALK = (
    *("", " I hope that helps!", " They live in the south.", " They do not fly, however."),
    *(" (See page 12.)", "\n\nWould you like to know which birds can't swim?"),
    *("\n\nConfidence: high", "\n\nNote: not every penguin likes it.", " No doubt about it."),
    *("\n\nQ: Can ostriches fly?\nA: No.", " That's because of their flippers."),
)
CHINESE_LEADS = (
    *("", "企鹅是生活在南方的鸟。", "让我想一想。", "很多人以为不是，但企鹅有鳍状肢。"),
    *("有人说不会。", "问题：企鹅会游泳吗？\n", "企鹅不会飞。", "不少鸟都不行，"),
    *("第一步：看翅膀。\n第二步：看习性。\n", "我没见过不会的。"),
)
CHINESE_ANSWERS = {
    **dict.fromkeys(
        ["会。", "是的。", "所以会。", "答案是：是。", "**是**", "企鹅会游泳。"], "yes"
    ),
    **dict.fromkeys(["因此，企鹅会游泳。", "当然会。", "结论：会。", "对。", "正确。"], "yes"),
    **dict.fromkeys(["不会。", "不是。", "所以不会。", "答案是：否。", "**否**"], "no"),
    **dict.fromkeys(["因此企鹅不会游泳。", "当然不会。", "结论：不会。", "错误。"], "no"),
    **dict.fromkeys(["所以，答案是否定的。", "综上，不会。"], "no"),
}
CHINESE_TALK = (
    *("", "希望对你有帮助！", "它们生活在南方。", "不过它们不会飞。", "（见第12页）"),
    *("\n\n你想知道哪些鸟不会游泳吗？", "\n\n置信度：高", "\n\n注：并非所有企鹅都喜欢游泳。"),
    *("\n\n问题：鸵鸟会飞吗？\n答案：否", "这是因为它们有鳍状肢。", "毫无疑问。"),
)


@given(st.sampled_from(LEADS), st.sampled_from(sorted(ANSWERS)), st.sampled_from(TALK))
@settings(max_examples=300, deadline=None)
def test_an_answer_behind_any_lead_before_any_talk(lead: str, answer: str, talk: str) -> None:
    text, question = lead + answer + talk, "Can penguins swim?"
    assert lenient_yesno(text, question) == ANSWERS[answer]
    assert strict_yesno(text, question) in (None, ANSWERS[answer])


@given(
    st.sampled_from(CHINESE_LEADS),
    st.sampled_from(sorted(CHINESE_ANSWERS)),
    st.sampled_from(CHINESE_TALK),
)
@settings(max_examples=300, deadline=None)
def test_a_chinese_answer_behind_any_lead_before_any_talk(
    lead: str, answer: str, talk: str
) -> None:
    text, question = lead + answer + talk, "企鹅会游泳吗？"
    assert lenient_yesno(text, question) == CHINESE_ANSWERS[answer]
    assert strict_yesno(text, question) in (None, CHINESE_ANSWERS[answer])


def test_what_the_words_of_a_question_say_in_another_order_is_another_thing() -> None:
    question = "Is gold denser than lead?"
    assert lenient_yesno("Gold is denser than lead.", question) == "yes"
    assert lenient_yesno("Lead is denser than gold.", question) is None
    assert lenient_yesno("Gold is not denser than lead.", question) == "no"
    assert lenient_yesno("Gold is denser than lead.", "") is None


def test_the_answer_to_another_question_of_the_writer_is_not_read() -> None:
    question = "Can penguins swim?"
    assert lenient_yesno("Can penguins fly? No.", question) is None
    assert lenient_yesno("Can they swim? Yes. Can they fly? No.", question) == "yes"
