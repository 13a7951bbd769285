"""Any model by name: on this machine, or served by another."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from astrolabe.core.model import Model

API = "api:"
"""Begins the name of a model that a server answers for; see `astrolabe.models.api`."""


def load(name: str, dtype: str = "auto", device: str = "auto") -> "Model":
    """A model by name.

    Args:
        name: ``api:MODEL`` or ``api:MODEL@URL``, see `astrolabe.models.api.connect`; anything else
            is a model on this machine, see `astrolabe.models.local.load`.

    Raises:
        BadInput: as these two; and for a dtype or device that is not this machine's to choose.
    """
    if not name.startswith(API):
        from astrolabe.models.local import load as load_here

        return load_here(name, dtype, device)
    if (dtype, device) != ("auto", "auto"):
        from astrolabe.core.errors import BadInput

        raise BadInput(
            f"model '{name}' is computed by a server, which alone decides on dtype and device; "
            "leave out --dtype and --device"
        )
    from astrolabe.models.api import connect

    return connect(name)


def refuse_served(name: str) -> None:
    """Refuse the name of a model behind a server, where one on this machine is needed.

    Raises:
        BadInput: for such a name.
    """
    if name.startswith(API):
        from astrolabe.core.errors import BadInput

        raise BadInput(
            f"model '{name}' is behind a server: it can be asked (run, study), but not looked "
            "into, timed or trained here; give polaris, a folder, or a hub id"
        )
