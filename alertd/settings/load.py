"""Read config.toml once into frozen Settings: every fault at once, with its line, its key and its cure, and no secret in any."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from alertd.errors import CannotRun, Fault, Misconfigured
from alertd.settings.complaint import Complaint, faults_of
from alertd.settings.cross_checks import cross_complaints
from alertd.settings.references import read_secrets
from alertd.settings.shape_complaints import OWN, shape_complaints
from alertd.settings.shapes import Settings

_BARE = re.compile(r"\s*(?P<key>[\w.-]+)\s*=\s*(?P<value>[^\s\"'\[{#][^\"'#]*)")
_TOML_PLACE = re.compile(r"^(?P<what>.*) \(at line (?P<line>\d+), column (?P<col>\d+)\)$", re.DOTALL)


def load_settings(path: Path) -> Settings:
    """Raises CannotRun where there is no config, Misconfigured with all its faults where it cannot be used as it is."""
    text = _text(path)
    raw = _parsed(text, path)
    folder = path.absolute().parent
    read, complaints = read_secrets(raw, folder)
    settings, found = _shaped(read, folder, path)
    complaints += [*found, *cross_complaints(read, folder)]
    if settings is None or complaints:
        raise Misconfigured(faults_of(complaints, file=str(path), text=text, raw=raw))
    return settings


def warnings_of(settings: Settings) -> list[Fault]:
    """What can be run, but hardly is what was meant."""
    found = []
    for source in settings.sources:
        if "supplement_requested_at" in source.fields and "supplement_answered_at" not in source.fields:
            what = f"sources[{source.name}].fields: supplement_requested_at is mapped without supplement_answered_at"
            found.append((what, "such files count as waiting for the citizen for ever; map both, or neither"))
    if not (settings.telegram.token or settings.email.host or settings.http.url):
        cure = "set [email] host, [telegram] token or [http] url"
        found.append(("no channel is set up: nobody can be told", cure))
    if settings.units.contacts is None:
        found.append(("units.contacts: missing, so no unit has a head", 'write contacts = "contacts.csv"'))
    return [Fault(str(settings.file), 0, 0, what, cure, warning=True) for what, cure in found]


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        where = path.absolute().parent
        cure = "run `alertd init` there, or name another with --config"
        raise CannotRun(f"{path.name} not found in {where}; {cure}") from None
    except OSError as error:
        raise CannotRun(f"{path} cannot be read ({error.strerror}); check its owner and mode") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise Misconfigured([Fault(str(path), line, 0, "not UTF-8", "save it as UTF-8")]) from None


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.match(str(error))
        what = place["what"] if place else str(error)
        line, col = (int(place["line"]), int(place["col"])) if place else (len(text.splitlines()), 0)
        raise Misconfigured([Fault(str(path), line, col, f"no valid TOML: {what}", _cure(text, line, what))]) from None
    except RecursionError:
        raise Misconfigured([Fault(str(path), 0, 0, "no valid TOML: brackets within brackets", "close them")]) from None
    except ValueError:  # of Python, which reads no whole number of more than 4,300 digits
        raise Misconfigured([Fault(str(path), 0, 0, "no valid TOML: a number without end", "shorten it")]) from None


def _cure(text: str, line: int, what: str) -> str:
    """The commonest slip is a text without quotes."""
    lines = text.splitlines()
    bare = _BARE.match(lines[line - 1]) if what == "Invalid value" and 0 < line <= len(lines) else None
    if bare is None:
        return "see https://toml.io"
    if bare["value"].strip().casefold() in ("true", "false"):
        return "write true or false, in small letters"
    return f'a text stands between quotes: {bare["key"]} = "{bare["value"].strip()}"'


def _shaped(read: dict[str, Any], folder: Path, path: Path) -> tuple[Settings | None, list[Complaint]]:
    keys = {key: value for key, value in read.items() if key not in OWN}
    try:
        return Settings.model_validate({**keys, "folder": folder, "file": path}), []
    except ValidationError as error:
        return None, shape_complaints(error, read)
