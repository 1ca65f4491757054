"""What a request that failed means: a word for the poll's row, and a sentence with the cure. Pure."""

from http.client import HTTPException, LineTooLong
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

_HEADERS = (LineTooLong, HTTPException)  # too long, too many: Python gives up at 64 kB and at a hundred
PASSING = (429, 500, 502, 503, 504)


def place_of(url: str, *, hide_path: bool = False) -> str:
    """Where it is, without user, password and query, which may hold secrets."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}" + ("/…" if hide_path else parts.path)


def status_trouble(status: int, target: str, retries: int) -> tuple[str, str]:
    """``target``: where a redirect points to."""
    if 300 <= status < 400:
        what = (
            f"points to {target}; redirects are not followed: if that is right, put it into url, else check the login"
        )
        return "redirect", what
    if status in (401, 403, 407):
        return "refused", f"refuses the login ({status}); check [sources.auth] and the account"
    if status in (404, 410):
        return "refused", f"knows no such address ({status}); check url"
    if status in PASSING:
        return "unreachable", f"answers {status}, {retries} retries included; see to the source"
    if status >= 400:
        return "refused", f"does not accept the request ({status}); check url, parameters and paging"
    return "not_data", f"answers {status} where data were expected; check url"


def network_trouble(error: Exception, timeout: str, retries: int) -> tuple[str, str]:
    """An error of requests or urllib3."""
    cause = _cause(error)
    if isinstance(error, requests.exceptions.SSLError) or isinstance(cause, SSLError):
        return "unreachable", f"its certificate is not accepted ({cause}); renew it, or check url"
    if isinstance(cause, NewConnectionError):  # first: urllib3 counts it among the connect time-outs
        reason = str(cause).rpartition("connection: ")[2]  # without urllib3's repr of the connection
        return "unreachable", f"not reached ({reason}); see that it runs, check url"
    if isinstance(cause, ConnectTimeoutError | requests.ConnectTimeout):
        return "unreachable", "not reached (no connection in time); see that it runs, check url"
    if isinstance(cause, ReadTimeoutError | requests.Timeout | TimeoutError):
        return "timeout", f"does not answer within {timeout}; see to the source, or raise timeout"
    if isinstance(error, ValueError):  # of requests: no address at all, or a header that cannot be written
        return (
            "unreachable",
            "the request cannot be written; write url as https://host/path, and headers in plain letters",
        )
    if isinstance(error, DecodeError):
        return "not_data", "the reply is not packed as its Content-Encoding says; see to the source"
    if isinstance(cause, ProtocolError) and type(cause.args[-1]) in _HEADERS:
        return "not_data", "its headers are longer than any server needs; see to the source"
    if isinstance(error, HTTPError):
        return "incomplete", f"the reply broke off half-way, {retries} retries included; see to the source"
    return "unreachable", f"not reached ({type(cause).__name__}); see that it runs, check url"


def may_pass(error: Exception) -> bool:
    """True for what is worth another try."""
    if isinstance(error, requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return False
    return isinstance(error, requests.ConnectionError | requests.Timeout | HTTPError | TimeoutError)


def _cause(error: BaseException) -> BaseException:
    """The innermost reason in requests' and urllib3's wrappings."""
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", None) or inner
    return reason if isinstance(reason, BaseException) else error
