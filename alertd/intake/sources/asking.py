"""What is asked of a source besides pages: the body of a POST, and one request per period of the index. It sends nothing."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from alertd.errors import SourceFailed
from alertd.intake.sources.paging import Ask
from alertd.model.period import Period
from alertd.settings.index_shapes import filled, words_of
from alertd.settings.source_shapes import SourceSettings

_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


class Periods:
    """The requests of one reading, a period each, in the place of a walk through pages. ``seen`` readings so far."""

    expected: int | None = None  # no reply of the index counts what it holds

    def __init__(self, settings: SourceSettings, url: str, today: date) -> None:
        self._settings = settings
        self._url = url
        self._spans = settings.index.spans(today)
        self._number = 0
        self.seen = 0

    def first(self) -> Ask:
        """Raises SourceFailed where no period is asked for."""
        if not self._spans:
            raise SourceFailed("schema", 'no period is asked for; write index = { running = "month" }')
        return self._ask(self._spans[self._number])

    def after(self, ask: Ask, count: int, link: str, document: Any) -> Ask | None:  # noqa: ARG002 - as Walk has it
        self.seen += count
        self._number += 1
        return self._ask(self._spans[self._number]) if self._number < len(self._spans) else None

    def _ask(self, span: Period) -> Ask:
        words = words_of(span)
        parameters = tuple((name, str(filled(value, words))) for name, value in self._settings.parameters.items())
        body, kind = encoded(self._settings, words)
        return Ask(str(filled(self._url, words)), parameters, body, kind, span.text)


def encoded(settings: SourceSettings, words: Mapping[str, str]) -> tuple[bytes | None, str]:
    """The body with the placeholders filled in, and its type; None where the method has none."""
    if settings.method != "POST":
        return None, ""
    body = filled(settings.body, words)
    if settings.body_as == "json":
        return _json(body).encode(), _TYPES["json"]
    fields = {name: value if isinstance(value, str) else _json(value) for name, value in body.items()}
    return urlencode(fields).encode(), _TYPES["form"]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
