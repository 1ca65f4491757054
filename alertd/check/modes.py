"""Who else can read or change what alertd keeps, by the mode bits themselves: root, too, is told what others may do."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from alertd.check.health import Seen, fault, ok, warning
from alertd.settings.kinds import Shape
from alertd.settings.secret import Secret, secret_path
from alertd.settings.shapes import Settings
from alertd.store.dialect import database_file

SUBJECT = "files"
_BESIDE_STORE = ("-wal", "-shm", "-journal")


def modes(settings: Settings, store_url: str) -> list[Seen]:
    """A secret file that others can read or write is refused when it is read; here is what remains."""
    store = database_file(make_url(store_url))
    found = [*_lent(settings), *changeable(settings), *_readable(settings, store)]
    return found or [ok(SUBJECT, "nobody else can read the secrets or change the config")]


def changeable(settings: Settings) -> Iterator[Seen]:
    """What says to whom alertd speaks, and what. Needs of the settings no more than what is left of a faulty config."""
    if _mode(settings.folder) & stat.S_IWOTH:
        yield _everybody("put another file in the place of any", settings.folder)
    for path in (settings.file, *_tables(settings)):
        if _mode(path) & stat.S_IWOTH:
            yield _everybody("change", path)
    for path, what in (
        (settings.path(settings.rules.folder), "whom alertd accuses"),
        (settings.path(settings.templates.folder), "what alertd writes to people"),
    ):
        loose = [each for each in (path, *_within(path)) if _mode(each) & stat.S_IWOTH]
        if loose:
            named = f"{len(loose)} files in {path}" if len(loose) > 1 and path not in loose else str(loose[0])
            yield fault(SUBJECT, f"everybody can change {named}, and so say {what}", f"chmod -R o-w {path}")


def backup(kept: str | None) -> Iterator[Seen]:
    """``kept``: where the last backup went. It holds all that the store does."""
    if kept is None:
        return
    file = Path(kept)
    if _mode(file) & stat.S_IRWXO:
        yield fault(SUBJECT, f"everybody can read or change the backup {file}", f"chmod o= {file}")
    yield from backup_folder(file)


def backup_folder(file: Path) -> Iterator[Seen]:
    if _mode(file.parent) & stat.S_IWOTH:
        what = f"everybody can put another file in the place of a backup in {file.parent}"
        yield fault(SUBJECT, what, f"chmod o-w {file.parent}")


def _lent(settings: Settings) -> Iterator[Seen]:
    for name in sorted(_secret_files(settings)):
        if not name.startswith("$") and _mode(secret_path(name, settings.folder)) & stat.S_IRWXG:
            yield warning(SUBJECT, f"the group can read the secret file {name}", f"chmod 600 {name}, unless it has to")


def _readable(settings: Settings, store: Path | None) -> Iterator[Seen]:
    """What holds data or secrets: the store with what belongs to it, stores that were put aside, files of the environment."""
    if store is not None:
        files = [store, *(store.with_name(store.name + tail) for tail in _BESIDE_STORE)]
        if any(_mode(each) & stat.S_IRWXO for each in files):
            yield fault(SUBJECT, f"everybody can read or change the store {store}", f"chmod o= {store}*")
        if store.parent != settings.folder and _mode(store.parent) & stat.S_IWOTH:
            yield _everybody("put another file in the place of any", store.parent)
        kept = (each for each in _listed(store.parent) if each.suffix in (".db", ".dump") or ".before-" in each.name)
        for each in sorted(set(kept) - {*files}):
            if _mode(each) & stat.S_IRWXO:
                yield fault(SUBJECT, f"everybody can read or change the copy of a store {each}", f"chmod o= {each}")
    for each in sorted(_listed(settings.folder)):
        if each.name.endswith(".env") and _mode(each) & stat.S_IRWXO:
            yield fault(SUBJECT, f"everybody can read {each}, which may hold secrets", f"chmod 600 {each}")


def _everybody(may: str, path: Path) -> Seen:
    return fault(
        SUBJECT,
        f"everybody can {may} in {path}" if path.is_dir() else f"everybody can {may} {path}",
        f"chmod o-w {path}",
    )


def _tables(settings: Settings) -> list[Path]:
    tables = settings.units
    found = [tables.file, tables.contacts, tables.successors, tables.owners, *_others(settings)]
    return [settings.path(path) for path in found if path is not None]


def _others(settings: Settings) -> Iterable[Path | None]:
    """Whom the mail server is believed to be, what has to be reached; a faulty config has no such table."""
    found = [settings.email.ca_file] if "email" in settings.__dict__ else []
    return [*found, settings.online.targets] if "online" in settings.__dict__ else found


def _secret_files(settings: Settings) -> set[str]:
    named = (str(secret) for secret in _secrets(settings))
    return {name.removeprefix("file:") for name in named if name.startswith("file:")}


def _secrets(value: object) -> Iterator[Secret]:
    """Wherever in the settings one stands."""
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, Shape):
        yield from _secrets(dict(value))
    elif isinstance(value, dict):
        for part in value.values():
            yield from _secrets(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _secrets(part)


def _within(folder: Path) -> list[Path]:
    return sorted(Path(root, name) for root, folders, files in os.walk(folder) for name in (*folders, *files))


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _mode(path: Path) -> int:
    """Of a link, what it leads to: its own bits mean nothing."""
    try:
        return path.stat().st_mode
    except OSError:
        return 0
