"""What somebody meant whose words no command takes: a word misspelt, an option before the command, one without its dashes."""

import shlex
import shutil
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

_HELP = ("-h", "--help")
_VERSION = ("--version", "-V")


def asks_for_version(words: Sequence[str]) -> bool:
    return tuple(words) in {(word,) for word in _VERSION}


def nearest(word: str, known: Iterable[str]) -> str:
    """`` Did you mean 'status'?``, or nothing."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""


def misplaced(words: Sequence[str], commands: Iterable[str]) -> str:
    """Options that stand before the command: how to write it, where that can be told."""
    if not words or not words[0].startswith("-") or words[0] in _HELP:
        return ""
    known = set(commands)
    place = next((place for place, word in enumerate(words) if word in known), None)
    if place is None:
        return "a command comes first, its options after it: alertd status --config FILE; `alertd --help` lists the commands"
    turned = shlex.join([*words[place:], *words[:place]])
    return f"options stand after the command: alertd {turned}"


def undashed(words: Sequence[str], options: Iterable[str]) -> str:
    """A word that is an option of the command but for its dashes: `alertd run once`."""
    known = set(options)
    meant = [f"--{word}" if f"--{word}" in known else word for word in words]
    return "" if meant == list(words) else f"did you mean: alertd {shlex.join(meant)}"


def program() -> str:
    """What to type to run this very alertd again: by its name where the shell finds it by that, else with its path."""
    own, found = Path(sys.argv[0]), shutil.which("alertd")
    if own.name != "alertd" or not own.is_file():  # python -m alertd
        own = Path(sys.executable).with_name("alertd")
        if not own.is_file():
            return f"{shlex.quote(sys.executable)} -m alertd"
    if found is not None and own.samefile(found):
        return "alertd"
    return shlex.quote(str(own.absolute()))
