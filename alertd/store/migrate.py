"""Drive alembic over the migrations that travel with the package; imported only when the schema is behind."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("path_separator", "os")
    return made


def upgrade(connection: Connection) -> None:
    """All missing migrations in the connection's own transaction: a kill in between leaves the old schema whole."""
    made = config()
    made.attributes["connection"] = connection
    command.upgrade(made, "head")
