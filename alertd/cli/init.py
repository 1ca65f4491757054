"""alertd init."""

from pathlib import Path
from typing import Annotated

import typer

from alertd.cli.common import clock_from
from alertd.demo.starter import write_starter
from alertd.errors import CannotRun

app = typer.Typer(add_completion=False)


@app.command()
def init(folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where the site is to live.")] = Path()) -> None:
    """Write a config, tables, rules, templates and a small sample that runs as it is; overwrite nothing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = write_starter(folder, clock_from(None).now().astimezone().date())
    except OSError as error:
        raise CannotRun(
            f"{error.filename or folder}: cannot be written ({error.strerror}); name another folder"
        ) from None
    print(written)
