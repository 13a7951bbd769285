"""Answers that a reader of mathematics takes, and traps that look like them, in both languages."""

import time

import pytest

from astrolabe.core.grade import Outcome
from astrolabe.core.item import Item
from astrolabe.core.model import Finish, Generated
from astrolabe.grading import grade_text
from astrolabe.grading.equality import same_expression
from astrolabe.grading.mathematics import lenient_expression, strict_expression

RULES = ("math-strict", "math-verify")


def right(rule: str, question: str, text: str, gold: str, finish: Finish = "stop") -> bool:
    item = Item("math/0", "algebra", question, gold)
    return grade_text(rule, item, Generated(text, 0, finish), ()).right


# question, text, gold
TAKEN = [
    ("Solve 2x+1=7.", "So 2x = 6 and therefore x = 3.", "3"),
    ("Find the roots of x^2-x-6.", "The roots are x = 3 and x = -2.", "\\{-2,3\\}"),
    ("Find the roots of x^2-x-6.", "The roots are 3 and -2, since 3 + (-2) = 1.", "-2, 3"),
    (
        "What is the area of the triangle?",
        "The base is 4 and the height is 3, so the area of the triangle is 6.",
        "6",
    ),
    ("What is the perimeter?", "The area is 6, the perimeter is 12.", "12"),
    ("Simplify sqrt(18).", "√18 = √(9·2) = 3√2", "3\\sqrt{2}"),
    ("Solve.", "The answer is x ≥ 2.", "[2,\\infty)"),
    ("Angle?", "The answer is 60 degrees.", "60"),
    ("Angle?", "The answer is 60°.", "60"),
    ("Q", "The answer is 3. No, wait: the answer is 5.", "5"),
    ("Q", "\\boxed{3}. Actually, I made a mistake. The correct answer is $5$.", "5"),
    ("求x", "所以x=3", "3"),
    ("求x", "答案为\\frac{1}{2}", "\\frac{1}{2}"),
    ("求x", "答案是二分之一。", "\\frac{1}{2}"),
    ("求值", "原式=1/2+1/3=5/6", "\\frac{5}{6}"),
    ("求解集", "不等式的解集为{x|x>3}。", "(3,+\\infty)"),
    ("求解集", "不等式的解集为 x>3 。", "(3,+\\infty)"),
    ("求概率", "概率为50%", "\\frac{1}{2}"),
    ("求概率", "概率为百分之五十。", "\\frac{1}{2}"),
    ("求体积", "体积为16π立方厘米。", "16\\pi"),
    ("求体积", "体积为16π cm³。", "16\\pi"),
    ("求a,b", "解得a=1,b=2。", "(1,2)"),
    ("求方程的根", "解得x=2或x=3。经检验,都是原方程的根。", "\\{2,3\\}"),
    ("求方程的根", "解得x=2或x=3。经检验,x=3是增根,舍去,所以x=2。", "2"),
    ("求方程的根", "解得x₁=2，x₂=3。", "\\{2,3\\}"),
    ("求角", "∠A=60°", "60"),
    ("求值", "我算出来是3,不对,应该是5。", "5"),
    ("求值", "<think>3</think>答案:5", "5"),
    ("Q", '{"answer": "\\\\frac{1}{2}"}', "\\frac{1}{2}"),
    ("Q", '{"answer": "x = 3"}', "3"),
    ("Q", "<answer>2\\sqrt{3}</answer>", "2\\sqrt{3}"),
    ("Q", "Answer: one half", "\\frac{1}{2}"),
    ("Q", "The answer is three quarters.", "\\frac{3}{4}"),
    ("Q", "The answer is 1.5 × 10^3.", "1500"),
    ("Q", "It is $5$.\n\nQuestion: What is 2+2?\nThe answer is $4$.", "5"),
    ("What is the slope of the line?", "The slope is 2 and the intercept is 5.", "2"),
    (
        "Find the minimum.",
        "Thus the minimum value of the function is $\\frac{3}{2}$ at $x = \\frac{1}{2}$.",
        "\\frac{3}{2}",
    ),
    (
        "Find the minimum.",
        "The minimum value of the function occurs at $x = \\frac{1}{2}$ and is $\\frac{3}{2}$.",
        "\\frac{3}{2}",
    ),
    ("How many ways?", "There are 5! = 120 ways to do it.", "120"),
    ("How many ways?", "There are 120 ways.", "120"),
    ("Q", "$x = \\pm 3$", "\\{-3,3\\}"),
    ("Q", "x = ±√5", "-\\sqrt5,\\sqrt5"),
    ("Q", "The vertex is at (2, -1).", "(2,-1)"),
    ("Q", "Thus $f(x) = 2x^2 - x + 1$, which can be checked by inserting the points.", "2x^2-x+1"),
    ("Solve e^x=5", "x = ln(5) ≈ 1.609", "\\ln 5"),
    ("Q", "**Answer:** (-∞, 1) ∪ (1, ∞)", "(-\\infty,1)\\cup(1,\\infty)"),
    ("Q", "x ≠ 1", "(-\\infty,1)\\cup(1,\\infty)"),
    (
        "Q",
        "The matrix is $\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}$.",
        "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}",
    ),
    ("Q", "The line is y = 2x - 1.", "y = 2x-1"),
    ("Q", "y - 1 = 2(x - 1)", "y = 2x-1"),
    ("Q", "The equation is x^2 + y^2 = 4.", "x^2+y^2=4"),
    ("Q", "The answer is the number of subsets, 64.", "64"),
    ("Q", "So the answer is just 5.", "5"),
    ("Q", "So we get 5 as the final answer.", "5"),
    ("Q", "Hence 5 is the answer.", "5"),
    ("Q", "First we get $\\boxed{5}$ for part one. The rest is left to you.", "5"),
    ("Q", "no solution", "\\emptyset"),
    ("Q", "The answer is no real solutions.", "\\emptyset"),
    ("Q", "无解", "\\emptyset"),
    ("求x", "x=3 或 5", "\\{3,5\\}"),
    ("求值", "结果等于负二分之一。", "-\\frac{1}{2}"),
    ("求值", "最后得到-1/2.", "-\\frac{1}{2}"),
    ("求值", "得到－１／２", "-\\frac{1}{2}"),
    ("Q", "Answer: $2$ apples", "2"),
    ("Q", "The answer: 1,000,000", "1000000"),
    ("Q", "The answer is 3 1/2.", "\\frac{7}{2}"),
    ("Q", "The answer is 3½.", "\\frac{7}{2}"),
    ("Q", "The answer is 2i+3", "3+2i"),
    ("Q", "答案是3,还需要别的帮助吗?", "3"),
    ("Q", "The answer is 5, not 6.", "5"),
    ("Q", "答案是5,而不是6。", "5"),
    ("求解", "x等于3", "3"),
    ("求解", "x大于2", "(2,+\\infty)"),
    ("求值", "二分之根号三", "\\frac{\\sqrt{3}}{2}"),
    ("求值", "根号二", "\\sqrt{2}"),
    ("求值", "2倍根号3", "2\\sqrt{3}"),
    ("求值", "答案是二分之根号三。", "\\frac{\\sqrt{3}}{2}"),
    ("求值", "三分之π", "\\frac{\\pi}{3}"),
    ("求值", "三分之二派", "\\frac{2\\pi}{3}"),
    ("求值", "三分之二π", "\\frac{2\\pi}{3}"),
    ("化简", "结果是x的平方加1", "x^2+1"),
    ("求解集", "(负无穷,3)", "(-\\infty,3)"),
    ("求通解", "x=2kπ+π/3 (k∈Z)", "2k\\pi+\\frac{\\pi}{3}"),
    ("解方程", "x1=2,x2=3", "\\{2,3\\}"),
    ("解方程", "x=1 或 x=-1", "\\{-1,1\\}"),
    ("解方程组", "所以x=3,y=1", "(3,1)"),
    ("解方程组", "x=3\ny=1", "(3,1)"),
    ("解方程组", "{x=3, y=1}", "(3,1)"),
    ("求取值范围", "综上所述,a的取值范围是(-∞,2]。", "(-\\infty,2]"),
    ("求取值范围", "综上,a≤2。", "(-\\infty,2]"),
    ("答", "答:面积是12平方厘米。", "12"),
    ("Q", "结果:5", "5"),
    ("Q", "∴x=3", "3"),
    ("Q", "得 x = 3。检验:代入原方程成立。", "3"),
    ("Q", "```\nx=3\n```", "3"),
    ("Q", '{"答案": "x=3"}', "3"),
    ("Q", "<答案>3</答案>", "3"),
    ("Q", "【答案】3", "3"),
    ("Q", "【答案】$\\frac{1}{2}$", "\\frac{1}{2}"),
    ("求sin30°", "sin30°=1/2", "\\frac{1}{2}"),
    ("Q", "正方形", "\\text{正方形}"),
    ("Q", "这个图形是正方形。", "\\text{正方形}"),
    ("Q", "The square root of 2", "\\sqrt{2}"),
    ("Q", "x squared plus 1", "x^2+1"),
    ("Q", "pi over 3", "\\frac{\\pi}{3}"),
    ("Q", "The answer is pi over 3.", "\\frac{\\pi}{3}"),
    ("Q", "The shape is a rhombus.", "\\text{rhombus}"),
    ("Q", "The vertices are (1,2), (3,4).", "(1,2),(3,4)"),
    ("Q", "$x=2$ or $x=3$", "\\{2,3\\}"),
    ("Q", "x ∈ {2, 3}", "\\{2,3\\}"),
    ("Q", "My final answer: 3/4 (or 0.75).", "\\frac{3}{4}"),
    ("Q", "So the probability is 3/4, or 75%.", "\\frac{3}{4}"),
    ("Q", "So the probability is 3/4 = 0.75.", "\\frac{3}{4}"),
    ("Q", "x>3", "(3,+\\infty)"),
    ("求值", "设x=3,则原式=7", "7"),
    ("求值", "当x=3时,原式=7", "7"),
    ("求最小值", "当x=1时取得最小值3", "3"),
    ("求最小值", "最小值为3,此时x=1。", "3"),
    ("求排列数", "5!=120", "120"),
    ("求值", "1/2,即0.5", "\\frac{1}{2}"),
    ("求值", "1/2或0.5", "\\frac{1}{2}"),
    ("解方程", "x=3或x=-1(舍去)", "3"),
    ("解方程", "x=3(x=-1舍去)", "3"),
    ("求值", "答案是$\\boxed{5}$。再看一下题目,要求的是平方,所以$\\boxed{25}$。", "25"),
    ("求最小值", "答案是3,此时x=1。", "3"),
    ("Q", "The answer is 5, which is 2+3.", "5"),
    ("求切线方程", "切线方程为y=2x-1,即2x-y-1=0", "y=2x-1"),
    ("求通项", "aₙ=2n-1", "2n-1"),
    ("求通项", "通项公式为a_n=2n-1", "2n-1"),
]
TRAPS = [
    ("What is the area?", "The area is 6, the perimeter is 12.", "12"),
    ("Factor x^2-9.", "We have to factor $x^2-9$.", "(x-3)(x+3)"),
    ("Factor x^2-9.", "$x^2-9$", "(x-3)(x+3)"),
    ("Simplify 6/8.", "6/8", "\\frac{3}{4}"),
    ("Solve.", "The answer is x > 2.", "[2,\\infty)"),
    ("Q", "Either $3$ or $5$; I can't decide.", "3"),
    ("Q", "The answer is either 3 or 5.", "3"),
    ("Q", "The answer is 3. No, wait: the answer is 5.", "3"),
    ("Q", "\\boxed{3}. Actually, I made a mistake. The correct answer is $5$.", "3"),
    ("Q", "\\boxed{3}. Hmm, that's wrong.", "3"),
    ("Q", "The answer is at least 3.", "3"),
    ("Q", "The answer is more than $3$.", "3"),
    ("Q", "The answer is a multiple of $3$.", "3"),
    ("Q", "The answer is $3$ times $5$.", "3"),
    ("Q", "Therefore it is not $3$.", "3"),
    ("Q", "If x were 3 we would be done.", "3"),
    ("Q", "Could it be $3$?", "3"),
    ("Q", "Let me compute $2+1 = 3$. Next I would divide by something.", "3"),
    ("求面积", "所以面积不是12。", "12"),
    ("求面积", "面积大约是12。", "12"),
    ("求面积", "面积大于12。", "12"),
    ("求面积", "如果半径是2,面积就是12。", "12"),
    ("求值", "我算出来是3,不对,应该是5。", "3"),
    ("求值", "答案是3还是5?我不确定。", "5"),
    (
        "Q",
        "The answer is $5$.\n\nNow consider another problem: what is 2+2? The answer is $4$.",
        "4",
    ),
    ("What is the slope of the line?", "The slope is 2 and the intercept is 5.", "5"),
    ("Q", "I choose \\boxed{5} or \\boxed{7}.", "5"),
    ("Q", "Final answer: \\boxed{\\text{5 or 7}}", "5"),
    ("Q", "The final answer is $\\boxed{}$.", "5"),
    ("Q", "\\boxed{?}", "5"),
    ("Q", "x = 3.14", "\\pi"),
    ("Evaluate 3!", "The expression 3! is not equal to 6.", "6"),
    ("Q", "All answers from 1 to 6 are possible.", "6"),
    ("Q", "The choices are $2$, $4$ and $6$.", "6"),
    ("Q", "It might be $6$.", "6"),
    ("Q", "My answer is 6, but I am not sure; it could be 7.", "6"),
    ("Q", "$\\boxed{5}$ is wrong.", "5"),
    ("Q", "The answer is $-5$.", "5"),
    ("Q", "Answer: -5", "5"),
    ("Q", "- 5", "5"),
    ("Q", "答案是7,不对,是9。", "7"),
    ("Q", "答案是3(也可能是5)。", "3"),
    ("Q", "答案是3,对吗?", "3"),
    ("Q", "答案有两种可能,3", "3"),
    ("求取值范围", "a<2", "(-\\infty,2]"),
    ("Q", "It is a rhombus, not a square.", "\\text{square}"),
    ("Q", "5或7", "5"),
    ("Q", "大约3.14", "\\pi"),
    ("Q", "x>3", "3"),
    ("求最小值", "最小值为3,此时x=1。", "1"),
    ("Q", "第1步:移项。第2步:合并。", "2"),
    ("Q", "本题有3个小问,分别求解。", "3"),
    ("Q", "题目给出的半径是5。", "5"),
    ("Q", "已知a=5。我需要更多信息。", "5"),
    ("Q", "Given that r = 5, we need the height too.", "5"),
    ("Q", "I don't have enough information; r = 5 is given.", "5"),
    ("Q", "Let x = 5.", "5"),
    ("Q", "We must find x such that x + 2 = 7.", "7"),
    ("Q", "Step 1: Write $x + 2 = 7$.", "7"),
    ("Q", "The question asks for the value of $5$.", "5"),
    ("解方程", "解得x=3或x=-1(舍去)", "\\{3,-1\\}"),
    ("求值", "答案小于等于5", "5"),
    ("求值", "标准答案是7,而我算出来是9。", "7"),
    ("求值", "答案是2,但不满足条件,应舍去。", "2"),
    ("求值", "答案是$\\boxed{5}$。再看一下题目,要求的是平方,所以$\\boxed{25}$。", "5"),
    ("Q", "答案是3,当a=1时;否则是5。", "3"),
]


