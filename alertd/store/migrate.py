"""Drive alembic over the migrations that travel with the package; imported only when the schema is behind."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, inspect

from alertd.errors import CannotRun
from alertd.model import alerts, apologies, audit, bulletins, disputes, notices, people, polls, rule_sets  # noqa: F401 - the tables register themselves
from alertd.model.base import metadata

MIGRATIONS = Path(__file__).parent / "migrations"


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))  # alembic fills in what follows a %
    made.set_main_option("path_separator", "os")
    return made


def upgrade(connection: Connection, shown: str) -> None:
    """All missing migrations in the connection's own transaction: a kill in between leaves the old schema whole.

    ``shown``: the store in messages. Raises CannotRun where the database belongs to somebody else.
    """
    found = MigrationContext.configure(connection).get_current_revision()
    taken = set() if found else set(metadata.tables) & set(inspect(connection).get_table_names())
    if taken:
        raise CannotRun(
            f"store {shown}: tables of another program stand there ({', '.join(sorted(taken)[:3])}); "
            "name an empty database in [store] url"
        )
    made = config()
    made.attributes["connection"] = connection
    try:
        command.upgrade(made, "head")
    except CommandError:
        raise CannotRun(
            f"store {shown}: its schema is none that alertd knows; name another database in [store] url"
        ) from None
