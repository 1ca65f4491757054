"""The commands by name. Each stands in a module of its own, which is imported when it runs, so that --help stays light."""

import errno
import importlib
import os
import sys
import unicodedata
from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperGroup

from alertd.cli import hints
from alertd.errors import AlertdError, CannotRun, Misconfigured, SourceFailed

_USAGE = 2  # the exit code of words that cannot be meant
_LONGEST = 10_000  # characters of an argument
# Name → module, and its line in --help (a test compares it with the command's own first line).
COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": (
        "init",
        "Write a config, tables, rules, templates and a small sample that runs as it is; overwrite nothing.",
    ),
    "check": ("check", "Find the faults in settings, units, rules and templates, all at once."),
    "doctor": ("doctor", "Reach store, sources, bot and mail server; look at heads, calendar, clock and disk."),
    "run": (
        "running",
        "Poll, find, tell and deliver until SIGTERM or Ctrl-C; SIGHUP reads config, tables and rules anew.",
    ),
    "go-live": (
        "go_live",
        "Show what the first day would send; with --yes take the backlog as the baseline and begin.",
    ),
    "status": (
        "status",
        "How it goes: last cycle, sources, rejected rows, outbox, troubles, standing alerts, what needs a person.",
    ),
    "sources": ("sources", "The systems that alertd reads."),
    "rules": ("rules", "What is looked for, in files that the office edits."),
    "templates": ("templates", "The words of messages, in files that the office edits."),
    "alerts": ("alerts", "What was found, and what became of it."),
    "explain": (
        "explain",
        "Why a record did or did not alert, how its due date counts, and who was told what, when and how.",
    ),
    "notices": ("notices", "The outbox and its log: who was told what."),
    "verify": ("verify", "Is a notice genuine: to whom it went, when and how, and is it unchanged?"),
    "digest": ("digest", "Show the digests that would go out now; nothing is written or sent."),
    "bulletin": (
        "bulletin",
        "The monthly bulletin: every unit's result as a page, a workbook and a chart; a draft until somebody releases it.",
    ),
    "index": (
        "index",
        "The index (Decision 766) of the city or a unit: scores, changes, points lost, what can still be won, a forecast.",
    ),
    "sync": (
        "sync",
        "The city's and the portal's \"on time\" side by side, their gap by cause, and what has to be sent to the portal again.",
    ),
    "apologies": ("apologies", "Apologies for late files, and causes of delay."),
    "changes": ("changes", "Changes of due dates and ends that have to be explained."),
    "contacts": ("contacts", "Who hears for which unit, and by which ways."),
    "calendar": ("calendar", "Working days and days off."),
    "audit": ("audit", "Who decided or did what, when, and why."),
    "db": ("db", "The store: bring it up to date, copy it, put a copy back, undo a clock that was ahead."),
    "demo": (
        "demo",
        "Three mornings in a make-believe city on this machine alone: what is found, and what each head receives.",
    ),
    "version": ("version", "Say which alertd this is."),
}


class Commands(TyperGroup):
    """Finds a command by its name and imports it then, and not before."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # noqa: ARG002 - typer's
        return list(COMMANDS)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As typer's, with the name that is nearest: it knows of none that is not imported."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"No such command {args[0]!r}.{hints.nearest(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]  # noqa: ARG002 - typer's
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"alertd.cli.{COMMANDS[cmd_name][0]}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - typer's
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


app = Commands(
    name="alertd",
    help="Compliance alerting for public administrations: finds what is late, tells who answers for it, keeps the evidence.",
    no_args_is_help=True,
    rich_markup_mode=None,  # the rich help imports every command
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line. Exit codes: 0 fine; 1 it ran and found faults; 2 it could not run."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # alertd digest | head
        _nowhere()
    raise SystemExit(code)


def run(words: list[str]) -> int:
    """What a command means to say by its exit code it raises as typer.Exit."""
    try:
        _refuse_what_is_no_text(words)
        _refuse_what_comes_first(words)
        app.main(["version"] if hints.asks_for_version(words) else words, prog_name="alertd")
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 2
        if code == _USAGE and (hint := hints.undashed(words, _options(words))):
            print(f"alertd: {hint}", file=sys.stderr)
        return code
    except BrokenPipeError:
        _nowhere()
        return 0
    except AlertdError as error:
        return _say(error)
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            return _say(CannotRun("an argument is longer than the name of any file can be; check it"))
        if os.environ.get("ALERTD_DEBUG"):
            raise
        print(
            f"alertd: a fault of its own ({type(error).__name__}: {error}); nothing is lost. Run it again with "
            "ALERTD_DEBUG=1 and hand the text to those who look after alertd",
            file=sys.stderr,
        )
        return 2
    return 0


def _options(words: list[str]) -> list[str]:
    """The options of the command that these words name."""
    if not words or words[0] not in COMMANDS:
        return []
    command: Any = typer.main.get_command(importlib.import_module(f"alertd.cli.{COMMANDS[words[0]][0]}").app)
    inner = getattr(command, "commands", {})
    command = inner.get(words[1], command) if len(words) > 1 else command
    return [option for parameter in command.params for option in parameter.opts if option.startswith("--")]


def _refuse_what_is_no_text(words: list[str]) -> None:
    """Raises CannotRun. Bytes that are no UTF-8 come in as halves of letters, which no database takes."""
    for word in words:
        if "\0" in word or any("\ud800" <= sign <= "\udfff" for sign in word):
            raise CannotRun("an argument is no text in UTF-8; check the encoding of the terminal, or of the script")
        if odd := next((sign for sign in word if sign not in "\n\t" and unicodedata.category(sign) == "Cc"), ""):
            raise CannotRun(f"an argument holds a command to the terminal (U+{ord(odd):04X}); leave it out")
        if len(word) > _LONGEST:
            raise CannotRun(f"an argument has {len(word):,} characters, at most {_LONGEST:,} are read; shorten it")


def _refuse_what_comes_first(words: list[str]) -> None:
    """Raises CannotRun for options before the command, with how to write them."""
    if not hints.asks_for_version(words) and (hint := hints.misplaced(words, COMMANDS)):
        raise CannotRun(hint)


def _nowhere() -> None:
    """Nobody reads on: what is left to say goes nowhere, so that the end of the process does not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(error: AlertdError) -> int:
    print(str(error) if isinstance(error, Misconfigured) else f"alertd: {error}", file=sys.stderr)
    return 1 if isinstance(error, SourceFailed) else 2
