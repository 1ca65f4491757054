"""The line to the bot server: one Bot on one long-lived loop in a thread of its own, and the faults of the wire by name.

A Bot that is used in a second event loop fails for good, so everything that speaks to Telegram shares one line.
"""

import asyncio
import json
import logging
import re
import ssl
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from telegram import Bot
from telegram.error import NetworkError, TelegramError
from telegram.request import HTTPXRequest

from alertd.channels.base import one_line
from alertd.errors import Fault, Misconfigured, Said
from alertd.settings.address import is_loopback
from alertd.settings.secret import Secret
from alertd.settings.shapes import Telegram

T = TypeVar("T")

# Sends in flight: at 29.7 messages a second this bears answers that take a second each.
WIDTH = 32

# Their INFO and DEBUG lines hold the address of the request, and the token is a part of it.
_TALKATIVE = ("httpx", "httpcore", "telegram")

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")

# httpx leaves the body incomplete, or never began: the server cannot have acted on the request.
_NOT_WRITTEN = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.WriteError,
    httpx.WriteTimeout,
)


class NotWritten(TelegramError):
    """The request did not leave this machine whole: safe to send again."""


class Unanswered(TelegramError):
    """The request was written and no answer came: nobody knows whether it was carried out."""


class Flooded(TelegramError):
    """429: not before ``seconds`` from now.

    In place of the library's RetryAfter, whose value is an int or a timedelta by an environment variable, and which
    cannot even be built without a DeprecationWarning.
    """

    def __init__(self, seconds: float, message: str) -> None:
        self.seconds = seconds
        super().__init__(message)


class LineClosed(RuntimeError):
    """Nothing goes over a line that was closed."""


class BadAnswer(TelegramError):
    """An answer that is none of the Bot API's own (a proxy's page), or a 413 or 5xx; ``status`` is HTTP's."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class WatchedRequest(HTTPXRequest):
    """httpx behind the Bot, with what went wrong told apart by whether the request was written."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        try:
            status, payload = await super().do_request(*args, **kwargs)
        except NetworkError as error:
            seen = one_line(f"{type(error.__cause__).__name__} {error.__cause__}")
            if isinstance(error.__cause__, _NOT_WRITTEN):
                raise NotWritten(seen) from error.__cause__
            raise Unanswered(seen) from error.__cause__
        _check(status, payload)
        return status, payload


def _check(status: int, payload: bytes) -> None:
    """Raise what the library would fold into one NetworkError; return where it tells things apart itself."""
    if 200 <= status < 300 and payload.lstrip()[:1] == b"{":
        return
    try:
        answer = json.loads(payload)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise BadAnswer(status, f"HTTP {status} with something that is no answer of a bot server")
    description = str(answer.get("description", f"HTTP {status}"))
    parameters = answer.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if status == 429 or seconds:
        raise Flooded(float(seconds or 1), description)
    if status == 413 or status >= 500:
        raise BadAnswer(status, description)


def _checked(settings: Telegram) -> Secret:
    """The token. Raises Misconfigured with all that is wrong."""
    faults = []
    if settings.token is None:
        what = Said("telegram.token: missing", "telegram.token: thiếu khóa này")
        cure = Said('write token = { env = "NAME" }', 'đề nghị viết token = { env = "NAME" }')
        faults.append(Fault("config.toml", 0, 0, what, cure))
    elif not _TOKEN.fullmatch(settings.token.reveal()):
        what = Said(
            f"telegram.token: what stands in {settings.token} is no bot's token",
            f"telegram.token: nội dung trong {settings.token} không phải là mã của bot",
        )
        cure = Said(
            "copy it from @BotFather, digits, a colon, letters",
            "đề nghị chép từ @BotFather: chữ số, dấu hai chấm, chữ cái",
        )
        faults.append(Fault("config.toml", 0, 0, what, cure))
    root = urlsplit(settings.base_url)
    if root.scheme not in ("http", "https") or not root.hostname:
        what = Said(
            "telegram.base_url: not an address of the form https://host",
            "telegram.base_url: không phải là địa chỉ dạng https://host",
        )
        cure = Said("write it in full, without /bot and the token", "đề nghị viết đầy đủ, không kèm /bot và mã của bot")
        faults.append(Fault("config.toml", 0, 0, what, cure))
    elif root.scheme == "http" and not is_loopback(root.hostname):
        what = Said(
            f"telegram.base_url: the token would travel readable to {root.hostname}",
            f"telegram.base_url: mã của bot sẽ được gửi không mã hóa đến {root.hostname}",
        )
        faults.append(Fault("config.toml", 0, 0, what, Said("use https", "đề nghị dùng https")))
    if faults or settings.token is None:
        raise Misconfigured(faults)
    return settings.token


