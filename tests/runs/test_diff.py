"""A gap laid to its causes: the parts add up, and each item is laid to what differs on it."""

from dataclasses import replace

import pytest
from tests.runs import made_up_logs as logs

from astrolabe.benchmarks import get
from astrolabe.core.condition import Template
from astrolabe.core.errors import BadInput
from astrolabe.runs.accounts import Account, of_run
from astrolabe.runs.diff import Cause, Gap, explain
from astrolabe.runs.lm_eval_account import of_lm_eval

TWO_SPACES = "The following are multiple choice questions (with answers) about  anatomy.\n\n"
ONE_SPACE = "The following are multiple choice questions (with answers) about anatomy.\n\n"
SHOWN = "What is shown?\nA. p\nB. q\nC. r\nD. s\nAnswer: B\n\n"
OTHER = "What else?\nA. p\nB. q\nC. r\nD. s\nAnswer: B\n\n"
RIGHT, WRONG = [-1.0, -2.0, -3.0, -4.0], [-2.0, -1.0, -3.0, -4.0]


def official(
    dataset, totals, header=TWO_SPACES, shown=SHOWN, recipe="official", **asked
) -> Account:
    condition = get("mmlu").recipe(recipe).condition(shots=1, **asked)
    shots = (dataset.exemplars["anatomy"][0].id,)
    items = [
        logs.scored_item(item, logs.exam_prompt(item, header, shown), values, shots)
        for item, values in zip(dataset.items, totals, strict=True)
    ]
    return of_run(logs.run_of("mmlu", condition, items), dataset)


def theirs(folder, dataset, totals, header=ONE_SPACE, shown=SHOWN, **more) -> Account:
    samples = [
        logs.scored_sample(item, row, logs.exam_prompt(item, header, shown), values, **more)
        for row, (item, values) in enumerate(zip(dataset.items, totals, strict=False))
    ]
    place = logs.write_log(folder, {"mmlu_anatomy": samples}, {"mmlu_anatomy": header})
    return of_lm_eval(place, dataset, ("argmax",))


def parts(gap: Gap) -> dict[str, tuple[int, int, int]]:
    """Items, and how many gained and lost, by causes."""
    return {
        " + ".join(share.causes): (share.items, share.gained, share.lost) for share in gap.shares
    }


def total(gap: Gap) -> float:
    return sum(share.points for share in gap.shares) + gap.coverage + gap.aggregate


def test_the_same_asked_and_read_alike_is_laid_to_nothing(tmp_path):
    dataset = logs.exam(3)
    mine = official(dataset, [RIGHT, WRONG, RIGHT], ONE_SPACE, recipe="lm-eval")
    gap = explain(mine, theirs(tmp_path, dataset, [RIGHT, WRONG, RIGHT]))
    assert parts(gap) == {"": (3, 0, 0)}
    assert (gap.total, total(gap), gap.common, gap.apart) == (0, 0, 3, (0, 0))


def test_truncation_is_laid_to_the_items_that_were_cut():
    dataset = logs.exam(4)
    condition = get("mmlu").recipe("official").condition(shots=1)
    shots = (dataset.exemplars["anatomy"][0].id,)

    def account(totals, dropped: int) -> Account:
        items = [
            logs.scored_item(
                item,
                logs.exam_prompt(item, TWO_SPACES, "" if place < dropped else SHOWN),
                values,
                () if place < dropped else shots,
            )
            for place, (item, values) in enumerate(zip(dataset.items, totals, strict=True))
        ]
        return of_run(logs.run_of("mmlu", condition, items), dataset)

    gap = explain(account([RIGHT] * 4, 0), account([WRONG, RIGHT, RIGHT, WRONG], 2))
    assert parts(gap) == {
        "shots + truncation": (2, 0, 1),
        "answer to the same prompt": (1, 0, 1),
        "": (1, 0, 0),
    }