@pytest.mark.parametrize(("question", "text", "gold"), TAKEN)
def test_a_reader_takes_it(question: str, text: str, gold: str) -> None:
    assert right("math-verify", question, text, gold)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("question", "text", "gold"), TRAPS)
def test_a_reader_does_not(rule: str, question: str, text: str, gold: str) -> None:
    assert not right(rule, question, text, gold)


@pytest.mark.parametrize(("question", "text", "gold"), [*TAKEN, *TRAPS])
def test_lenient_says_what_strict_says(question: str, text: str, gold: str) -> None:
    strict = strict_expression(text)
    assert strict is None or lenient_expression(text, True, question) == strict


@pytest.mark.parametrize("rule", RULES)
def test_what_the_budget_cut_may_go_on(rule: str) -> None:
    for text in (
        "答案是2x+",
        "The answer is 2x",
        "The answer is (1,2)",
        "答案是[2,",
        "So \\boxed{2x",
    ):
        assert not right(rule, "Q", text, "2x", "length"), text
    assert right(rule, "Q", "The answer is 2x. And then", "2x", "length")
    again = "It is \\boxed{\\pi}. It is \\boxed{\\pi}. It is \\boxed{\\p"
    assert right(rule, "Q", again, "\\pi", "length")
    assert not right(rule, "Q", again.replace("\\p", "\\q"), "\\pi", "length")


