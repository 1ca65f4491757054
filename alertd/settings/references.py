"""Replace the references to secrets in a raw config by what they name. Where a secret may stand is known here alone."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alertd.settings.complaint import Complaint, KeyPath, complaint_of
from alertd.settings.secret import Secret, read_secret

# Stands for a secret that could not be read, so that the other keys are judged all the same.
UNREAD = Secret("unread", "")


def read_secrets(raw: dict[str, Any], folder: Path) -> tuple[dict[str, Any], list[Complaint]]:
    """A copy of the config with its secrets read. ``folder``: where ``{ file = … }`` starts."""
    read = copy.deepcopy(raw)
    complaints = []
    for table, key, path, only_by_reference in _places(read):
        value = table.get(key)
        if key not in table or not (only_by_reference or isinstance(value, dict)):
            continue
        try:
            table[key] = read_secret(value, folder)
        except ValueError as error:
            complaints.append(complaint_of(path, error))
            table[key] = UNREAD
    return read, complaints


def _places(raw: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, KeyPath, bool]]:
    """Table, key, path, and whether nothing but a reference may stand there."""
    yield _table(raw, "store"), "url", ("store", "url"), False
    yield _table(raw, "telegram"), "token", ("telegram", "token"), True
    yield _table(raw, "email"), "password", ("email", "password"), True
    yield _table(_table(raw, "email"), "bounces"), "password", ("email", "bounces", "password"), True
    headers = _table(_table(raw, "http"), "headers")
    for name in headers:
        yield headers, name, ("http", "headers", name), False
    sources = raw.get("sources")
    for number, source in enumerate(sources if isinstance(sources, list) else []):
        if isinstance(source, dict):
            yield source, "url", ("sources", number, "url"), False
            for key in ("token", "password"):
                yield _table(source, "auth"), key, ("sources", number, "auth", key), True
            yield from _within(_table(source, "body"), ("sources", number, "body"))


def _within(table: dict[str, Any], path: KeyPath) -> Iterator[tuple[dict[str, Any], str, KeyPath, bool]]:
    """Of a body, which may hold objects of its own: what has the form of a reference."""
    for key, value in table.items():
        if isinstance(value, dict) and len(value) == 1 and {"env", "file"} >= set(value):
            yield table, key, (*path, key), True
        elif isinstance(value, dict):
            yield from _within(value, (*path, key))


def _table(raw: dict[str, Any], key: str) -> dict[str, Any]:
    table = raw.get(key)
    return table if isinstance(table, dict) else {}
