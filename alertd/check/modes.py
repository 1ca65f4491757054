"""Who else can read or change what alertd keeps: the mode of secret files, of the config and of the store."""

import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from alertd.check.health import Seen, ok, warning
from alertd.settings.secret import Secret
from alertd.settings.shapes import Settings
from alertd.store.dialect import database_file

SUBJECT = "files"


def modes(settings: Settings, store_url: str) -> list[Seen]:
    """A secret file that others can read or write is refused when it is read; here is what remains."""
    found = list(_loose(settings, database_file(make_url(store_url))))
    return found or [ok(SUBJECT, "nobody else can read the secrets or change the config")]


def _loose(settings: Settings, store: Path | None) -> Iterator[Seen]:
    for secret in sorted(_secret_files(settings)):
        if _mode(settings.folder / secret) & stat.S_IRWXG:
            yield warning(
                SUBJECT, f"the group can read the secret file {secret}", f"chmod 600 {secret}, unless it has to"
            )
    written = [settings.file, *(settings.path(path) for path in _tables(settings))]
    for path in written:
        if _mode(path) & stat.S_IWOTH:
            yield warning(SUBJECT, f"everybody can change {path}", f"chmod o-w {path}")
    if store is not None and _mode(store) & stat.S_IRWXO:
        yield warning(SUBJECT, f"everybody can read the store {store}", f"chmod o= {store}*")


def _tables(settings: Settings) -> list[Path]:
    tables = settings.units
    found = [tables.file, tables.contacts, tables.successors, tables.owners, settings.rules.folder]
    return [path for path in found if path is not None]


def _secret_files(settings: Settings) -> set[str]:
    secrets: list[object] = [settings.store.url, settings.telegram.token, settings.email.password]
    secrets += settings.http.headers.values()
    for source in settings.sources:
        secrets += [source.url, source.auth.token, source.auth.password]
    named = (str(secret) for secret in secrets if isinstance(secret, Secret))
    return {name.removeprefix("file:") for name in named if name.startswith("file:")}


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        return 0
