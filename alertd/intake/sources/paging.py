"""How a list goes on from page to page: what is asked first, and what after a reply. It sends nothing."""

import re
from dataclasses import dataclass
from typing import Any, assert_never
from urllib.parse import urljoin, urlsplit

from alertd.errors import SourceFailed
from alertd.settings.source_shapes import Paging

MISSING = object()
_COUNT = re.compile(r"[0-9]{1,18}")
_SHOWN = 200  # characters of an address in a message
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNCLEAR = re.compile(r"[\x00-\x20\x7f\\]")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: an address, and parameters to be added to its query. ``body``: of a POST, where it is not the same for all;
    ``period``: which one of the index it asks for."""

    url: str
    parameters: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    content_type: str = ""
    period: str = ""


def dig(document: Any, path: str) -> Any:
    """What stands at ``a.b`` in nested objects; the whole for an empty path; MISSING where there is nothing."""
    for part in path.split(".") if path else ():
        if not isinstance(document, dict) or part not in document:
            return MISSING
        document = document[part]
    return document


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: what two addresses share when they are of one server."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    try:
        port = parts.port
    except ValueError:
        port = -1  # no server has it
    return scheme, (parts.hostname or "").lower(), port or _DEFAULT_PORTS.get(scheme)


class Walk:
    """One walk through the pages of a list. ``seen`` records so far; ``expected`` by the source's own count, if any."""

    def __init__(self, paging: Paging, url: str, parameters: dict[str, str]) -> None:
        self._paging = paging
        self._url = url
        self._fixed = tuple(parameters.items())
        self._number = paging.first
        self._further: set[str] = set()  # cursors, or links, that were followed
        self.seen = 0
        self.expected: int | None = None

    def first(self) -> Ask:
        match self._paging.style:
            case "page":
                return self._ask(self._paging.page, str(self._number))
            case "offset":
                return self._ask(self._paging.offset, "0")
            case "none":
                return Ask(self._url, self._fixed)
            case "cursor" | "link":
                return self._ask("", "")
            case _:
                assert_never(self._paging.style)

    def after(self, ask: Ask, count: int, link: str, document: Any) -> Ask | None:
        """What to ask after a reply of ``count`` records, whose Link header names ``link`` as the next page.

        ``document`` may be None for page, offset and link. None: the list has ended. Raises SourceFailed.
        """
        self.seen += count
        self._count(document)
        match self._paging.style:
            case "none":
                return None
            case "page" | "offset":
                return self._numbered(count)
            case "link":
                if not link:
                    return None
                self._refuse_a_loop(link, "its Link header leads back", "see to the source")
                return self._followed(link, ask)
            case "cursor":
                return self._from_cursor(dig(document, self._paging.next), ask)
            case _:
                assert_never(self._paging.style)

    def _numbered(self, count: int) -> Ask | None:
        # Not before an empty page: a server may give fewer records a page than it was asked for.
        if not count or (self.expected is not None and self.seen >= self.expected):
            return None
        if self._paging.style == "offset":
            return self._ask(self._paging.offset, str(self.seen))
        self._number += 1
        return self._ask(self._paging.page, str(self._number))

    def _from_cursor(self, cursor: Any, ask: Ask) -> Ask | None:
        if cursor is MISSING or cursor is None or cursor == "" or cursor is False:
            return None
        text = str(cursor)
        if not isinstance(cursor, str | int):
            raise SourceFailed("not_data", f"paging.next: a cursor was expected, not {type(cursor).__name__}")
        self._refuse_a_loop(text, "the cursor came back", "check paging.next")
        if text.startswith(("http://", "https://", "/")):
            return self._followed(text, ask)
        return self._ask(self._paging.cursor, text)

    def _refuse_a_loop(self, text: str, what: str, cure: str) -> None:
        if text in self._further:
            raise SourceFailed("incomplete", f"the list does not end: {what} after {self.seen:,} records; {cure}")
        self._further.add(text)

    def _followed(self, link: str, ask: Ask) -> Ask:
        try:
            target = urljoin(ask.url, link)
            login = "@" in urlsplit(target).netloc
        except ValueError:
            raise _no_address(link) from None
        if _UNCLEAR.search(target):  # two readers of such an address understand it differently
            raise _no_address(link)
        if login:
            raise _with_login(link)
        if origin(target) != origin(self._url):
            scheme, host, port = origin(target)
            raise SourceFailed(
                "redirect",
                f"the next page is on another server ({scheme}://{host}:{port}); alertd stays with the one that is configured",
            )
        return Ask(target)

    def _ask(self, name: str, value: str) -> Ask:
        own = ((name, value),) if name else ()
        size = ((self._paging.size, str(self._paging.per_page)),) if self._paging.size else ()
        return Ask(self._url, (*self._fixed, *own, *size))

    def _count(self, document: Any) -> None:
        if not self._paging.total or document is None:
            return
        total = dig(document, self._paging.total)
        if isinstance(total, str) and _COUNT.fullmatch(total.strip()):
            total = int(total)
        if isinstance(total, bool) or not isinstance(total, int):
            raise SourceFailed("schema", f"paging.total: no number stands at {self._paging.total!r} in the reply")
        self.expected = total


def _no_address(link: str) -> SourceFailed:
    shown = re.sub(r"//[^/]*@", "//…@", link.partition("?")[0][:_SHOWN])
    return SourceFailed("not_data", f"the next page has an address that is none: {shown}; see to the source")


def _with_login(link: str) -> SourceFailed:
    shown = re.sub(r"//[^/]*@", "//…@", link.partition("?")[0][:_SHOWN])
    return SourceFailed("redirect", f"the address of the next page holds a login: {shown}; alertd shows its own only")
