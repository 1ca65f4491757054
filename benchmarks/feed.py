"""A city's files as its one-stop system gives them, over HTTP on loopback, and the settings with which they are read."""

import multiprocessing
import random
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import orjson

from alertd.intake.site import IntakeSite
from alertd.model.calendar import working_calendar
from alertd.model.directory import Directory, UnitRow
from alertd.settings.shapes import Announcements
from alertd.settings.shipped import shipped
from alertd.settings.source_shapes import SourceSettings

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
UNITS = 700
PER_PAGE = 1_000

Record = dict[str, Any]


def settings_of(url: str) -> SourceSettings:
    """The first source of config.example.toml, without its login."""
    example = tomllib.loads(shipped("config.example.toml").read_text(encoding="utf-8"))["sources"][0]
    own = {"url": url, "auth": {}, "paging": example["paging"] | {"per_page": PER_PAGE}}
    return SourceSettings.model_validate(example | own)


def site() -> IntakeSite:
    units = tuple(UnitRow(f"H26.{number}", f"Đơn vị số {number}") for number in range(UNITS))
    return IntakeSite(working_calendar(zone=ZONE), Directory(units), Announcements(), ZONE, "vi", {"one-stop": 10})


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
            "DonViXuLy": f"H26.{chance.randrange(UNITS)}",
            "DanhSachHoSoBoSung": [{"NgayBoSung": at(begun + timedelta(days=2)), "NgayTiepNhanBoSung": ""}] * asked,
        }


def bodies(count: int, *, changed: float = 0.0) -> list[bytes]:
    """The pages of a snapshot as they travel; of a share of the records the due date is another."""
    chance, pages, page = random.Random(1), [], list[Record]()
    for record in records(count):
        if chance.random() < changed:
            record["NgayHenTra"] = "20261231170000"
        page.append(record)
        if len(page) == PER_PAGE:
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
