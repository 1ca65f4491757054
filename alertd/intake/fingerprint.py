"""What decides how a source's records are read, as one short text: where it changes, every record is read anew. Pure."""

import json
from hashlib import blake2b
from typing import Any

from alertd.intake.site import IntakeSite
from alertd.settings.source_shapes import SourceSettings
from alertd.store.calendar import fingerprint as calendar_fingerprint

_READING = 1  # raise it where this room derives something else from the same values
_OF_SOURCE = {
    "dataset",
    "kind",
    "records",
    "reply",
    "method",
    "body",
    "body_as",
    "index",
    "parameters",
    "paging",
    "query",
    "path",
    "sheet",
    "delimiter",
    "times",
    "due_by",
    "fields",
    "values",
    "public_titles",
}


def fingerprint(settings: SourceSettings, site: IntakeSite) -> str:
    """Over mapping, address (a secret one by its reference), calendar, units and the periods of the law."""
    told = [
        *_mapping(settings),
        calendar_fingerprint(site.calendar),
        [(unit.code, unit.name, unit.valid_from, unit.valid_to) for unit in site.directory.units],
        site.announcements.model_dump(mode="python") if settings.dataset == "announcements" else None,
    ]
    return _short(told)


def mapping_fingerprint(settings: SourceSettings, site: IntakeSite) -> str:
    """Over what decides the values themselves (mapping, address, zone), whatever is then worked out from them: where it changes, a
    value that changes with it may have been read otherwise, and says nothing of the source."""
    return _short([*_mapping(settings), site.zone.key])


def _mapping(settings: SourceSettings) -> list[Any]:
    return [_READING, settings.model_dump(mode="python", include=_OF_SOURCE), str(settings.url)]


def _short(told: list[Any]) -> str:
    text = json.dumps(told, default=str, sort_keys=True, ensure_ascii=False)
    return blake2b(text.encode(), digest_size=12).hexdigest()
