"""Addresses in config.toml: which are on this machine, which hold a password, and the store's as SQLAlchemy takes it."""

import ipaddress
import re
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from alertd.errors import Said
from alertd.settings.secret import Secret
from alertd.settings.shapes import Settings

_PASSWORD = re.compile(
    r"://[^/?#@\s]*:[^/?#\s]*@"
    r"|[?&](?:password|sslpassword|passwd|pwd|token|access[-_]?token|secret|client[-_]?secret|api[-_]?key)=[^&]",
    re.IGNORECASE,
)
NO_DATABASE = Said(
    "no database address; write sqlite:///alertd.db or postgresql+psycopg://host/name",
    "không phải là địa chỉ cơ sở dữ liệu; đề nghị viết sqlite:///alertd.db hoặc postgresql+psycopg://host/name",
)
POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")
SQLITE = ("sqlite", "sqlite+pysqlite")


def is_loopback(host: str) -> bool:
    """True for this machine itself, where no secret can be overheard on the way."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def holds_password(url: str) -> bool:
    return _PASSWORD.search(url) is not None


def plain(url: str | Secret) -> str:
    return url.reveal() if isinstance(url, Secret) else url


def database_url(url: str, folder: Path) -> URL:
    """The address with psycopg as the driver of PostgreSQL, and an SQLite file found from ``folder``.

    Raises ValueError ``what; cure``, in which nothing of the address is repeated: it may hold a password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(NO_DATABASE) from None
    if parsed.drivername in POSTGRESQL:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in SQLITE and parsed.database and parsed.database != ":memory:":
        return parsed.set(database=str(folder / parsed.database))
    return parsed


def store_url(settings: Settings) -> str:
    """The store's address, password included: for the engine, never for a message."""
    return database_url(plain(settings.store.url), settings.folder).render_as_string(hide_password=False)
