"""The body of a reply: read under a cap of size and time, and taken apart if it is data."""

import json
import math
from collections.abc import Callable
from typing import Any

import orjson
import requests

from alertd.errors import SourceFailed
from alertd.intake.sources.columns import absent
from alertd.intake.sources.paging import MISSING, dig
from alertd.intake.sources.wall import behind, wall_in_page
from alertd.settings.source_shapes import SourceSettings

_CHUNK = 65_536
_MEBI = 1024 * 1024
# A reply is parsed as one piece, which takes some ten times its size in memory; a page is far below that.
_WHOLE_LIST = 256 * _MEBI
_PAGE = 64 * _MEBI
_RECORD = 16 * 1024  # bytes; real ones have about 600
_DIGITS = 300  # of a whole number; Python refuses to write out one of more than 4,300


def cap(settings: SourceSettings) -> int:
    """Bytes (unpacked) that one reply may have."""
    paging = settings.paging
    own = _WHOLE_LIST if paging.style == "none" else min(_WHOLE_LIST, max(_PAGE, paging.per_page * _RECORD))
    return min(settings.max_bytes, own)


def read_body(
    response: requests.Response, place: str, *, limit: int, until: float, clock: Callable[[], float]
) -> bytes:
    """The unpacked body. Raises SourceFailed for too much or too slow; urllib3's HTTPError where the connection breaks.

    Read in what comes at once: waiting for a full chunk would let a drip of one byte a second last for hours.
    """
    parts: list[bytes] = []
    size = 0
    while part := response.raw.read1(_CHUNK, decode_content=True):
        size += len(part)
        if size > limit:
            raise SourceFailed(
                "too_large",
                f"{place}: the reply is larger than {limit:,} bytes (unpacked); let the source give it in pages ([sources.paging])"
                f" of fewer records, or raise max_bytes up to {_WHOLE_LIST:,}",
            )
        if clock() > until:
            raise SourceFailed(
                "timeout", f"{place}: the reply drips: {size:,} bytes until now; see to the source, or raise timeout"
            )
        parts.append(part)
    return b"".join(parts)


def parse(body: bytes, content_type: str, place: str) -> Any:
    """The JSON of a reply. Raises SourceFailed ("not_data", "incomplete", or the word of a `Wall`) that says what came instead."""
    start = body[:256].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") or (content_type.startswith("text/html") and start[:1] not in (b"{", b"[")):
        if wall := wall_in_page(body):
            raise behind(wall, place)
        raise SourceFailed(
            "not_data",
            f"{place}: looks like a login page/HTML, not JSON; check the url, and whether the login ([sources.auth]) is right",
        )
    if not start:
        raise SourceFailed("not_data", f"{place}: the reply is empty; check the url")
    try:
        return orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        if start[:1] in (b"{", b"[") and body.rstrip()[-1:] not in (b"}", b"]"):
            raise SourceFailed("incomplete", f"{place}: the reply breaks off after {len(body):,} bytes") from None
        try:
            return _leniently(body)
        except (ValueError, RecursionError):
            said = str(error).partition(":")[0]
            raise SourceFailed("not_data", f"{place}: the reply is no JSON ({said}, line {error.lineno})") from None


def _leniently(body: bytes) -> Any:
    """What many systems write and JSON does not know (halves of letters, NaN, numbers beyond all bounds): a value of one
    record, told like any other that cannot be read, must not keep the rest of the list away. Raises ValueError."""
    return json.loads(body.decode("utf-8-sig"), parse_constant=_nothing, parse_float=_float, parse_int=_integer)


def _nothing(_: str) -> None:
    """NaN and the infinities."""


def _float(written: str) -> float | str:
    number = float(written)
    return number if math.isfinite(number) else written


def _integer(written: str) -> int | str:
    return int(written) if len(written) <= _DIGITS else written


def records_in(document: Any, settings: SourceSettings, place: str) -> list[Any]:
    """The list in a reply. Raises SourceFailed("schema" or "not_data"): no list there, or a list of something else."""
    found = dig(document, settings.records)
    if isinstance(found, list):
        if found and not any(isinstance(item, dict) for item in found):
            raise SourceFailed("not_data", f"{place}: a list of {_name(found[0])}, not of records; check records")
        return found
    said = _says(document)
    if found is MISSING:
        names = [str(name) for name in document] if isinstance(document, dict) else []
        raise absent(f"{settings.records} (for records)", settings.records, names, place, said)
    raise SourceFailed("not_data", f"{place}: a list was expected at {settings.records!r}, not {_name(found)}{said}")


def _name(value: Any) -> str:
    kinds = {dict: "an object", list: "lists", str: "text", int: "numbers", float: "numbers", bool: "true or false"}
    return "null" if value is None else kinds.get(type(value), "something else")


def _says(document: Any) -> str:
    """What an error that comes with status 200 says of itself."""
    if not isinstance(document, dict):
        return ""
    words = {str(name).casefold(): value for name, value in document.items()}
    told = [
        str(words[name])[:120] for name in ("code", "error", "message", "msg") if isinstance(words.get(name), str | int)
    ]
    return f"; it says: {', '.join(told)}" if told else ""
