"""What is asked of an address over http and of a fixed time, in whichever table of config.toml they stand. Nothing is opened."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from alertd.model.duration import Duration
from alertd.settings.address import holds_password, is_loopback, plain
from alertd.settings.complaint import Complaint, KeyPath
from alertd.settings.secret import Secret


def address_complaints(url: str | Secret, path: KeyPath, *, secret: bool, cure: str) -> Iterator[Complaint]:
    """``secret``: one travels along; an address that is one itself may hold a password. ``cure``: of a password in it."""
    written = plain(url)
    try:
        parts = urlsplit(written)
        scheme, host = parts.scheme, parts.hostname or ""
    except ValueError:
        scheme, host = "", ""
    if scheme not in ("http", "https") or not host:
        yield Complaint(path, "not an address of the form https://host/path", "write it in full")
    if isinstance(url, str) and holds_password(written):
        yield Complaint(path, "a password in the address", cure)
    if secret and scheme == "http" and not is_loopback(host):
        yield Complaint(path, f"a secret would travel over plain http to {host}", "use https")


def fixed_time_complaints(duration: Duration, path: KeyPath) -> Iterator[Complaint]:
    if duration.in_working_time or not duration.amount:
        yield Complaint(path, f"{str(duration)!r} is no fixed time above 0", "use s, m, h or d")