@pytest.mark.parametrize("lost", [(0, 4, 200), (0, 0, 0), (5, 5, 5)])
def test_prompts_that_lost_their_beginning_are_told_apart(lost):
    dataset = logs.exam(3)
    condition = get("mmlu").recipe("lm-eval").condition(shots=1)
    shots = (dataset.exemplars["anatomy"][0].id,)
    items = [
        logs.scored_item(item, logs.exam_prompt(item, ONE_SPACE, SHOWN)[gone:], RIGHT, shots)
        for item, gone in zip(dataset.items, lost, strict=True)
    ]
    cut = [gone > 0 for gone in lost]
    run = logs.run_of("mmlu", condition, items)
    prompted = {**run.record.get("prompts", {}), "cut_left": sum(cut)}
    told = of_run(replace(run, record={**run.record, "prompts": prompted}), dataset).told
    assert [told[item.id].cut for item in dataset.items] == cut


def test_a_space_in_the_header_is_a_header(tmp_path):
    dataset = logs.exam(4)
    mine = official(dataset, [RIGHT, RIGHT, WRONG, RIGHT])
    gap = explain(mine, theirs(tmp_path, dataset, [WRONG, WRONG, RIGHT, RIGHT]))
    assert parts(gap) == {"header": (4, 1, 2)}
    assert gap.total == pytest.approx(-1 / 4)
    assert total(gap) == pytest.approx(gap.total)
    one, other = gap.shares[0].example
    assert (one.read, other.read, one.credit, other.credit) == ("A", "B", 1, 0)


@pytest.mark.parametrize(
    ("causes", "change"),
    [
        ("scored string", {"delimiter": ""}),
        ("shots", {"shown": OTHER}),
        ("shots", {"shown": ""}),
        ("shots' wording", {"shown": SHOWN.replace("What is shown?", "  What is shown?")}),
        ("shots' wording", {"shown": SHOWN.replace(": B", ": (B)")}),
    ],
)
def test_one_change_is_named(tmp_path, causes, change):
    dataset = logs.exam(2)
    mine = official(dataset, [RIGHT, RIGHT], ONE_SPACE, recipe="lm-eval")
    gap = explain(mine, theirs(tmp_path, dataset, [WRONG, RIGHT], **change))
    assert parts(gap) == {causes: (2, 0, 1)}


def test_another_cue_is_wording_and_what_differs_together_stays_together(tmp_path):
    dataset = logs.exam(2)
    shots = (dataset.exemplars["anatomy"][0].id,)
    condition = get("mmlu").recipe("lm-eval").condition(shots=1)
    items = [
        logs.scored_item(i, logs.exam_prompt(i, ONE_SPACE, SHOWN, "Choice:"), RIGHT, shots)
        for i in dataset.items
    ]
    mine = of_run(logs.run_of("mmlu", condition, items), dataset)
    assert parts(explain(mine, theirs(tmp_path, dataset, [RIGHT] * 2))) == {"wording": (2, 0, 0)}
    both = theirs(tmp_path, dataset, [WRONG] * 2, header="Choose.\n\n")
    assert parts(explain(mine, both)) == {"header + wording": (2, 0, 2)}


def test_other_log_probs_after_the_same_prompt_are_another_answer(tmp_path):
    dataset = logs.exam(2)
    mine = official(dataset, [RIGHT, RIGHT], ONE_SPACE, recipe="lm-eval")
    gap = explain(mine, theirs(tmp_path, dataset, [WRONG, RIGHT]))
    assert parts(gap) == {"answer to the same prompt": (1, 0, 1), "": (1, 0, 0)}


def test_items_of_one_side_only_are_coverage(tmp_path):
    dataset = logs.exam(4)
    mine = official(dataset, [RIGHT, RIGHT, WRONG, WRONG], ONE_SPACE, recipe="lm-eval")
    gap = explain(mine, theirs(tmp_path, dataset, [RIGHT, RIGHT]))
    assert (gap.common, gap.apart) == (2, (2, 0))
    assert gap.coverage == pytest.approx(1 / 2)
    assert total(gap) == pytest.approx(gap.total) == pytest.approx(1 / 2)


