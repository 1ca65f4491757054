"""alertd demo."""

import shlex
import shutil
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from alertd import cli
from alertd.cli.common import show_table
from alertd.cli.hints import program
from alertd.demo.days import MORNINGS
from alertd.demo.play import Head, Morning, Play, text_of
from alertd.errors import CannotRun

app = typer.Typer(add_completion=False)

_MARK = ".alertd-demo"  # the folder is ours to empty
_LINES = 40


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the site and for all that was sent.")] = Path(
        "demo-out"
    ),
) -> None:
    """Three mornings in a make-believe city on this machine alone: what is found, and what each head receives."""
    _make_room(out)
    began = time.monotonic()
    console = Console(highlight=False, soft_wrap=False, width=100 if not Console().is_terminal else None)
    with Play(
        out, lambda words: cli.run(list(words)), lambda said: console.print(Text(f"\n{said}", style="bold"))
    ) as play:
        console.print(
            Text(
                f"A make-believe Hanoi on loopback: {len(play.city.files(MORNINGS[0])):,} files, announcements in a workbook, "
                "a catalogue in a database;\na bot server and a mail server that speak the real protocols. Three mornings.\n"
            )
        )
        for morning in play.mornings():
            _show(console, play, morning)
        for report in play.reports():
            console.print(Text(_shortened(report.rstrip())))
        bulletin, failed = play.bulletin, play.failed
    console.print(
        Text(
            f"\nDone in {time.monotonic() - began:.0f} s. Everything that was sent is in {out}/mail and {out}/telegram, the "
            f"bulletin (page, workbook, chart) in {bulletin}; the site is in {out}/site:"
        )
    )
    config = shlex.quote(str(out / "site" / "config.toml"))
    for words in ("status", "alerts list", "sync", "changes list", "audit verify"):
        print(f"  {program()} {words} --config {config}")  # on one line, to be typed again
    say_failed(failed)


def say_failed(failed: Sequence[str]) -> None:
    """Raises Exit(1) where a command of the demo's own failed."""
    for command in failed:
        print(f"alertd: a command of the demo's own failed with {command}", file=sys.stderr)
    if failed:
        raise typer.Exit(1)


def _make_room(folder: Path) -> None:
    """Empty the folder of an earlier demo; anything else is left alone."""
    try:
        if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
            raise CannotRun(f"{folder} is not empty and not of an earlier demo; name another folder with --out")
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        (folder / _MARK).touch()
    except OSError as error:
        raise CannotRun(f"{folder} cannot be written ({error.strerror}); name another folder with --out") from None


def _show(console: Console, play: Play, morning: Morning) -> None:
    """What some heads and the office got, and how many messages went to how many people."""
    for head in play.heads:
        for title, text in _received(head, morning):
            console.print(Panel(Text(_shortened(text)), title=title, title_align="left"))
    for mail in morning.mails:
        if mail["To"] and play.office in str(mail["To"]):
            console.print(
                Panel(Text(_shortened(text_of(mail))), title=f"Office, by e-mail: {play.office}", title_align="left")
            )
    kinds = Counter(str(mail["Subject"]).split("—", maxsplit=1)[0].strip() for mail in morning.mails)
    show_table(
        f"{len(morning.mails)} mails and {len(morning.chats)} messages by Telegram",
        ("subject begins with", "mails"),
        kinds.most_common(8),
    )


def _received(head: Head, morning: Morning) -> list[tuple[str, str]]:
    who = f"{head.contact.name}, {head.unit_name}"
    mails = [(f"{who}, by e-mail", text_of(mail)) for mail in morning.mails if head.contact.email in str(mail["To"])]
    chats = [
        (f"{who}, by Telegram", sent.seen + "".join(f"\n[ {label} ]" for label, _ in sent.buttons))
        for sent in morning.chats
        if head.chat and sent.chat_id == head.chat and not sent.document
    ]
    return [*mails, *chats]


def _shortened(text: str) -> str:
    lines = text.splitlines()
    return "\n".join(lines if len(lines) <= _LINES else [*lines[:_LINES], f"… {len(lines) - _LINES} more lines"])
