"""What the account of a database source may do besides reading: asked of the database itself, nothing is tried."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

# Any table that is not the database's own, at most four: that it can, and an example, is enough.
_POSTGRESQL = """
SELECT n.nspname || '.' || c.relname
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
ORDER BY 1 LIMIT 4
"""
_SUPERUSER = "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"
_GRANT = re.compile(r"^GRANT (?P<rights>.+?) ON (?P<what>\S+) TO ", re.IGNORECASE)
_HARMLESS = {"USAGE", "SELECT", "SHOW VIEW"}
_SHOWN = 3


def may_write(connection: Connection, kind: str) -> str:
    """What the account may write, as a half sentence; empty where it is nothing, or where this database is not asked."""
    match kind:
        case "postgresql":
            if connection.exec_driver_sql(_SUPERUSER).scalar():
                return "the account is a superuser: it may write everything"
            return _said([str(row[0]) for row in connection.exec_driver_sql(_POSTGRESQL)])
        case "mysql" | "mariadb":
            return _said(granted(str(row[0]) for row in connection.exec_driver_sql("SHOW GRANTS")))
        case _:
            return ""


def granted(lines: Iterable[str]) -> list[str]:
    """Where more than reading is granted, by the lines of SHOW GRANTS."""
    found = []
    for line in lines:
        grant = _GRANT.match(line)
        rights = {right.split("(")[0].strip().upper() for right in grant["rights"].split(",")} if grant else set()
        if grant and rights - _HARMLESS:
            found.append(grant["what"].replace("`", ""))
    return found


def _said(tables: Sequence[str]) -> str:
    if not tables:
        return ""
    more = ", …" if len(tables) > _SHOWN else ""
    return f"the account may write to {', '.join(tables[:_SHOWN])}{more}"
