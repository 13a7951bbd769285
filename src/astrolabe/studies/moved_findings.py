"""What `what-moved-it` decides: from splits and cosines to findings, corrected together.

Shapes: M items.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from astrolabe.core.verdict import Interval
from astrolabe.runs.sign_flip import beyond_margin, smallest_detectable
from astrolabe.runs.stats import mean_interval
from astrolabe.studies.deciding import Uncorrected, settled
from astrolabe.studies.four_sources import EXAMPLES, QUESTION, SOURCES, TEXT
from astrolabe.studies.outcome import Finding, Text
from astrolabe.studies.resemblance import OTHER, SAME, Cosines, outlier
from astrolabe.studies.splitting import SWAPPED, Split

MARGIN = 0.1
"""Nats by which a source must do more than somebody else's: a tenth of a probability. Models with
initial weights do something with whatever they read: up to 0.09 in the mean, in four draws of the
weights of Polaris' architecture on 12 items of `mmlu` and `gsm8k` each."""

CLAIMS = {
    QUESTION: Text(
        "a question moves its answer more than another question does",
        "问题对自己答案的影响大于另一个问题",
    ),
    EXAMPLES: Text(
        "examples move the answer more than those of another task do",
        "示例对答案的影响大于另一任务的示例",
    ),
    TEXT: Text(
        "the text so far moves the answer more than another item's does",
        "前文对答案的影响大于另一题的前文",
    ),
}
RESEMBLES = Text(
    "the shift by examples resembles a step of fine-tuning on them, more than in untrained models",
    "示例引起的变化像在这些示例上微调一步，且比未训练的模型更像",
)
SPECIFIC = Text(
    "it resembles that step more than one on another task, beyond what untrained models show",
    "它更像在这些示例上的一步而非另一任务上的一步，且超过未训练的模型",
)


def own_contents(splits: Sequence[Split]) -> dict[int, np.ndarray]:
    """For each source what it does more than somebody else's, in nats, [M].

    A source that is nowhere there (no text so far, where options are scored) is left out.
    """
    found = {}
    for source in SWAPPED:
        place = SOURCES.index(source)
        parts = np.array([[one.parts[place], one.placebo[place]] for one in splits])
        if parts.any():
            found[source] = parts[:, 0] - parts[:, 1]
    return found


def decide(
    contents: Mapping[int, np.ndarray],
    subjects: Sequence[str],
    cosines: Cosines | None,
    level: float,
) -> tuple[Finding, ...]:
    """The planned comparisons, corrected together.

    Args:
        contents: From `own_contents`.
        subjects: The clusters of the intervals, M of them.
    """
    corrected = level / (len(contents) + (2 if cosines else 0))
    tested = [
        Uncorrected(
            CLAIMS[source],
            float(values.mean()),
            mean_interval(values, subjects, level),
            beyond_margin(values, MARGIN),
            smallest=MARGIN + smallest_detectable(values, corrected),
            kind="nats",
        )
        for source, values in contents.items()
    ]
    if cosines is not None:
        own, fresh = cosines.model, cosines.untrained
        for claim, model, untrained in (
            (RESEMBLES, own[SAME], fresh[SAME]),
            (SPECIFIC, own[SAME] - own[OTHER], fresh[SAME] - fresh[OTHER]),
        ):
            one = outlier(model.mean(1), untrained.mean(1), level, corrected)
            interval = Interval(one.difference - one.half, one.difference + one.half, 1 - level)
            tested.append(
                Uncorrected(
                    claim, one.difference, interval, one.p, smallest=one.smallest, kind="number"
                )
            )
    return settled(tested, level)
