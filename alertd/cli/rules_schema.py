"""alertd rules schema."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from alertd import wiring
from alertd.cases.schema import as_text, schemas
from alertd.cli.common import Config, config_path, load
from alertd.errors import CannotRun
from alertd.settings.tables import load_directory


class SchemaOf(StrEnum):
    RULE = "rule"
    TEST = "test"
    UNITS = "units"


def schema_of(
    of: Annotated[SchemaOf, typer.Argument(metavar="rule|test|units", help="Of which kind of file.")] = SchemaOf.RULE,
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="DIR", help="Write all of them into this folder instead, as rules/.schema."),
    ] = None,
    config: Config = None,
) -> None:
    """Show the JSON Schema by which an editor completes and checks rules, their tests and units while somebody types."""
    # units and templates of the site are offered where there is one
    templates: frozenset[str] = frozenset()
    units: list[str] = []
    if config is not None or config_path(config).is_file():
        settings = load(config)
        templates = wiring.templates_of(settings).names()
        units = [unit.code for unit in load_directory(settings)[0].units]
    made = schemas(templates=templates, units=units)
    if write is None:
        print(end=as_text(made[of.value]))
        return
    try:
        write.mkdir(parents=True, exist_ok=True)
        for name, schema in made.items():
            path = write / f"{name}.schema.json"
            path.write_text(as_text(schema), encoding="utf-8")
            print(f"wrote {path}")
    except OSError as error:
        raise CannotRun(
            f"{error.filename or write}: cannot be written ({error.strerror}); name another folder"
        ) from None