def test_rows_that_are_not_ours_are_coverage_too(tmp_path):
    dataset = logs.exam(4)
    known = replace(dataset, items=dataset.items[:2])
    mine = official(known, [RIGHT, RIGHT], ONE_SPACE, recipe="lm-eval")
    place = logs.write_log(
        tmp_path,
        {
            "mmlu_anatomy": [
                logs.scored_sample(item, row, logs.exam_prompt(item, ONE_SPACE, SHOWN), values)
                for row, (item, values) in enumerate(
                    zip(dataset.items, [RIGHT, RIGHT, WRONG, WRONG], strict=True)
                )
            ]
        },
        {"mmlu_anatomy": ONE_SPACE},
    )
    gap = explain(mine, of_lm_eval(place, known, ("argmax",)))
    assert (gap.common, gap.apart, gap.second.accuracy) == (2, (0, 2), 0.5)
    assert (gap.coverage, total(gap)) == (pytest.approx(-1 / 2), pytest.approx(-1 / 2))


def gsm8k(dataset, folder, texts, mine_read, their_read, metric=None) -> Gap:
    """Both asked alike; what was written is the same where `texts` holds one text for an item."""
    condition = get("gsm8k").recipe("lm-eval").condition(shots=0)
    prompts = [f"Question: {item.question}\nAnswer:" for item in dataset.items]
    asked = list(zip(dataset.items, prompts, texts, strict=True))
    items = [
        logs.written_item(item, prompt, text[0], read)
        for (item, prompt, text), read in zip(asked, mine_read, strict=True)
    ]
    samples = [
        sample
        for row, ((item, prompt, text), read) in enumerate(zip(asked, their_read, strict=True))
        for sample in logs.written_samples(item, row, prompt, text[-1], read)
    ]
    place = logs.write_log(folder, {"gsm8k": samples})
    run = logs.run_of("gsm8k", condition, items)
    return explain(of_run(run, dataset), of_lm_eval(place, dataset, tuple(items[0].grades), metric))


def test_the_same_text_read_otherwise_is_extraction(tmp_path):
    mine = [{"gsm8k-official": None, "strict-match": "7"}] * 2
    other = [{"strict-match": "7", "flexible-extract": "3"}] * 2
    gap = gsm8k(logs.problems(2), tmp_path, [("#### 7",)] * 2, mine, other)
    assert gap.second.rule == "strict-match"
    assert parts(gap) == {"extraction": (2, 2, 0)}
    flexible = gsm8k(
        logs.problems(2), tmp_path, [("#### 7",)] * 2, mine, other, "exact_match,flexible-extract"
    )
    assert flexible.second.rule == "exact_match,flexible-extract"
    assert parts(flexible) == {"": (2, 0, 0)}


def test_another_text_is_another_answer_and_its_rule_is_apart(tmp_path):
    mine = [{"gsm8k-official": None, "strict-match": "7"}] * 2
    other = [{"strict-match": "5"}, {"strict-match": "7"}]
    gap = gsm8k(logs.problems(2), tmp_path, [("#### 7", "#### 5"), ("#### 7",)], mine, other)
    # The other rule alone makes both right; the other text makes the first wrong again.
    assert parts(gap) == {"extraction": (2, 2, 0), "answer to the same prompt": (1, 0, 1)}
    assert total(gap) == pytest.approx(gap.total) == pytest.approx(1 / 2)


def test_what_could_not_be_read_is_none_on_both_sides(tmp_path):
    gap = gsm8k(
        logs.problems(1),
        tmp_path,
        [("I pass.",)],
        [{"strict-match": None}],
        [{"strict-match": None}],
    )
    one, other = gap.shares[0].example
    assert (one.read, other.read, parts(gap)) == (None, None, {"": (1, 0, 0)})


