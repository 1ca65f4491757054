"""As much of a faulty config.toml as is needed to look at units, rules and templates all the same. Nothing may run on it."""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from alertd.errors import Fault, Misconfigured
from alertd.settings.duty_shapes import Online
from alertd.settings.kinds import Shape
from alertd.settings.load import load_settings
from alertd.settings.shapes import Office, Rules, Settings, Site, Templates, Units

_S = TypeVar("_S", bound=Shape)


def settings_and_faults(path: Path) -> tuple[Settings, list[Fault], bool]:
    """The settings, what is wrong with them, and whether they are whole; where not, the tables that are at fault stand at
    their defaults and there are no sources.

    Raises CannotRun where there is no config, Misconfigured where it is no TOML.
    """
    try:
        return load_settings(path), [], True
    except Misconfigured as error:
        raw = _raw(path)
        if raw is None:
            raise
        return _salvaged(raw, path), list(error.faults), False


def _raw(path: Path) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        return None


def _salvaged(raw: dict[str, Any], path: Path) -> Settings:
    return Settings.model_construct(
        folder=path.absolute().parent,
        file=path,
        sources=(),
        site=_part(raw, "site", Site),
        units=_part(raw, "units", Units),
        rules=_part(raw, "rules", Rules),
        templates=_part(raw, "templates", Templates),
        office=_part(raw, "office", Office),
        online=_part(raw, "online", Online),
    )


def _part(raw: dict[str, Any], name: str, shape: type[_S]) -> _S:
    try:
        return shape.model_validate(raw.get(name, {}))
    except ValidationError:
        return shape()
