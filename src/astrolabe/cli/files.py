"""Where commands write to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def writable(folder: Path) -> Path:
    """The folder, made, if a report can be written into it: better known before computing."""
    import tempfile

    from astrolabe.core.errors import BadInput

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise BadInput(
            f"no report can be written to '{folder}' ({error.strerror}); give another folder "
            "with --out"
        ) from error


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """While a report is written; the terminal says so.

    Raises:
        BadInput: when it cannot be written.
    """
    from astrolabe.cli.progress import errors
    from astrolabe.core.errors import BadInput

    try:
        with errors.status("writing the report"):
            yield
    except OSError as error:
        raise BadInput(
            f"the report in '{folder}' could not be written ({error.strerror or error}); what "
            "was answered or read is kept, and the same command writes it anew"
        ) from error
