"""How an answer is judged: the rules, one table of them, and five outcomes kept apart."""

from astrolabe.grading.rules import TEXT_RULES, grade_options, grade_text
from astrolabe.grading.scored import OPTION_RULES

__all__ = ["OPTION_RULES", "TEXT_RULES", "grade_options", "grade_text"]
