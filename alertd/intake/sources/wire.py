"""One request after another to a source's server, with login, patience and limits. It knows neither pages nor records.

A source is only ever read, so a POST is tried again like a GET (``method`` says so to whoever writes it). A captcha is no
passing trouble, whatever status it comes with: it is never asked again at once.
"""

import logging
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import (
    HTTPError,
    InvalidHeader,
    MaxRetryError,
    ResponseError,
)
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry, parse_url

from alertd import __version__
from alertd.errors import SourceFailed
from alertd.intake.sources.asking import encoded
from alertd.intake.sources.body import cap, read_body
from alertd.intake.sources.paging import Ask
from alertd.intake.sources.trouble import PASSING, may_pass, network_trouble, place_of, status_trouble
from alertd.intake.sources.wall import LOOK, Wall, behind, wall_in_page
from alertd.settings.address import is_loopback, plain
from alertd.settings.index_shapes import secrets_in
from alertd.settings.secret import Secret
from alertd.settings.source_shapes import SourceSettings

_log = logging.getLogger(__name__)

_CONNECT = 10.0  # seconds at most
_LONGEST_WAIT = 60  # seconds; a server that wants more is asked again at the next poll
_PAGE_SECONDS = 300.0  # for a page at least, however short the time-out
_PAGE_TIMEOUTS = 10
_DETAIL = 300
_NOWHERE = "an address that is none"


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` is empty for 304. ``link`` is the Link header's next page."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    link: str


class Wire:
    """A session with one server. Every failure is a SourceFailed without secrets; `close` gives the connections back."""

    def __init__(
        self, settings: SourceSettings, *, sleep: Callable[[float], None], page_seconds: float | None = None
    ) -> None:
        """``page_seconds`` bounds a whole page. Raises SourceFailed where a secret would travel in the open."""
        self.url = plain(settings.url)
        self.place = place_of(self.url, hide_path=isinstance(settings.url, Secret))
        self._settings = settings
        self._sleep = sleep
        self._timeout = float(settings.timeout.seconds())
        self._page_seconds = page_seconds or max(_PAGE_SECONDS, self._timeout * _PAGE_TIMEOUTS)
        self._cap = cap(settings)
        self._secrets = _secrets(settings, self.url)
        self._refuse_the_open()
        self._body = encoded(settings, {})
        self._looked_at: tuple[BaseHTTPResponse | None, bool] = None, False
        self._session = self._new_session()

    def get(self, ask: Ask, more: Mapping[str, str], *, beyond_the_end: bool = False) -> Answer:
        """``more`` headers go along. 304 is an answer only where it was asked for, 404 only with ``beyond_the_end``."""
        tries_left = self._settings.retries
        while True:
            try:
                return self._once(ask, more, beyond_the_end=beyond_the_end)
            except (HTTPError, OSError) as error:  # RequestException is an OSError
                # Passing statuses were tried again by urllib3. Broken connections are tried again here: urllib3 knows
                # nothing of a body that breaks off, and it logs the address, which may hold a secret.
                if not may_pass(error) or not tries_left:
                    raise self._failed(error) from None
                _log.info("%s: the connection broke, asking again (%d tries left)", self.place, tries_left)
                self._sleep(2.0 ** (self._settings.retries - tries_left))
                tries_left -= 1
            except ValueError:  # requests looks where a redirect leads to, followed or not
                raise self._said(*status_trouble(302, _NOWHERE, self._settings.retries)) from None

    def close(self) -> None:
        self._session.close()

    def _once(self, ask: Ask, more: Mapping[str, str], *, beyond_the_end: bool) -> Answer:
        until = time.monotonic() + self._page_seconds
        body, kind = (ask.body, ask.content_type) if ask.body is not None else self._body
        with self._session.request(
            self._settings.method,
            ask.url,
            params=list(ask.parameters),
            data=body,
            headers={**more, **({"Content-Type": kind} if kind else {})},
            timeout=(min(self._timeout, _CONNECT), self._timeout),
            allow_redirects=False,  # requests would take a secret header along to a strange host
            stream=True,
        ) as response:
            status = response.status_code
            if status == 304 and more:
                return Answer(status, b"", response.headers, "")
            json = "json" in response.headers.get("Content-Type", "")
            if status not in (200, 203) and not (status == 404 and beyond_the_end and json):
                raise self._refused(response)
            body = read_body(response, self.place, limit=self._cap, until=until, clock=time.monotonic)
            return Answer(status, body, response.headers, response.links.get("next", {}).get("url", ""))

    def _refused(self, response: requests.Response) -> SourceFailed:
        if self._is_wall(response.raw):
            return behind(Wall.CAPTCHA, self.place)
        try:
            target = place_of(urljoin(self.url, response.headers.get("Location", "")))
        except ValueError:
            target = _NOWHERE
        return self._said(*status_trouble(response.status_code, target, self._settings.retries))

    def _failed(self, error: Exception) -> SourceFailed:
        return self._said(*network_trouble(error, str(self._settings.timeout), self._settings.retries))

    def _said(self, reason: str, what: str) -> SourceFailed:
        text = " ".join(self._scrub(f"{self.place}: {what}").split())
        return SourceFailed(reason, text if len(text) <= _DETAIL else text[: _DETAIL - 1] + "…")

    def scrubbed(self, error: SourceFailed) -> SourceFailed:
        """The same, where it quotes a server that repeats what it was sent."""
        return SourceFailed(error.reason, self._scrub(str(error)), vi=self._scrub(error.vi))

    def _scrub(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text

    def _refuse_the_open(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise self._said("unreachable", "url is no address of the form https://host/path; correct it")
        if parts.scheme == "http" and self._secrets and not is_loopback(parts.hostname):
            raise self._said(
                "refused", "a secret would travel over plain http for everyone to read; write https in url"
            )
        if any("\r" in secret or "\n" in secret for secret in self._secrets):
            raise self._said("refused", "the secret has a line break in it; write it on one line")

    def _new_session(self) -> requests.Session:
        session = requests.Session()
        # On loopback no proxy of the environment stands between; elsewhere the city may need one.
        session.trust_env = not is_loopback(urlsplit(self.url).hostname or "")
        session.headers["User-Agent"] = f"alertd/{__version__}"
        session.headers["Accept"] = "application/json"
        session.headers.update(self._settings.headers)
        session.auth = self._show_login
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=self._patience())
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        return session

    def _patience(self) -> Retry:
        retry = _Patience(
            total=None,
            connect=0,
            read=0,
            other=0,
            status=self._settings.retries,
            status_forcelist=PASSING,
            allowed_methods=("GET", "POST"),
            backoff_factor=1.0,  # 0.5, 2, 4, … seconds
            backoff_jitter=0.5,
            backoff_max=30.0,
            retry_after_max=_LONGEST_WAIT,
            raise_on_status=False,
        )
        retry.pause, retry.is_wall = self._sleep, self._is_wall
        return retry

    def _is_wall(self, response: BaseHTTPResponse) -> bool:
        """A captcha, by the first piece of an HTML page. It is looked at once: that takes the words away."""
        if self._looked_at[0] is not response:
            html = "html" in response.headers.get("Content-Type", "")
            start = response.read1(LOOK, decode_content=True) if html else b""
            self._looked_at = response, wall_in_page(start) is Wall.CAPTCHA
        return self._looked_at[1]

    def _show_login(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The configured login; in any case in place of one from ~/.netrc, which requests would prefer."""
        auth, parts = self._settings.auth, urlsplit(self.url)
        # Where the connection will truly go to: urllib3 reads an address in its own way.
        if _goes_to(request.url or "") != _goes_to(self.url):
            raise self._said("redirect", "another server was to be asked; alertd stays with the one that is configured")
        token = auth.token.reveal() if auth.token else ""
        if auth.kind == "bearer":
            request.headers["Authorization"] = f"Bearer {token}".encode().decode("latin-1")
        elif auth.kind == "header":
            request.headers[auth.header] = token.encode().decode("latin-1")
        elif auth.kind == "basic":
            password = auth.password.reveal() if auth.password else ""
            request.headers["Authorization"] = _basic(auth.username, password)
        elif parts.password:
            request.headers["Authorization"] = _basic(unquote(parts.username or ""), unquote(parts.password))
        return request


class _Patience(Retry):
    """urllib3's Retry, waiting by a ``pause`` of our own, and giving up where a reply ``is_wall``; a Retry-After that cannot be
    read counts as none."""

    pause: Callable[[float], None]
    is_wall: Callable[[BaseHTTPResponse], bool]

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> "_Patience":
        if response is not None and _pool is not None and self.is_wall(response):
            raise MaxRetryError(_pool, url or "", ResponseError("a captcha"))
        return super().increment(method, url, response, error, _pool, _stacktrace)

    def new(self, **changed: Any) -> "_Patience":
        made = super().new(**changed)
        made.pause, made.is_wall = self.pause, self.is_wall
        return made

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        try:
            asked = self.get_retry_after(response) if response is not None else None
        except InvalidHeader:
            asked = None
        self.pause(min(asked or self.get_backoff_time() or 0.5, _LONGEST_WAIT))


def _goes_to(url: str) -> tuple[str | None, str | None, int | None]:
    parts = parse_url(url)
    return parts.scheme, parts.host, parts.port or {"http": 80, "https": 443}.get(parts.scheme or "")


def _secrets(settings: SourceSettings, url: str) -> tuple[str, ...]:
    auth = settings.auth
    named = [
        secret.reveal() for secret in (auth.token, auth.password, *secrets_in(settings.body)) if secret is not None
    ]
    if isinstance(settings.url, Secret):
        named.append(url)
    if password := urlsplit(url).password:
        named.extend((password, unquote(password)))
    return tuple(named)


def _basic(username: str, password: str) -> str:
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode()
