"""Answers in English that name options by their value, in any form, or by a short text."""

from tests.grading.careful_reader import Answers, answered, assert_read

# question, options as shown; answers, and the letter that a careful reader reads
ANSWERS: Answers = [
    (
        "",
        ("Oslo", "Bern", "Lima", "Cairo", "Quito", "Accra", "Dakar", "Tunis", "Seoul", "Delhi"),
        [
            ("I am not sure.", None),
            ("I think I know this one: I.", "I"),
            ("The answer is I.", "I"),
            ("Answer: I think it is Seoul.", "I"),
        ],
    ),
    (
        "Which vitamin does sunlight on the skin help to make?",
        ("Vitamin A", "Vitamin B12", "Vitamin C", "Vitamin D"),
        [
            ("Vitamin C is found in fruit. The answer is D.", "D"),
            ("Sunlight helps the skin make vitamin D.", "D"),
            ("Vitamin D, since sunlight is needed.", "D"),
            (
                "Vitamin C deficiency causes scurvy. Vitamin D deficiency causes "
                "rickets. So for rickets, the answer is vitamin D.",
                "D",
            ),
            ("Not vitamin C but vitamin D.", "D"),
            ("C (vitamin C)", "C"),
            ("Vitamin C (option C)", "C"),
            ("Vitamin D (option C)", None),
        ],
    ),
    (
        "",
        ("P", "Po", "K", "Pt"),
        [
            ("K", "C"),
            ("The symbol for potassium is K.", "C"),
            ("Potassium's symbol is K, so C.", "C"),
            ("Potassium is K.", "C"),
        ],
    ),
    (
        "",
        ("1/4", "1/2", "2/3", "3/4"),
        [
            ("The answer is 0.5.", "B"),
            ("Half of them, so the probability is 50%. The answer is 50%.", "B"),
            ("The answer is one half.", "B"),
            ("$\\boxed{\\frac{3}{4}}$", "D"),
            ("The probability is 3/4.", "D"),
        ],
    ),
    (
        "",
        ("$1,000", "$1,500", "$2,000", "$2,500"),
        [
            ("The total comes to 1500 dollars, so the answer is 1500 dollars.", "B"),
            ("The answer is $1500.", "B"),
        ],
    ),
    (
        "",
        ("True", "False"),
        [
            ("True", "A"),
            ("False. The earth is round.", "B"),
            ("The statement is false.", "B"),
            ("This is true because water boils at 100 C.", "A"),
            ("It is not true that the statement holds.", "B"),
        ],
    ),
    (
        "",
        ("Yes", "No"),
        [
            ("Yes, it is.", "A"),
            ("No.", "B"),
            ("I know nothing about it.", None),
        ],
    ),
    (
        "",
        ("20 km/h", "30 km/h", "40 km/h", "60 km/h"),
        [
            ("Speed = 120 / 4 = 30 km/h", "B"),
            ("Speed = 120 / 4 = 30, so 30 km/h.", "B"),
            ("The speed is 30.", "B"),
            ("120/4 = 30. Answer: 30 km per hour", None),
            ("30 km/h", "B"),
            ("30", "B"),
            ("thirty kilometres an hour", None),
        ],
    ),
    (
        "",
        ("H2O", "CO2", "NaCl", "CH4"),
        [
            ("Water is H₂O.", "A"),
            ("The formula is H2O.", "A"),
            ("The answer is CO₂.", "B"),
        ],
    ),
    (
        "",
        ("x^2", "2x", "2", "0"),
        [
            ("The derivative of x^2 is 2x.", "B"),
            ("f'(x) = 2x", "B"),
            ("$f'(x)=2x$, so the answer is $2x$.", "B"),
            ("The answer is $2x$", "B"),
        ],
    ),
    (
        "",
        ("√2", "2√2", "π", "2π"),
        [
            ("$\\sqrt{2}$", "A"),
            ("The answer is $2\\sqrt{2}$.", "B"),
            ("\\boxed{2\\pi}", "D"),
            ("The circumference is 2π.", "D"),
        ],
    ),
    (
        "",
        ("y = x + 1", "y = -2x", "y = 2x - 7", "x = 2"),
        [
            ("y=2x-7", "C"),
            ("The line is y=2x-7.", "C"),
            ("The answer is $y = 2x - 7$.", "C"),
        ],
    ),
    (
        "",
        ("x²", "2x", "x³", "3x²"),
        [
            ("$3x^2$", "D"),
            ("The derivative is 3x^2.", "D"),
            ("\\boxed{3x^{2}}", "D"),
        ],
    ),
    (
        "In which year did King John seal the Magna Carta?",
        ("1066", "1215", "1492", "1776"),
        [
            ("The Magna Carta was sealed in 1215.", "B"),
            ("1215", "B"),
            ("It was in 1215 that King John sealed it.", "B"),
            ("King John sealed it in 1215, while Columbus sailed in 1492.", "B"),
            ("In 1215.", "B"),
            ("The year was 1215.", "B"),
        ],
    ),
    (
        "",
        ("Anna", "Ben", "Cara", "Dan"),
        [
            (
                "Anna got an A, Ben a B, Cara a C and Dan a D. The best mark is "
                "Anna's, so choose Anna.",
                "A",
            ),
            ("Only Ben passed.", "B"),
            ("It was Cara who got the C, so it's Cara.", "C"),
        ],
    ),
    (
        "",
        ("A", "B", "AB", "O"),
        [
            ("Type O blood has no antigens, so the answer is D.", "D"),
            ("The answer is O.", "D"),
            ("The answer is AB.", "C"),
            ("The answer is A.", "A"),
            ("The answer is B.", "B"),
        ],
    ),
    (
        "",
        ("O(1)", "O(log n)", "O(n)", "O(n^2)"),
        [
            ("Binary search halves the range each time, so it runs in O(log n).", "B"),
            ("O(log n)", "B"),
            ("The complexity is O(log n), since the range is halved each time.", "B"),
        ],
    ),
    (
        "Which Python type cannot be changed?",
        ("list", "tuple", "dict", "set"),
        [
            ("`tuple`", "B"),
            ("A tuple can't be changed.", "B"),
            ("Use a `tuple`: it cannot be changed.", "B"),
            ("list and dict and set can be changed; tuple can't.", "B"),
        ],
    ),
    (
        "",
        ("Na", "K", "Fe", "Cu"),
        [
            ("Iron's symbol is Fe, from ferrum.", "C"),
            ("Fe", "C"),
            ("The symbol is Fe", "C"),
            ("K is potassium and Na is sodium. Iron is Fe, so C.", "C"),
        ],
    ),
    (
        "How many apples does he have left?",
        ("8", "9", "10", "12"),
        [
            ("3 * 3 = 9\nSo the answer is 9.", "B"),
            ("There are 8 + 1 = 9 of them.", "B"),
            ("We need 12 - 3 = 9 apples.", "B"),
            ("nine", "B"),
            ("9 apples", "B"),
            ("x = 9", "B"),
            ("The total is 9 apples.", "B"),
            ("He has 9 left.", "B"),
            ("Thus he has 9 apples left.", "B"),
            ("12 apples minus 4 apples leaves 8 apples.", None),
        ],
    ),
]


@answered(ANSWERS)
def test_reads_as_a_careful_reader_does(
    question: str, options: tuple[str, ...], text: str, says: str | None
) -> None:
    assert_read(question, options, text, says)
