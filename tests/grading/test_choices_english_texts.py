"""Answers in English that name options by their text, among letters that are none."""

from tests.grading.careful_reader import Answers, answered, assert_read

# question, options as shown; answers, and the letter that a careful reader reads
ANSWERS: Answers = [
    (
        "Which of these is the best evidence that a whale is a mammal?",
        ("It lives in the sea", "It feeds its young milk", "It is large", "It can swim"),
        [
            ("It feeds its young milk.", "B"),
            ("The best evidence is that it feeds its young milk.", "B"),
            ("B, because it feeds its young milk", "B"),
        ],
    ),
    (
        "Who wrote the novel Far from the Madding Crowd?",
        ("Jane Austen", "Charles Dickens", "Thomas Hardy", "George Eliot"),
        [
            ("It was written by Thomas Hardy.", "C"),
            ("Thomas Hardy wrote it in 1874.", "C"),
            ("The novel is by Hardy.", "C"),
            ("The author is Thomas Hardy, not George Eliot.", "C"),
            ("George Eliot? No, Thomas Hardy.", "C"),
            ("Thomas Hardy.", "C"),
            ("Hardy", "C"),
            ("The author is Hardy.", "C"),
            ("It was Hardy who wrote it.", "C"),
            ("Dickens was a contemporary, but the novel is Hardy's.", "C"),
        ],
    ),
    (
        "",
        (
            "The supply curve shifts to the right",
            "The supply curve shifts to the left",
            "Demand rises",
            "Demand falls",
        ),
        [
            ("The supply curve shifts to the left.", "B"),
            ("the supply curve shifts to the left because costs rise", "B"),
            ("Costs rise, so the supply curve shifts to the left.", "B"),
        ],
    ),
    (
        "",
        ("Helium", "Neon", "Both A and B", "None of the above"),
        [
            ("Both A and B", "C"),
            ("The answer is both A and B.", "C"),
            ("C. Both A and B", "C"),
            ("Helium and neon are both noble gases, so the answer is C.", "C"),
            ("None of the above", "D"),
            ("The answer is none of the above.", "D"),
        ],
    ),
    (
        "",
        ("Iron", "Copper", "Zinc", "All of the above"),
        [
            ("All of the above.", "D"),
            ("Iron, copper and zinc are all metals, so all of the above.", "D"),
            ("The answer is D, all of the above.", "D"),
        ],
    ),
    (
        "",
        ("I only", "II only", "I and II", "Neither I nor II"),
        [
            ("I only", "A"),
            ("The answer is I and II.", "C"),
        ],
    ),
    (
        "Which cell has no nucleus?",
        ("Red blood cell", "White blood cell", "Platelet", "Neuron"),
        [
            ("Red blood cells have no nucleus.", None),
            ("It's the red blood cells.", "A"),
            ("Answer: red blood cells", "A"),
            ("Platelets.", "C"),
        ],
    ),
    (
        "",
        ("Sweet", "Salty", "Hot (spicy)", "Bitter"),
        [
            ("Hot", "C"),
            ("The answer is hot.", "C"),
            ("Hot (spicy) is not a taste.", None),
        ],
    ),
    (
        "",
        ("True", "False", "Not given"),
        [
            ("The statement is false.", "B"),
            ("Not given", "C"),
            ("False", "B"),
        ],
    ),
    (
        "",
        ("banana", "grape", "pear", "apple"),
        [
            ("The answer is the third word.", "C"),
            ("the third one", "C"),
            ("So number 3.", "C"),
        ],
    ),
    (
        "",
        ("Ohm's law", "Hooke's law", "Boyle's law", "Faraday's law"),
        [
            ("Thomas Edison? No. It's Faraday's law that describes induction.", "D"),
            ("Induction is described by Faraday's law.", "D"),
            ("This is Faraday’s law.", "D"),
            ("Faraday's law of induction.", "D"),
            ("V = IR is known as Ohm's law.", "A"),
        ],
    ),
    (
        "To which style or movement does Picasso's Guernica belong, founded by him and Braque?",
        ("Impressionism", "Cubism", "Surrealism", "Baroque"),
        [
            ("Picasso and Braque founded Cubism.", "B"),
            ("The style is Cubism, which broke with perspective.", "B"),
            ("Cubism, not Surrealism.", "B"),
            ("While Surrealism came later, the movement in question is Cubism.", "B"),
            ("Guernica is usually classed as Cubism.", "B"),
        ],
    ),
    (
        "Which organ filters the blood, or makes bile?",
        ("The liver", "The kidneys", "The heart", "The lungs"),
        [
            ("Insulin comes from the pancreas, but bile is made by the liver.", "A"),
            ("Bile is produced in the liver.", "A"),
            ("The kidneys filter the blood; they are the answer here.", "B"),
            ("Blood is filtered by the kidneys, so that's the answer.", "B"),
            ("It's the kidneys.", "B"),
            ("kidney", "B"),
        ],
    ),
    (
        "",
        ("RAM", "ROM", "Hard disk", "Cache memory"),
        [
            ("The fastest is cache memory.", "D"),
            ("Cache memory is faster than RAM, which is faster than a hard disk.", None),
            ("Cache memory is the fastest.", "D"),
            ("Of RAM, ROM, hard disk and cache memory, the last is the fastest.", None),
            (
                "ROM keeps its data without power, RAM and cache memory do not. ROM it is, then.",
                "B",
            ),
            ("Answer: ROM (read-only memory).", "B"),
            ("the answer would be ROM", "B"),
            ("ROM is the right answer.", "B"),
            ("I say ROM.", "B"),
            ("ROM, I think.", "B"),
            ("I think ROM.", "B"),
            ("I'd guess ROM.", "B"),
            ("Probably ROM.", "B"),
            ("Perhaps ROM?", None),
            ("ROM?", None),
            ("Not ROM.", None),
            (
                "RAM loses its data, and so does cache memory. A hard disk can be "
                "rewritten. This leaves ROM.",
                "B",
            ),
        ],
    ),
    (
        "Which organelle is the powerhouse of the cell and releases its energy?",
        ("Mitochondrion", "Ribosome", "Nucleus", "Golgi body"),
        [
            (
                "Ribosomes make proteins, the nucleus stores DNA and the Golgi body "
                "packs things up. Energy is released in the mitochondria. (A)",
                "A",
            ),
            ("The powerhouse of the cell is, as everyone knows, the mitochondrion.", "A"),
            ("The organelle which releases energy: mitochondrion", "A"),
            ("Organelle: mitochondrion\nReason: it makes ATP", "A"),
            (
                "I'd eliminate ribosome (makes protein), nucleus (stores DNA) and "
                "Golgi body (packs). Remaining: mitochondrion.",
                "A",
            ),
            (
                "**Mitochondrion** – it makes ATP. The ribosome makes proteins, and "
                "the nucleus stores DNA.",
                "A",
            ),
        ],
    ),
    (
        "",
        ("C major", "G major", "F major", "D major"),
        [
            ("C major has no sharps, G major has one, so the key with one sharp is G major.", "B"),
            ("A minor is the relative of C major. The answer: C major.", "A"),
            ("G major, whose relative is E minor.", "B"),
        ],
    ),
    (
        "",
        ("Amylase", "Lipase", "Pepsin", "Lactase"),
        [
            ("lipase, since lipids are fats", "B"),
            (
                "Amylase breaks down starch, pepsin protein, lactase lactose; fats are "
                "broken down by lipase.",
                "B",
            ),
            (
                "Hmm. Amylase? No, that's for starch. Pepsin? No, that's for protein. Lipase? Yes.",
                "B",
            ),
            (
                "Step 1: fats are lipids.\nStep 2: lipids are broken down by lipases.\n"
                "Step 3: that is option B.",
                "B",
            ),
        ],
    ),
    (
        "Kampala is the capital of which country?",
        ("Kenya", "Uganda", "Tanzania", "Rwanda"),
        [
            (
                "Nairobi is in Kenya, Kampala in Uganda, Dodoma in Tanzania and Kigali "
                "in Rwanda. The question asks for Kampala, so it's Uganda.",
                "B",
            ),
            ("Kampala is the capital of Uganda.", "B"),
            ("Uganda's capital is Kampala, hence (B).", "B"),
        ],
    ),
    (
        "",
        ("Negligence", "Trespass", "Nuisance", "Defamation"),
        [
            (
                "This is a classic case of defamation: a false statement was published "
                "that harmed a reputation. Neither trespass nor nuisance is in issue, "
                "and negligence requires a duty of care.",
                "D",
            ),
            ("The tort is defamation. See the rules on libel.", "D"),
        ],
    ),
    (
        "In economics, what does a price ceiling below the market price "
        "usually cause? What results?",
        ("A surplus", "A shortage", "No change", "A tax"),
        [
            ("a shortage, because demand exceeds supply at the capped price", "B"),
            ("There will be a shortage.", "B"),
            ("A shortage results.", "B"),
            ("It causes a shortage, not a surplus.", "B"),
            ("A surplus? No: at a low price, people want more than is offered. A shortage.", "B"),
        ],
    ),
    (
        "",
        (
            "The Treaty of Versailles",
            "The Treaty of Vienna",
            "The Treaty of Utrecht",
            "The Treaty of Westphalia",
        ),
        [
            (
                "The war ended with the Peace of Westphalia in 1648, so the answer is "
                "the Treaty of Westphalia.",
                "D",
            ),
            ("Treaty of Westphalia", "D"),
            ("Westphalia", None),
        ],
    ),
    (
        "Which fallacy attacks the person? What is this kind of attack called?",
        ("Modus ponens", "Modus tollens", "Ad hominem", "Straw man"),
        [
            ("This argument attacks the person, which is ad hominem.", "C"),
            ("That's an ad hominem.", "C"),
            ("An ad hominem attack.", "C"),
            ("The fallacy here: ad hominem", "C"),
        ],
    ),
    (
        "Who composed nine symphonies, the fifth in 1808?",
        ("Mozart", "Beethoven", "Bach", "Haydn"),
        [
            (
                "Beethoven wrote nine symphonies, Mozart over forty, and Haydn over a "
                "hundred. So the one with nine is Beethoven.",
                "B",
            ),
            ("Ludwig van Beethoven", "B"),
            ("It was composed by Ludwig van Beethoven in 1808.", "B"),
        ],
    ),
    (
        "",
        ("He go home.", "He goes home.", "He going home.", "He gone home."),
        [
            ('"He goes home." is right because the third person takes an s.', "B"),
            ("He goes home.", "B"),
            ('The correct sentence is "He goes home."', "B"),
            (
                "Answer: **B**\n\n**Why not the others?**\n- A: wrong verb form\n- C: "
                "missing auxiliary\n- D: missing auxiliary",
                "B",
            ),
            ("Why B? Because the third person takes an s.", None),
            ("B! Why? Because the third person takes an s.", "B"),
            ("B is what I'd go for.", "B"),
            ("I was torn between B and C, but B is grammatical.", None),
            ("I was torn between B and C, and settled on B.", "B"),
            ("Between B and C, I prefer B.", "B"),
            ("A: no, B: yes, C: no, D: no. B.", "B"),
            ("Eliminating A (bad verb), C (no auxiliary) and D (no auxiliary) leaves B.", "B"),
            ("It's neither A nor C nor D.", "B"),
            ("Answer: B (with 80% confidence; C at 20%)", "B"),
            ("B>A>C>D", None),
            ("My ranking: B, C, A, D", None),
            ("The answer is B, as A, C and D all have errors.", "B"),
            ("The correct answer is B, not A as one might think.", "B"),
            ("One might think A, but it's B.", "B"),
            ("If you thought A, you were wrong: it's B.", "B"),
            ("Unless I'm mistaken, it's B.", "B"),
            ("Assuming standard English, the answer is B.", "B"),
            ("I may be wrong, but I'd say B.", "B"),
            ("This might sound odd, but the answer is B.", "B"),
        ],
    ),
]


@answered(ANSWERS)
def test_reads_as_a_careful_reader_does(
    question: str, options: tuple[str, ...], text: str, says: str | None
) -> None:
    assert_read(question, options, text, says)
