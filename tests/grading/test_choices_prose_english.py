"""Answers in English prose: what they say of an option takes up the question."""

from tests.grading.careful_reader import Answers, answered, assert_read

# question, options as shown; answers, and the letter that a careful reader reads
ANSWERS: Answers = [
    (
        "Is the following statement true or false? The Earth orbits the Sun.",
        ("True", "False"),
        [
            ("The Earth does orbit the Sun, so the statement is true.", "A"),
        ],
    ),
    (
        "",
        ("维生素A", "维生素B", "维生素C", "维生素D"),
        [
            ("维生素C可以从水果里摄取，建议均衡饮食。", None),
        ],
    ),
    (
        "Which planet is known for its rings?",
        ("Jupiter", "Saturn", "Uranus", "Neptune"),
        [
            (
                "Saturn has rings made of ice and rock. Jupiter, Uranus and Neptune "
                "have faint ones too, but nobody calls them famous.",
                "B",
            ),
        ],
    ),
    (
        "What do bees collect from flowers?",
        ("Nectar", "Sap", "Dew", "Seeds"),
        [
            (
                "Bees visit flowers to gather nectar, which they turn into honey. "
                "Pollen sticks to their legs on the way.",
                "A",
            ),
        ],
    ),
    (
        "Which instrument has 88 keys?",
        ("Organ", "Harpsichord", "Piano", "Accordion"),
        [
            (
                "A piano has 88 of them: 52 white and 36 black. An organ can have "
                "several rows of keys.",
                "C",
            ),
        ],
    ),
    (
        "Who painted the ceiling of the Sistine Chapel?",
        ("Raphael", "Michelangelo", "Leonardo", "Titian"),
        [
            ("Pope Julius II wanted Raphael for the rooms and Michelangelo for the ceiling.", "B"),
            ("Michelangelo spent four years on his back painting that ceiling.", "B"),
            ("Raphael was a rival of Michelangelo.", None),
        ],
    ),
    (
        "Which ocean is the largest?",
        ("Atlantic", "Indian", "Pacific", "Arctic"),
        [
            ("By area, the Pacific beats all others.", "C"),
            ("The largest by far would be the Pacific, with the Atlantic coming second.", "C"),
        ],
    ),
    (
        "What is the hardest natural substance?",
        ("Quartz", "Topaz", "Diamond", "Steel"),
        [
            ("Diamond scores 10 on the Mohs scale, while quartz scores only 7 and topaz 8.", None),
        ],
    ),
    (
        "Which country is the birthplace of the Olympic Games?",
        ("Italy", "Greece", "Egypt", "France"),
        [
            ("The Olympic Games began in ancient Greece; Italy only copied them later.", "B"),
        ],
    ),
    (
        "Which gas makes up most of the air?",
        ("Oxygen", "Argon", "Nitrogen", "Helium"),
        [
            (
                "Air is roughly 78% nitrogen, 21% oxygen and a little argon. So "
                "nitrogen makes up the bulk of it.",
                "C",
            ),
            ("Most people would say oxygen, but in fact nitrogen makes up most of the air.", "C"),
        ],
    ),
    (
        "What kind of animal is a salamander?",
        ("Reptile", "Amphibian", "Mammal", "Fish"),
        [
            (
                "Though it looks like a lizard, which is a reptile, a salamander is an amphibian.",
                "B",
            ),
        ],
    ),
    (
        "Where does digestion of protein begin?",
        ("Mouth", "Stomach", "Small intestine", "Large intestine"),
        [
            (
                "Protein digestion starts in the stomach, where pepsin is at work. The "
                "mouth only deals with starch.",
                "B",
            ),
        ],
    ),
    (
        "Which of these words is a verb?",
        ("quick", "quickly", "quickness", "quicken"),
        [
            (
                "'Quickly' is an adverb, 'quick' is an adjective and 'quickness' is a "
                "noun. 'Quicken' is a verb.",
                "D",
            ),
        ],
    ),
    (
        "Which organ pumps blood?",
        ("Lungs", "Heart", "Liver", "Kidney"),
        [
            ("The heart. The lungs only add oxygen to it.", "B"),
            ("It's pumped by the heart through the lungs and the body.", "B"),
        ],
    ),
    (
        "In which century did the French Revolution take place?",
        ("16th century", "17th century", "18th century", "19th century"),
        [
            ("It began in 1789, so in the 18th century.", "C"),
        ],
    ),
    (
        "How many sides does a hexagon have?",
        ("5", "6", "7", "8"),
        [
            ("A hexagon has six sides.", "B"),
            ("Six. A pentagon has five and an octagon eight.", "B"),
        ],
    ),
    (
        "How many legs does a spider have?",
        ("4", "6", "8", "10"),
        [
            ("Insects have 6 legs, but spiders have 8.", "C"),
        ],
    ),
    (
        "What is 15% of 80?",
        ("8", "10", "12", "15"),
        [
            ("10% of 80 is 8 and 5% is 4, which makes 12.", "C"),
        ],
    ),
    (
        "What is the boiling point of water in Fahrenheit?",
        ("100 °F", "180 °F", "212 °F", "451 °F"),
        [
            ("Water boils at 100 °C, that is 212 °F.", "C"),
        ],
    ),
    (
        "A train covers 120 km in 2 hours. What is its speed?",
        ("50 km/h", "60 km/h", "70 km/h", "240 km/h"),
        [
            ("Speed is distance over time: 120 km / 2 h = 60 km/h.", "B"),
        ],
    ),
    (
        "Which of these sentences is grammatical?",
        ("She don't like it.", "She not like it.", "She doesn't like it.", "She no like it."),
        [
            (
                '"She don\'t like it" has the wrong verb, and so does "She not like '
                'it". "She doesn\'t like it" is fine.',
                "C",
            ),
        ],
    ),
    (
        "Which colour do you get by mixing blue and yellow?",
        ("Red", "Green", "Purple", "Orange"),
        [
            ("Blue and yellow paint together give green.", "B"),
        ],
    ),
    (
        "Which part of the plant takes in water?",
        ("Leaves", "Stem", "Roots", "Flowers"),
        [
            ("Roots take in water. Leaves make food, and stems carry both around.", "C"),
        ],
    ),
    (
        "Why do we have seasons?",
        (
            "The Earth's axis is tilted",
            "The Earth's distance from the Sun changes",
            "The Sun cools down",
            "The Moon blocks the light",
        ),
        [
            (
                "Seasons come about because the Earth's axis is tilted, not because of "
                "its distance from the Sun.",
                "A",
            ),
        ],
    ),
    (
        "Which word means the opposite of 'generous'?",
        ("kind", "stingy", "rich", "brave"),
        [
            ("Someone who is not generous is mean, or stingy.", "B"),
        ],
    ),
]


@answered(ANSWERS)
def test_reads_as_a_careful_reader_does(
    question: str, options: tuple[str, ...], text: str, says: str | None
) -> None:
    assert_read(question, options, text, says)
