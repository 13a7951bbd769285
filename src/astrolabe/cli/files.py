"""Where commands write to."""

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
