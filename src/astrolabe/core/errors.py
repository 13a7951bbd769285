"""Errors a person can act on."""


class AstrolabeError(Exception):
    """Base of every error we raise on purpose; its text is one sentence for the user."""


class BadInput(AstrolabeError):
    """What was asked for cannot be done as given: says what is wrong, where, and what to do.

    The command line prints it without a traceback and exits with code 2.
    """


class Unsupported(AstrolabeError):
    """A model cannot do what was asked (for example, share attention prefixes)."""