@pytest.mark.parametrize(
    "unit", ["(x+1 of ", "[", "x=1, ", "第一步:x=1。", "$x$ and ", "一", "a b ", "\\frac{", "√("]
)
def test_long_texts_are_read_in_a_moment(unit: str) -> None:
    text = unit * (10_000 // len(unit))
    start = time.process_time()
    lenient_expression(text, True, "Find x.")
    assert time.process_time() - start < 1.5


def test_a_box_that_only_its_formula_closes_is_read_leniently() -> None:
    text = "For $n = 6$ we get $3 \\cdot 32 = \\boxed{96$"
    assert strict_expression(text) is None
    assert lenient_expression(text) == "96"
    assert lenient_expression("We get \\boxed{96 and $n = 6$.") is None


def test_another_problem_is_another_problem_only_where_one_is_begun() -> None:
    begun = "\\boxed{5}. Now consider another problem: \\boxed{7}"
    assert strict_expression(begun) == "5"
    assert strict_expression("\\boxed{5}。再看一道例题:\\boxed{7}") == "5"
    for doubt in ("Another problem is the sign", "再看一下题目", "另一个问题是符号"):
        text = f"\\boxed{{5}}. {doubt}, so \\boxed{{7}}."
        assert strict_expression(text) is None
        assert lenient_expression(text) == "7"


@pytest.mark.parametrize(
    ("gold", "answer", "same"),
    [
        ("(3,2)", "\\begin{cases}x=3\\\\y=2\\end{cases}", True),
        ("(3, 2)", "\\begin{cases} a = 3 \\\\ b = \\frac{4}{2} \\end{cases}", True),
        ("(3,2)", "\\begin{cases}x=2\\\\y=3\\end{cases}", False),
        ("(3,2)", "\\begin{cases}x=3\\end{cases}", False),
        ("(3,2)", "\\begin{cases}x+y=5\\\\y=2\\end{cases}", False),
    ],
)
def test_a_system_that_is_solved_is_the_tuple_of_its_solution(
    gold: str, answer: str, same: bool
) -> None:
    assert same_expression(gold, answer) is same


@pytest.mark.parametrize(
    "text",
    [
        "答案是5+i。再算一遍却是-1+i，到底哪个对，我没法确定。",
        "答案是12。咦，也可能是13，这道题我没法判断。",
        "The answer is $x+1$. Or is it $x-1$? I can't tell which.",
    ],
)
def test_a_stated_answer_that_is_left_open_in_the_end_is_unread(text: str) -> None:
    item = Item("i", "s", "q", "5+i")
    for rule in ("math-strict", "math-verify"):
        assert grade_text(rule, item, Generated(text, 1, "stop")).outcome is Outcome.UNPARSED
