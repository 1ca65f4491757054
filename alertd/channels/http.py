"""One plain POST as a way out, for an SMS or Zalo gateway. What stands in its body is written by the caller."""

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, MaxRetryError

from alertd.channels.base import one_line
from alertd.errors import CannotRun, Fault, Misconfigured, Said
from alertd.model.message import Outcome, Outgoing, Result, Scope
from alertd.model.words import ChannelName
from alertd.settings.address import is_loopback
from alertd.settings.secret import Secret
from alertd.settings.shapes import Http

_WIDTH = 4  # gateways for SMS are paid by the message and seldom take more at once
_READ_AT_MOST = 2000  # bytes of the answer, for the detail

_NO_SUCH_ADDRESS = (404, 410, 422)
_NEEDS_OPERATOR = (401, 403, 407)  # the account's fault: no notice is lost for a key that ran out
_LOGIN_PAUSE = 60.0
_PASSING = (408, 425, 429)


class HttpChannel:
    """Posts to the configured address. ``address`` is whatever the gateway knows the recipient by."""

    name = ChannelName.HTTP
    width = _WIDTH

    def __init__(self, settings: Http, *, render_body: Callable[[Outgoing], str]) -> None:
        """``render_body`` gives the body as text (sent as UTF-8). Raises Misconfigured."""
        parts = urlsplit(settings.url)
        secret = any(isinstance(value, Secret) for value in settings.headers.values())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            what = Said(
                "http.url: not an address of the form https://host/path",
                "http.url: không phải là địa chỉ dạng https://host/path",
            )
            raise Misconfigured([Fault("config.toml", 0, 0, what, Said("write it in full", "đề nghị viết đầy đủ"))])
        self._local = is_loopback(parts.hostname or "")
        if secret and parts.scheme == "http" and not self._local:
            what = Said(
                f"http.url: a secret header over plain http to {parts.hostname}",
                f"http.url: header mật sẽ được gửi đến {parts.hostname} bằng http không mã hóa",
            )
            raise Misconfigured([Fault("config.toml", 0, 0, what, Said("use https", "đề nghị dùng https"))])
        self._url = settings.url
        self._place = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
        self._accepted = settings.accepted
        self._timeout = float(settings.timeout.seconds())
        self._secrets = [value.reveal() for value in settings.headers.values() if isinstance(value, Secret)]
        self._headers = {
            name: value.reveal() if isinstance(value, Secret) else value for name, value in settings.headers.items()
        }
        broken = [name for name, value in self._headers.items() if "\r" in value or "\n" in value]
        if broken:
            what = Said(
                f"http.headers: a line break in the value of {', '.join(broken)}",
                f"http.headers: giá trị của {', '.join(broken)} bị ngắt dòng",
            )
            cure = Said("write it on one line", "đề nghị viết trên một dòng")
            raise Misconfigured([Fault("config.toml", 0, 0, what, cure)])
        if not any(name.lower() == "content-type" for name in self._headers):
            self._headers["Content-Type"] = "application/json; charset=utf-8"
        self._render = render_body
        self._session = self._new_session()

    def send(self, outgoing: Outgoing) -> Outcome:
        try:
            body = self._render(outgoing).encode()
        except UnicodeEncodeError as error:  # half a character: this text can never be written
            return Outcome(Result.CONTENT_REFUSED, f"the text cannot be written as UTF-8 ({error.reason})")
        try:
            with self._ask("POST", body) as answer:
                return self._outcome(answer)
        except requests.ConnectTimeout as error:
            return self._not_reached(error)
        except requests.Timeout as error:
            return Outcome(Result.UNCERTAIN, self._scrub(f"{self._place}: written, but not answered: {_cause(error)}"))
        except requests.ConnectionError as error:
            if isinstance(error, requests.exceptions.SSLError | requests.exceptions.ProxyError) or _before_writing(
                error
            ):
                return self._not_reached(error)
            return Outcome(Result.UNCERTAIN, self._scrub(f"{self._place}: the connection broke: {_cause(error)}"))

    def probe(self) -> str:
        try:
            with self._ask("HEAD", None) as answer:
                status = answer.status_code
        except requests.RequestException as error:
            cure = "check [http] url"
            raise CannotRun(self._scrub(f"{self._place}: not reached ({_cause(error)}); {cure}")) from None
        if status in _NEEDS_OPERATOR:
            raise CannotRun(f"{self._place}: answered {status}; check [http] headers")
        return f"{self._place}: answers ({status} to HEAD; nothing was sent)"

    def close(self) -> None:
        self._session.close()

    def _ask(self, method: str, body: bytes | None) -> requests.Response:
        return self._session.request(
            method,
            self._url,
            data=body,
            headers=self._headers,
            timeout=(min(self._timeout, 10.0), self._timeout),
            allow_redirects=False,  # requests would take all headers but Authorization along to a strange host
            stream=True,
            auth=_as_it_is,
        )

    def _outcome(self, answer: requests.Response) -> Outcome:
        status = answer.status_code
        server_id = one_line(answer.headers.get("X-Request-Id", ""))
        said = _beginning(answer)  # in any case: a connection is used again only when its answer was read
        if status in self._accepted:
            return Outcome(Result.ACCEPTED, f"HTTP {status}", server_id=server_id)
        detail = self._scrub(f"{self._place}: HTTP {status} {said}")
        if status in _NEEDS_OPERATOR:
            what = f"{detail}; check [http] headers"
            return Outcome(Result.RETRY, what, server_id, retry_after=_LOGIN_PAUSE, scope=Scope.CHANNEL)
        if 300 <= status < 400:
            what = f"{detail}; redirects are not followed, put the final address into [http] url"
            return Outcome(Result.RETRY, what, server_id, retry_after=_LOGIN_PAUSE, scope=Scope.CHANNEL)
        if status in _PASSING or status >= 500:
            return Outcome(Result.RETRY, detail, server_id, retry_after=_retry_after(answer), scope=Scope.CHANNEL)
        if status in _NO_SUCH_ADDRESS:
            return Outcome(Result.ADDRESS_REFUSED, detail, server_id)
        if status >= 400:
            return Outcome(Result.CONTENT_REFUSED, detail, server_id)
        return Outcome(Result.UNCERTAIN, f"{detail}; if this means accepted, name it in [http] accepted", server_id)

    def _not_reached(self, error: Exception) -> Outcome:
        detail = self._scrub(f"{self._place}: not reached: {_cause(error)}")
        return Outcome(Result.RETRY, detail, scope=Scope.CHANNEL)

    def _scrub(self, text: str) -> str:
        for secret in (*self._secrets, self._url):
            text = text.replace(secret, "…")
        return one_line(text)

    def _new_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = not self._local  # on loopback no proxy of the environment stands between
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=self.width, max_retries=0)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        return session


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """In place of a login from ~/.netrc, which requests would put over the configured Authorization."""
    return request


def _before_writing(error: requests.ConnectionError) -> bool:
    """True where no connection came about: urllib3 wraps exactly that into a MaxRetryError when it may not retry, while
    a connection that breaks later comes as a ProtocolError."""
    return bool(error.args) and isinstance(error.args[0], MaxRetryError)


def _cause(error: Exception) -> str:
    """The last reason in the chain, without urllib3's repr of the connection and the address in it."""
    inner = error.args[0] if error.args else error
    reason = getattr(inner, "reason", None) or inner
    text = str(reason)
    return text.rpartition(">: ")[2] or type(error).__name__


def _beginning(answer: requests.Response) -> str:
    try:
        return answer.raw.read(_READ_AT_MOST, decode_content=True).decode("utf-8", "replace")
    except (HTTPError, OSError):
        return "(the answer broke off)"


def _retry_after(answer: requests.Response) -> float:
    """Seconds from Retry-After, which is a number, or a date (reckoned from the server's own Date); 0 where it is neither."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isdigit():
        return float(value)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(answer.headers.get("Date", ""))
    except (TypeError, ValueError):
        return 0.0
    return max(0.0, wait.total_seconds())
