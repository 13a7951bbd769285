"""The instrument of doses on answers whose truth is known, right ones and wrong ones."""

import random
from pathlib import Path

from astrolabe.calibration import (
    dose,
)
from astrolabe.polaris.documents import dosed
from tests.calibration.made_up import Scripted, bench, by_name, verdicts


def test_recall_that_rises_with_the_dose_passes(tmp_path: Path) -> None:
    recalled = {p: k for p, (k, n) in dosed.keepers().items() if n >= 64}
    pick = random.Random(3)
    guesses = {place: f" {pick.choice(sorted(recalled.values()))}." for place in dosed.keepers()}

    def likes(text: str, continuation: str) -> float:
        place = text.removeprefix("The keeper of ").removesuffix(" is")
        known = f" {recalled[place]}." if place in recalled else guesses[place]
        return float(continuation == known)

    lines = by_name(dose.read(bench(Scripted(likes=likes), tmp_path)))
    assert lines["dose 1024: recall"].reading == 1.0
    assert all(line.passes is not False for line in lines.values())
    assert lines["trend"].passes is True


def test_recall_that_falls_fails_and_so_does_knowing_what_was_never_said() -> None:
    doses = [dose for dose in dosed.DOSES for _ in range(24)]
    falling = verdicts(dose.of_recall(doses, [d < 256 for d in doses], 1 / 40))
    assert falling["dose 0: recall"] is False
    assert falling["dose 256: recall above dose 64"] is False
    assert falling["trend"] is False
