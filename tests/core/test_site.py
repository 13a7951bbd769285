import pytest

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Exit
from astrolabe.core.site import Site


@pytest.mark.parametrize(
    ("kind", "layer"), [("resid", -1), ("attn", 0), ("mlp", 0), ("head", 1), ("final", -1)]
)
def test_no_site_is_read_as_another(kind, layer):
    with pytest.raises(BadInput, match="sites are"):
        Site(kind, layer)


@pytest.mark.parametrize(("layer", "norm"), [(-1, "final"), (0, "Final"), (2, "")])
def test_no_exit_is_read_as_another(layer, norm):
    with pytest.raises(BadInput, match="no early exit"):
        Exit(layer, norm)
