import json
import math

import pytest

from astrolabe.core.model import Exited, Generated, Scored
from astrolabe.runs.values import answer_from, answer_values


@pytest.mark.parametrize(
    "answer",
    [
        Scored((-1.5, -math.inf), True, (-0.5, 0.0), (4, None)),
        Exited((-1.0,), (-2.0,), (0.5,), (1e-9,), (math.inf,)),
        Generated("text\x00", 3, "stop"),
    ],
)
def test_answers_come_back_as_they_went(answer):
    written = json.dumps(answer_values(answer), allow_nan=False)
    assert answer_from(json.loads(written)) == answer


def test_scores_stored_by_the_first_version_are_read():
    assert answer_from({"logprobs": [-1.0, "-inf"], "greedy": False}) == Scored(
        (-1.0, -math.inf), False
    )
