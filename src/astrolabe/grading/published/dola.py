"""The released DoLa code's reading of StrategyQA answers: voidism/DoLa, ``strqa_eval.py``.

Its check for "Thus, yes." runs on small letters and never finds anything. What it cannot read it
tries again, and at last guesses from whether "no" occurs anywhere, in "know", too; here it is
unread.
"""

from astrolabe.grading.yesno import YesNoRule

_TRIGGER = "answer is"


def yesno(text: str) -> str | None:
    """What stands between the first "answer is" and the next full stop, if it is yes or no."""
    _, trigger, rest = text.lower().partition(_TRIGGER)
    said = rest.split(_TRIGGER)[0].split(".")[0].strip()
    return said if trigger and said in ("yes", "no") else None


YESNO_RULES = {"dola-strategyqa": YesNoRule(yesno)}