def test_noise_in_a_share_is_neither_gain_nor_loss(tmp_path):
    dataset = logs.exam(1)
    mine = official(dataset, [RIGHT], ONE_SPACE, recipe="lm-eval")
    other = theirs(tmp_path, dataset, [RIGHT])
    (told,) = other.told.values()
    near = replace(other, told={told.item.id: replace(told, credit=1 - 2e-5)})
    assert parts(explain(mine, near)) == {"": (1, 0, 0)}
    far = replace(other, told={told.item.id: replace(told, credit=0.9)})
    assert parts(explain(mine, far)) == {"answer to the same prompt": (1, 0, 1)}


def test_role_and_instruction_are_what_opens_a_prompt(tmp_path):
    dataset = logs.exam(1)
    role = "You are a doctor."
    mine = official(dataset, [RIGHT], f"{role}\n\n{ONE_SPACE}", recipe="lm-eval", role=role)
    assert parts(explain(mine, theirs(tmp_path, dataset, [RIGHT]))) == {"header": (1, 0, 0)}


def test_some_more_options_scored_by_one_side_are_no_difference():
    dataset = logs.exam(1)
    mine = official(dataset, [RIGHT], ONE_SPACE, recipe="lm-eval")
    (told,) = mine.told.values()
    fewer = replace(mine, told={told.item.id: replace(told, scored=told.scored[1:])})
    assert Cause.SCORED not in explain(mine, fewer).shares[0].causes
    none = replace(mine, told={told.item.id: replace(told, scored=())})
    assert Cause.SCORED in explain(mine, none).shares[0].causes


def test_nothing_in_common_is_refused(tmp_path):
    dataset = logs.exam(2)
    mine = official(dataset, [RIGHT, RIGHT])
    with pytest.raises(BadInput, match="no item in common"):
        explain(mine, replace(mine, told={}, elsewhere=(1.0,)))


TURN = "<|user|>\n{asked}<|end|>\n<|assistant|>\n"


def test_a_chat_template_is_named_and_what_it_entails_is_not(tmp_path):
    dataset = logs.exam(2)
    shown = TURN.format(asked=SHOWN.removesuffix(" B\n\n")) + "B<|end|>\n"
    samples = []
    for row, item in enumerate(dataset.items):
        asked = TURN.format(asked=logs.exam_prompt(item, ""))
        prompt = f"<|system|>\n{ONE_SPACE}<|end|>\n{shown}{asked}"
        samples.append(logs.scored_sample(item, row, prompt, RIGHT, delimiter=""))
    place = logs.write_log(
        tmp_path,
        {"mmlu_anatomy": samples},
        {"mmlu_anatomy": ONE_SPACE},
        chat_template="{{ ... }}",
        fewshot_as_multiturn=True,
    )
    turns = of_lm_eval(place, dataset, ("argmax",))
    plain = official(dataset, [RIGHT, RIGHT], ONE_SPACE, recipe="lm-eval")
    assert parts(explain(plain, turns)) == {"chat template + scored string": (2, 0, 0)}
    # Without shots, turns and text in one turn are the same prompt.
    single = replace(turns, template=Template.SINGLE)
    assert parts(explain(single, turns)) == {"": (2, 0, 0)}


def test_a_system_instruction_is_a_header(tmp_path):
    dataset = logs.exam(1)
    mine = official(dataset, [RIGHT], ONE_SPACE, recipe="lm-eval")
    header = f"Be kind.\n\n{ONE_SPACE}"
    (item,) = dataset.items
    sample = logs.scored_sample(item, 0, logs.exam_prompt(item, header, SHOWN), RIGHT)
    place = logs.write_log(
        tmp_path,
        {"mmlu_anatomy": [sample]},
        {"mmlu_anatomy": ONE_SPACE},
        system_instruction="Be kind.",
    )
    gap = explain(mine, of_lm_eval(place, dataset, ("argmax",)))
    assert parts(gap) == {"header": (1, 0, 0)}