class TelegramLine:
    """A Bot to be called from any thread. It starts with the first call; `close` ends loop, thread and sockets."""

    def __init__(self, settings: Telegram, *, timeout: float = 20.0, connect_timeout: float = 10.0) -> None:
        """``timeout``: seconds to wait for an answer (a long poll waits longer by its own time)."""
        self.settings = settings
        self._token = _checked(settings)
        self._timeouts = (timeout, connect_timeout)
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._bot: Bot | None = None
        self._requests: list[WatchedRequest] = []
        self._closed = False
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
        library = logging.getLogger("telegram")
        if not library.handlers:  # else, where nobody logs, whole updates with people's names would go to stderr
            library.addHandler(logging.NullHandler())

    @property
    def root(self) -> str:
        """The bot server's address, as in the config."""
        return self.settings.base_url.rstrip("/")

    def call(self, work: Callable[[Bot], Coroutine[Any, Any, T]]) -> T:
        """Run ``work`` on the line's loop and wait for it. Raises what it raises, and concurrent.futures.CancelledError
        where the line is closed meanwhile."""
        with self._lock:  # what is handed over before `close` is seen by it, and cancelled; nothing comes after it
            loop, bot = self._started()
            running = asyncio.run_coroutine_threadsafe(work(bot), loop)
        return running.result()

    def scrub(self, text: object) -> str:
        """``text`` on one line, without the token."""
        return one_line(str(text).replace(self._token.reveal(), "…"))

    def close(self) -> None:
        with self._lock:
            self._closed = True
            loop, thread = self._loop, self._thread
            self._loop = self._thread = self._bot = None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._wind_up(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()

    def _started(self) -> tuple[asyncio.AbstractEventLoop, Bot]:
        if self._closed:
            raise LineClosed("the line to the bot server is closed")
        if self._loop is None or self._bot is None:
            self._bot = self._new_bot()
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=_keep, args=(self._loop,), name="telegram", daemon=True)
            self._thread.start()
        return self._loop, self._bot

    def _new_bot(self) -> Bot:
        # on loopback no proxy of the environment stands between
        by_environment = not is_loopback(urlsplit(self.root).hostname or "")
        # one for both: reading all authorities takes 21 ms
        options = {"trust_env": by_environment, "verify": self._tls(by_environment=by_environment)}
        timeout, connect = self._timeouts
        self._requests = [
            WatchedRequest(
                connection_pool_size=size,
                read_timeout=timeout,
                write_timeout=timeout,
                media_write_timeout=max(timeout, 60.0),  # 50 MB on a slow uplink
                connect_timeout=connect,
                pool_timeout=timeout,
                httpx_kwargs=options,
            )
            for size in (1, WIDTH + 2)  # one long poll; the sends, and two answers to presses besides
        ]
        polls, sends = self._requests
        return Bot(self._token.reveal(), base_url=f"{self.root}/bot", request=sends, get_updates_request=polls)

    def _tls(self, *, by_environment: bool) -> ssl.SSLContext:
        if urlsplit(self.root).scheme == "http":
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # nobody is met by TLS, and nobody would be trusted
        return httpx.create_ssl_context(trust_env=by_environment)

    async def _wind_up(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for request in self._requests:
            await request.shutdown()
        await asyncio.sleep(0)  # a closed transport says goodbye on the next turn of the loop


def _keep(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
