"""Find what alertd ships besides code: rules, templates, the example config. In a checkout and in an installed wheel alike."""

from pathlib import Path
from typing import Literal

from alertd.errors import CannotRun

Shipped = Literal["rules", "templates", "config.example.toml"]

_PACKAGE = Path(__file__).parents[1]


def shipped(name: Shipped) -> Path:
    """The folder or file. In a checkout it stands at the top, and wins, so that an edit is seen at once.

    Raises CannotRun where neither is there.
    """
    checkout = _PACKAGE.parent
    # site-packages may hold a `rules` of somebody else; only a checkout has a pyproject.toml beside the package
    if (checkout / "pyproject.toml").is_file() and (checkout / name).exists():
        return checkout / name
    installed = _PACKAGE / "shipped" / name
    if not installed.exists():
        raise CannotRun(f"alertd's own {name} is missing from {installed.parent}; install alertd again")
    return installed
