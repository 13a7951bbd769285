"""Answers to questions for the wrong option, or for the exception: verdicts turn round."""

import pytest

from astrolabe.grading.choices import lenient_letter, strict_letter

# question, options as shown; answers, and the letter that a careful reader reads
ANSWERS: list[tuple[str, tuple[str, ...], list[tuple[str, str | None]]]] = [
    (
        "下列句子没有语病的一项是",
        ("唐朝", "宋朝", "元朝", "明朝"),
        [
            ("A有语病，B有语病，D有语病。", "C"),
            ("C没有语病。", "C"),
            ("C有语病。", None),
        ],
    ),
    (
        "下列关于声音的说法中不正确的是",
        ("声音由物体振动产生", "声音在真空中传播最快", "声音可以传递信息", "超声波人耳听不到"),
        [
            ("B错误，真空不能传声。", "B"),
            ("B不正确。", "B"),
            ("错误的是B。", "B"),
            ("不正确的是B", "B"),
            ("B项说法错误，声音不能在真空中传播。", "B"),
            ("A、C、D正确。", "B"),
            ("A正确，C正确，D正确。", "B"),
            ("A正确；B不正确；C正确；D正确。", "B"),
            ("B选项有误。", "B"),
            ("A正确。", None),
            ("B正确。", None),
            ("选项B是正确的。", None),
            ("B符合题意。", "B"),
            ("B错误，符合题意；A正确，不符合题意。", "B"),
            ("A正确，不符合题意；B错误，符合题意；C正确，不符合题意；D正确，不符合题意。", "B"),
            ("故选B。A正确。", "B"),
            ("答案是B，错误。真空不能传声。", "B"),
            ("B。该说法错误，真空不能传声。", "B"),
            ("B，错误，真空不能传声", "B"),
            ("声音在真空中传播最快是错误的。", "B"),
            ("错误的说法是：声音在真空中传播最快。", "B"),
            ("声音在真空中传播最快，这一说法不正确，因为真空不能传声。", "B"),
            ("B和C都错。", None),
            ("正确答案是B。", "B"),
            ("B是正确答案。", "B"),
            ("B不是答案。", None),
            ("答案不是B。", None),
        ],
    ),
    (
        "下列说法正确的是",
        ("声音由物体振动产生", "声音在真空中传播最快", "声音可以传递信息", "超声波人耳听不到"),
        [
            ("B错误。", None),
            ("错误的是B。", None),
            ("A、C、D错误。", "B"),
            ("B正确。", "B"),
        ],
    ),
    (
        "下列不属于中国古代四大发明的是",
        ("造纸术", "指南针", "火药", "地动仪"),
        [
            ("D不属于四大发明。", "D"),
            ("地动仪不属于四大发明。", "D"),
            ("不属于四大发明的是地动仪。", "D"),
            ("地动仪不是。", "D"),
            ("造纸术、指南针、火药都属于四大发明，地动仪不属于。", "D"),
            ("造纸术、指南针和火药都是四大发明。", "D"),
            ("D错误。", None),
            ("A错误，造纸术属于四大发明。", None),
            ("不是D。", None),
            ("应选D，因为地动仪不是四大发明之一。", "D"),
            ("A、B、C都是，只有D不是。", "D"),
        ],
    ),
    (
        "Which of the following is not a mammal?",
        ("Dolphin", "Bat", "Penguin", "Platypus"),
        [
            ("Penguins are not mammals.", "C"),
            ("The penguin is not a mammal.", "C"),
            ("C is not a mammal.", "C"),
            ("The one that is not a mammal is the penguin.", "C"),
            ("A penguin isn't a mammal, it's a bird.", "C"),
            ("It is not C.", None),
            ("C is wrong.", None),
            ("A is wrong, because dolphins are mammals.", None),
            ("Dolphins, bats and platypuses are mammals. Penguins are birds.", "C"),
            ("Dolphins are mammals. Bats are mammals. Platypuses are mammals, too.", None),
            ("Penguin", "C"),
        ],
    ),
    (
        "All of the following are mammals EXCEPT",
        ("Dolphin", "Bat", "Penguin", "Platypus"),
        [
            ("penguins", "C"),
            ("All are mammals except the penguin.", "C"),
        ],
    ),
    (
        "Which of these is a mammal?",
        ("Dolphin", "Bat", "Penguin", "Platypus"),
        [
            ("C is not a mammal.", None),
            ("The penguin is not a mammal.", None),
            ("The dolphin is a mammal.", "A"),
        ],
    ),
    (
        "Which of these statements is false?",
        (
            "Water boils at 100 C",
            "The sun is a star",
            "The moon is a planet",
            "Ice floats on water",
        ),
        [
            ("C is false.", "C"),
            ("Statement C is false, since the moon is a satellite.", "C"),
            ("The false statement is C.", "C"),
            ("The moon is a planet is false.", "C"),
            ("A, B and D are true.", "C"),
            ("A is true, B is true, C is false, D is true.", "C"),
            ("C is true.", None),
            ("A) True\nB) True\nC) False\nD) True", "C"),
            ("C: the moon is not a planet.", "C"),
        ],
    ),
    (
        "Which of the following statements is incorrect?",
        (
            "Water boils at 100 C",
            "The sun is a star",
            "The moon is a planet",
            "Ice floats on water",
        ),
        [
            ("C is incorrect.", "C"),
            ("The incorrect statement is C.", "C"),
            ("C is the incorrect one.", "C"),
            ("A is correct.", None),
            ("C is the correct answer.", "C"),
            ("The correct answer is C.", "C"),
            ("Option C is wrong because the moon orbits the earth.", "C"),
        ],
    ),
]


@pytest.mark.parametrize(
    ("question", "options", "text", "says"),
    [(question, options, *case) for question, options, cases in ANSWERS for case in cases],
)
def test_reads_as_a_careful_reader_does(
    question: str, options: tuple[str, ...], text: str, says: str | None
) -> None:
    assert strict_letter(text, options, question) in (says, None)
    assert lenient_letter(text, options, question) == says
