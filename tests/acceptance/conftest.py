"""The world of the stories, on each database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from alertd.store.database import Store
from tests.acceptance.world import World
from tests.charts_here import draw_here
from tests.stores import emptied


@pytest.fixture(autouse=True)
def _charts(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_here(monkeypatch)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated store: the address of a file, or of this worker's PostgreSQL database."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "alertd.db")
        return "sqlite:///alertd.db"
    shared: Store = request.getfixturevalue("postgres_store")
    emptied(shared)
    return shared.url.render_as_string(hide_password=False)


@pytest.fixture
def world(tmp_path: Path, store_url: str) -> Iterator[World]:
    with World(tmp_path, store_url) as world:
        yield world
