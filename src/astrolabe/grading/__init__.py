"""How an answer is judged: the rules by name, and outcomes kept apart."""

from astrolabe.grading.rules import OPTION_RULES, TEXT_RULES, grade_options, grade_text

__all__ = ["OPTION_RULES", "TEXT_RULES", "grade_options", "grade_text"]
