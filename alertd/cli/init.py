"""alertd init."""

import shlex
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from alertd.cases.schema import FOLDER as SCHEMAS
from alertd.cli.hints import program
from alertd.demo.days import ZONE
from alertd.demo.starter import write_starter
from alertd.errors import CannotRun
from alertd.settings.shipped import Shipped, shipped

app = typer.Typer(add_completion=False)

_OWN = (
    "config.toml",
    "units.csv",
    "contacts.csv",
    "successors.csv",
    "owners.csv",
    "targets.csv",
    "config.example.toml",
)


@app.command()
def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the site is to live.")] = Path()) -> None:
    """Write a config, tables, rules, templates and a small sample that runs as it is; overwrite nothing."""
    try:
        kept = [folder / name for name in _OWN if (folder / name).exists()]
        folder.mkdir(parents=True, exist_ok=True)
        written = write_starter(folder, datetime.now(ZONE).date())
        for name in ("rules", "templates"):
            kept += _copy(name, folder, written)
    except OSError as error:
        raise CannotRun(
            f"{error.filename or folder}: cannot be written ({error.strerror}); name another folder"
        ) from None
    _show(folder, written, kept)


def _copy(name: Shipped, folder: Path, written: list[Path]) -> Iterator[Path]:
    """Write what alertd ships under this name; gives what was there already."""
    root = shipped(name)
    for source in sorted(root.rglob("*")):
        place = source.relative_to(root)
        hidden = any(part.startswith((".", "__")) and part != SCHEMAS for part in place.parts)
        if not source.is_file() or hidden:
            continue
        target = folder / name / place
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with target.open("xb") as file:
                file.write(source.read_bytes())
        except FileExistsError:
            yield target
        else:
            written.append(target)


def _show(folder: Path, written: list[Path], kept: list[Path]) -> None:
    for path in _summed(folder, written):
        print(f"wrote {path}")
    for path in _summed(folder, kept):
        print(f"kept  {path} (was there already)")
    go = "" if folder.resolve() == Path.cwd() else f"  cd {shlex.quote(str(folder))}\n"
    alertd = program()
    print(
        f"""
Next:
{go}  {alertd} check        # are config, tables and rules in order?
  {alertd} run --once   # read the sample, find what is late; nobody is told until a channel is set up
  {alertd} digest       # what each head would receive, without any server
  {alertd} status       # how it went; then put your own data, people and mail server into config.toml"""
    )


def _summed(folder: Path, paths: list[Path]) -> Iterator[str]:
    """The files at the top by name, those of a folder by their number."""
    inside: dict[str, int] = {}
    for path in paths:
        first, *rest = path.relative_to(folder).parts
        if rest:
            inside[first] = inside.get(first, 0) + 1
        else:
            yield str(path)
    yield from (f"{folder / name}/ ({count} file{'' if count == 1 else 's'})" for name, count in inside.items())
