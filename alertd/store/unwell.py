"""What an unwell store looks like in the driver's words, and what a person can do about it."""

import re

_FULL = "free some space; nothing was changed, the work goes on by itself then"
_LOGIN = "check user and password in [store] url"
_SERVER = "start it, or correct [store] url"
_AGAIN = "see that the server runs; alertd tries again"

# SQLite's words, then PostgreSQL's, then those of libpq while it connects. The first that fits counts.
_SIGNS = tuple(
    (re.compile(sign), what, cure)
    for sign, what, cure in (
        ("database is locked", "locked by another process", "end the other alertd, or wait until it is done"),
        (
            "readonly database",
            "it is read-only",
            "give the user that runs alertd write access to the file and to its folder",
        ),
        ("disk is full|no space left|could not extend file", "its disk is full", _FULL),
        ("disk i/o error", "its disk cannot be written or read", "look for a full or failing disk, or a limit on size"),
        (
            "unable to open database",
            "it cannot be opened",
            "create its folder, and let the user that runs alertd write there",
        ),
        ("not a database", "its file is not a database", "restore a backup, or name another file in [store] url"),
        ("disk image is malformed", "its file is damaged", "restore a backup with `alertd db restore`"),
        (
            '(?:database|role) "[^"]*" does not exist',
            "the database or its user does not exist",
            "create it, or correct [store] url",
        ),
        ("permission denied", "its user may not do this", "make the user in [store] url the owner of the database"),
        ("read-only transaction", "it takes no writes (a stand-by?)", "name the primary server in [store] url"),
        (
            "terminating connection|server closed the connection|the connection is (?:closed|lost)|consuming input failed",
            "the connection to it broke",
            _AGAIN,
        ),
        (
            "too many clients|too many connections|remaining connection slots",
            "it has no free connection",
            "raise max_connections, or end other clients",
        ),
        ("is starting up|is shutting down|in recovery mode", "it is starting or stopping", _AGAIN),
        ("authentication failed|no password supplied|no pg_hba.conf", "it refused the login", _LOGIN),
        (
            "could not translate host|service not known|failed to resolve",
            "its server is not known by that name",
            "correct [store] url",
        ),
        (
            "connection (?:refused|failed|timeout)|timeout expired|no route to host|network is unreachable",
            "its server does not answer",
            _SERVER,
        ),
    )
)


def cure_for(error: BaseException) -> str | None:
    """``what; cure`` in words for an operator; None where the fault is alertd's own. Takes the driver's error, or the one
    that SQLAlchemy made of it."""
    said = str(getattr(error, "orig", None) or error).casefold()
    for sign, what, cure in _SIGNS:
        if sign.search(said):
            return f"{what}; {cure}"
    return None
