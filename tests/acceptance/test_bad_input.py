"""Bad input of every kind, through the commands: a clear message with its cure, nothing lost, and all well once it is mended."""

import itertools
import json
import os
import resource
import shutil
import sqlite3
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from alertd import cli
from alertd.demo.feed import FaultKind
from tests.acceptance.test_stories import AN, BINH, OFFICE, OVERDUE
from tests.acceptance.world import CONFIG, Ran, World, states

ONE, TWO, THREE = (f"H26.1-260901-000{number}" for number in (1, 2, 3))
DROP = """\
[[sources]]
name = "drop folder"
dataset = "files"
kind = "spreadsheet"
path = "inbox/*"
stale_after = "3650d"
max_bytes = 3_000_000
[sources.fields]
code = "Mã hồ sơ"
unit = "Đơn vị"
due_at = "Hạn trả"
section = "Phòng"
"""
HEADER = "Mã hồ sơ,Đơn vị,Hạn trả,Phòng\n"
ROWS = "".join(f"D-{number},H26.1,2026-09-28,Phòng {number}\n" for number in range(1, 5))


def calm(ran: Ran) -> Ran:
    """Nothing that a person should not be shown: no trace, no excuse, no command of a terminal."""
    for said in (ran.out, ran.err):
        assert "Traceback" not in said
        assert "fault of its own" not in said
        assert "\x1b" not in said
    return ran


def refused(ran: Ran, *words: str) -> Ran:
    """It could not run, and says why on stderr alone."""
    assert (ran.code, ran.out) == (2, ""), ran
    for word in words:
        assert word in ran.err
    return calm(ran)


@pytest.fixture
def site(tmp_path: Path, sqlite_template: Path) -> Iterator[World]:
    """A world on SQLite alone: what is tried here never reaches what is special to a database."""
    shutil.copy(sqlite_template, tmp_path / "alertd.db")
    with World(tmp_path, "sqlite:///alertd.db") as world:
        world.rule("overdue", OVERDUE)
        yield world


@pytest.fixture(scope="module")
def _road(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("road")
    shutil.copy(sqlite_template, folder / "alertd.db")
    with World(folder, "sqlite:///alertd.db", more=DROP) as world:
        world.rule("overdue", OVERDUE)
        for code in (ONE, TWO, THREE):
            world.file(code, "2026-09-28")
        drop(world, "good.csv", (HEADER + ROWS).encode())
        _quick(world)
        ran = world.once("2026-10-05 08:00")
        assert ran.code == 0, ran
        assert len(world.alerts()) == 7
        yield world


@pytest.fixture
def road(_road: World) -> World:
    """A site with a feed and a drop folder on which one fault comes after the other, each mended before the next."""
    _quick(_road)
    drop(_road, "good.csv", (HEADER + ROWS).encode())
    return _road


def _quick(world: World) -> None:
    world.configure()
    config = world.folder / "config.toml"
    text = config.read_text(encoding="utf-8").replace('timeout = "3s"', 'timeout = "1s"\nmax_bytes = 1_000_000')
    config.write_text(text, encoding="utf-8")


_minutes = itertools.count(1)


def poll(world: World, source: str) -> Ran:
    """A minute later; what is measured here is not time."""
    minute = next(_minutes)
    world.at(f"2026-10-05 {8 + minute // 60:02}:{minute % 60:02}")
    return calm(world.alertd("sources", "poll", source, "--json", at=True))


def as_it_was(world: World, source: str, records: int) -> bool:
    """The next poll finds all that was there before the fault, and nothing that the fault left behind."""
    done = poll(world, source).json
    counts = [done[name] for name in ("records", "unchanged", "new", "changed", "gone", "rejected")]
    return (done["state"], counts) in [(state, [records, records, 0, 0, 0, 0]) for state in ("believed", "unchanged")]


# --- replies -----------------------------------------------------------------------------------------------------------
def given(body: str | bytes, status: int = 200, **headers: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body.encode() if isinstance(body, str) else body
    return {"kind": FaultKind.GIVEN, "status": status, "body": raw, "headers": named}


REPLIES: dict[str, tuple[dict[str, Any], str, str]] = {
    "half a reply": ({"kind": FaultKind.HALF}, "incomplete", "the reply broke off half-way"),
    "half a document": ({"kind": FaultKind.CUT}, "incomplete", "the reply breaks off after 25 bytes"),
    "silence": (
        {"kind": FaultKind.SILENT},
        "timeout",
        "does not answer within 1s; see to the source, or raise timeout",
    ),
    "without end": ({"kind": FaultKind.ENDLESS}, "too_large", "larger than 1,000,000 bytes"),
    "packed without end": ({"kind": FaultKind.BOMB}, "too_large", "larger than 1,000,000 bytes (unpacked)"),
    "hangs up": ({"kind": FaultKind.HANG_UP}, "unreachable", "see that it runs, check url"),
    "a login page": ({"kind": FaultKind.HTML}, "not_data", "looks like a login page/HTML, not JSON; check the url"),
    "an empty reply": ({"kind": FaultKind.EMPTY}, "not_data", "the reply is empty; check the url"),
    "no JSON": ({"kind": FaultKind.GARBAGE}, "not_data", "the reply is no JSON"),
    "500": ({"kind": FaultKind.STATUS, "status": 500}, "unreachable", "answers 500, 0 retries included; see to"),
    "401": ({"kind": FaultKind.STATUS, "status": 401}, "refused", "refuses the login (401); check [sources.auth]"),
    "404": ({"kind": FaultKind.STATUS, "status": 404}, "refused", "knows no such address (404); check url"),
    "another host": (
        {"kind": FaultKind.REDIRECT, "location": "http://evil.example/x?token=abc"},
        "redirect",
        "points to http://evil.example/x; redirects are not followed",
    ),
    "nowhere": (
        {"kind": FaultKind.REDIRECT, "location": "http://[::1"},
        "redirect",
        "points to an address that is none",
    ),
    "nested 100,000 deep": (
        given('{"data":' + "[" * 100_000 + "]" * 100_000 + "}"),
        "not_data",
        "no JSON (depth limit",
    ),
    "another shape": (given('{"rows": []}'), "schema", "no column data (for records); there are: rows. Correct"),
    "no list": (given('{"data": {"a": 1}}'), "not_data", "a list was expected at 'data', not an object"),
    "a list of texts": (given('{"data": ["a", "b"]}'), "not_data", "a list of text, not of records; check records"),
    "an error with status 200": (
        given('{"code": 500, "message": "\\u001b[31m\\u0000 h\\u1ebft h\\u1ea1n\\r\\n"}'),
        "schema",
        "it says: 500, [31m hết hạn",
    ),
    "not packed as it says": (
        given("{}", Content_Encoding="gzip"),
        "not_data",
        "not packed as its Content-Encoding says",
    ),
    "an ETag of 100 kB": (given("{}", ETag="x" * 100_000), "not_data", "its headers are longer than any server needs"),
    "a list that lost its records": (given('{"data": []}'), "empty", "alertd sources accept"),
    "other columns": (
        given(json.dumps({"data": [{"MaHoSo": code} for code in (ONE, TWO, THREE)]})),
        "schema",
        "không còn cột DonVi (unit)",
    ),
}


@pytest.mark.parametrize(("fault", "reason", "said"), REPLIES.values(), ids=REPLIES)
def test_a_reply_that_is_no_data_is_told_with_its_cure_and_changes_nothing(
    road: World, fault: dict[str, Any], reason: str, said: str
) -> None:
    road.feed.fail("/ho-so", **fault)
    ran = poll(road, "one-stop")
    done = ran.json
    assert (ran.code, done["reason"]) == (1, reason)
    assert said in done["detail"]
    assert "token=" not in done["detail"]
    assert as_it_was(road, "one-stop", 3)


def test_an_address_where_nobody_listens_is_told(road: World) -> None:
    road.configure(feed="http://127.0.0.1:1/ho-so")
    ran = poll(road, "one-stop")
    assert (ran.code, ran.json["reason"]) == (1, "unreachable")
    assert "http://127.0.0.1:1/ho-so: not reached (" in ran.json["detail"]
    assert "Connection refused); see that it runs, check url" in ran.json["detail"]
    road.configure()
    assert as_it_was(road, "one-stop", 3)


def test_links_that_lead_in_a_circle_end(road: World) -> None:
    ways = ("/vong-1", "/vong-2")
    for number, way in enumerate(ways):
        record = {"MaHoSo": f"V-{number}", "NgayHenTra": "2026-09-28", "DonVi": "H26.1"}
        road.feed.serve(way, [record], headers={"Link": f'<{ways[1 - number]}>; rel="next"'})
    source = CONFIG[CONFIG.index("[[sources]]") : CONFIG.index("[telegram]")].replace('"one-stop"', '"circle"')
    source = source.replace('records = "data"', 'records = "data"\npaging = {{ style = "link" }}')
    road.configure(more=DROP + source.format(feed=road.feed.url(ways[0]), source=""))
    ran = poll(road, "circle")
    assert (ran.code, ran.json["reason"]) == (1, "incomplete")
    assert "the list does not end: its Link header leads back after" in ran.json["detail"]


def test_a_wrong_password_is_told_and_stands_nowhere(road: World, monkeypatch: pytest.MonkeyPatch) -> None:
    road.feed.serve("/kin", [{"MaHoSo": "K-1", "DonVi": "H26.1"}], login={"Authorization": "Bearer right"})
    auth = 'auth = {{ kind = "bearer", token = {{ env = "ALERTD_TEST_PASSWORD" }} }}\n[sources.fields]'
    source = CONFIG[CONFIG.index("[[sources]]") : CONFIG.index("[telegram]")].replace('"one-stop"', '"locked"')
    road.configure(more=DROP + source.replace("[sources.fields]", auth).format(feed=road.feed.url("/kin"), source=""))
    monkeypatch.setenv("ALERTD_TEST_PASSWORD", "s3cret-but-wrong")
    ran = poll(road, "locked")
    assert (ran.code, ran.json["reason"]) == (1, "refused")
    assert "refuses the login (401); check [sources.auth] and the account" in ran.json["detail"]
    shown = ran, road.alertd("status", "--json", at=True)
    kept = (path.read_bytes() for path in road.folder.glob("alertd.db*"))
    assert not any("s3cret" in ran.out + ran.err for ran in shown)
    assert not any(b"s3cret" in part for part in kept)
    monkeypatch.setenv("ALERTD_TEST_PASSWORD", "right")
    assert poll(road, "locked").json["state"] == "believed"


# --- files -------------------------------------------------------------------------------------------------------------
def drop(world: World, name: str | bytes, content: bytes) -> None:
    """The only file in the drop folder, written long ago."""
    inbox = world.folder / "inbox"
    shutil.rmtree(inbox, ignore_errors=True)
    inbox.mkdir()
    path = os.path.join(os.fsencode(inbox), os.fsencode(name))  # noqa: PTH118 - a name that is no text
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(content)
    os.utime(path, (1_700_000_000, 1_700_000_000))


def sheet(*rows: list[Any]) -> bytes:
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate([HEADER.strip().split(","), *rows]):
            page.write_row(number, 0, row)
    return made.getvalue()


def packed(size: int) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * size)
    return made.getvalue()


FILES: dict[str, tuple[str | bytes, bytes, str, str]] = {
    "nothing": ("a.csv", b"", "schema", "no column Mã hồ sơ (for code); there are: none. Correct [sources.fields]"),
    "a header alone": ("a.csv", HEADER.encode(), "empty", "alertd sources accept"),
    "another encoding": ("a.csv", HEADER.encode("utf-16-le"), "not_data", "no UTF-8 at byte"),
    "bytes": ("a.csv", bytes(range(256)) * 9, "not_data", "in Excel, save as 'CSV UTF-8'"),
    "a column missing": ("a.csv", (HEADER + ROWS).replace("Hạn", "Han").encode(), "schema", "did you mean 'Han trả'?"),
    "a column twice": ("a.csv", (HEADER + ROWS).replace("Phòng\n", "Hạn trả\n").encode(), "schema", "is there 2 times"),
    "one quote missing": (
        "a.csv",
        (HEADER + ROWS.replace("Phòng 1", '"Phòng 1').replace("Phòng 3", '"Phòng 3"')).encode(),
        "incomplete",
        "a quote that begins in line 2 is open until line 4, over whole rows; close it, or take it out",
    ),
    "the last quote missing": (
        "a.csv",
        (HEADER + ROWS + 'D-5,H26.1,2026-09-28,"Phòng').encode(),
        "incomplete",
        "breaks off in its last line",
    ),
    "codes that Excel rounded": (
        "a.csv",
        (HEADER + "2.4E+11,H26.1,2026-09-28,P\n" * 4).encode(),
        "unreadable",
        "các dòng lỗi đầu tiên xem bằng: alertd status",
    ),
    "no gzip": ("a.csv.gz", b"Ma,Han", "not_data", "its name says gzip, but it is none"),
    "no workbook": ("a.xlsx", b"Ma,Han", "not_data", "is no Excel workbook; save it as .xlsx"),
    "half a workbook": ("a.xlsx", sheet(["D-1"])[:3000], "incomplete", "breaks off; it is read again at the next poll"),
    "a zip that is none": ("a.xlsx", packed(10), "not_data", "no sheet can be read"),
    "a zip bomb": ("a.xlsx", packed(9_000_000), "too_large", "unpacks to more than 3,000,000 bytes; divide it"),
    "an old workbook": ("a.xls", b"\xd0\xcf\x11\xe0", "not_data", "a file of this kind is not read; save it as .xlsx"),
    "a name that is no text": (b"a-\xff\n\x1b[1m.csv", b"x,y\n", "schema", "a-???[1m.csv: no column"),
}


@pytest.mark.parametrize(("name", "content", "reason", "said"), FILES.values(), ids=FILES)
def test_a_file_that_cannot_be_read_is_told_with_its_cure_and_changes_nothing(
    road: World, name: str | bytes, content: bytes, reason: str, said: str
) -> None:
    drop(road, name, content)
    ran = poll(road, "drop folder")
    assert (ran.code, ran.json["reason"]) == (1, reason)
    assert said in ran.json["detail"]
    drop(road, "good.csv", (HEADER + ROWS).encode())
    assert as_it_was(road, "drop folder", 4)


def test_a_link_out_of_the_drop_folder_is_not_followed(road: World, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_text(HEADER + ROWS, encoding="utf-8")
    drop(road, "a.txt", b"")
    (road.folder / "inbox" / "a.csv").symlink_to(tmp_path / "elsewhere.csv")
    ran = poll(road, "drop folder")
    assert (ran.code, ran.json["reason"]) == (1, "refused")
    assert "a.csv leads by a link out of" in ran.json["detail"]
    drop(road, "good.csv", (HEADER + ROWS).encode())
    assert as_it_was(road, "drop folder", 4)


def test_dates_that_are_none_are_kept_apart_by_their_cell_and_serials_of_excel_are_read(site: World) -> None:
    site.configure(more=DROP)
    days = ["31/02/2026", "28/09/2026", 46293, 0.5, -1, 99_999_999, "0001-01-01", "9999-12-31", "29/02/2026"]
    drop(site, "a.xlsx", sheet(*([f"X-{place}", "H26.1", day, "P"] for place, day in enumerate(days)), [1e20, "H26.1"]))
    site.file(ONE, "2026-09-28")
    assert calm(site.once("2026-10-05 08:00")).code == 0
    assert states(site.alerts()) == dict.fromkeys((ONE, "X-1", "X-2"), "open")
    (report,) = [each for each in site.alertd("sources", "list", "--json", at=True).json if each["name"] != "one-stop"]
    assert report["last_poll"]["rejected"] == 6
    kept = {each["place"]: each for each in site.alertd("status", "--json", at=True).json["rejects"]}
    assert sorted(kept) == [f"Sheet1, dòng {row}" for row in (10, 11, 2, 5, 6, 7)]
    first = kept["Sheet1, dòng 2"]
    assert (first["code"], first["value"]) == ("X-0", "31/02/2026")
    assert "thời gian có thật, ghi như 18/09/2024" in first["expected"]
    assert kept["Sheet1, dòng 11"]["value"] == "1e+20"


# --- values ------------------------------------------------------------------------------------------------------------
SCRIPT, BRACES, FORMULA = "<script>alert(1)</script>", "{{7*7}}", "=cmd|' /C calc'!A0"
# code as the feed gives it → as it is known here; None: kept apart
CODES: dict[Any, str | None] = {
    ONE: ONE,
    "a\0b": "a b",
    "lone-\ud83d": "lone-",
    "cr\r\nBcc: x@evil.example": "cr Bcc: x@evil.example",
    "case-a": "case-a",
    "CASE-A": "CASE-A",
    "Ho\u0061\u0300": "Hoà",
    "emoji-🏛": "emoji-🏛",
    "x" * 200: "x" * 200,
    "y" * 300: None,
    SCRIPT: SCRIPT,
    BRACES: BRACES,
    FORMULA: FORMULA,
    2**80: str(2**80),
    1e300: None,
    12345: "12345",
    "\0": None,
    "": None,
}
ODD: tuple[dict[str, Any], ...] = (
    {"Phong": "x\0y\ud83d"},
    {"Phong": SCRIPT},
    {"Phong": "dài " * 1_250},
    {"Phong": float("nan")},
    {"Phong": 10**400},
    {"Phong": [[[]]]},
    {"Phong": "\u202egnòhp"},
    {"BoSung": -3},
    {"BoSung": [None, 1, "x"]},
    {"BoSung": [{}] * 5_000},
    {"TrangThai": "?" * 5_000},
    {"NgayTiepNhan": "1753-01-01"},
    {"DonVi": "Sở Không Có"},
    {"DonVi": ""},
    {"DonVi": float("inf")},
)


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)  # which takes neither NUL nor half a letter
def test_odd_codes_and_values_harm_neither_their_list_nor_any_message(world: World) -> None:
    world.rule("overdue", OVERDUE.replace("warning: 3", "warning: 1").replace("reminder: 1, ", ""))
    due = {"NgayHenTra": "2026-09-28", "DonVi": "H26.1", "NgayTiepNhan": "2026-09-01", "Phong": "P"}
    records = [{**due, "MaHoSo": code} for code in CODES]
    records += [{**due, "MaHoSo": f"odd-{number}", **odd} for number, odd in enumerate(ODD)]
    reply = given(json.dumps({"data": records}))
    world.feed.fail("/ho-so", **reply)
    ran = calm(world.once("2026-10-05 08:00"))
    assert ran.code == 0, ran
    known = {code for code in CODES.values() if code} | {f"odd-{number}" for number in range(len(ODD))}
    assert states(world.alerts()) == dict.fromkeys(known, "open")
    status = world.alertd("status", "--json", at=True).json
    assert status["sources"][0]["last_poll"]["rejected"] == 4
    assert calm(world.alertd("status", at=True)).code == 0
    for code in (SCRIPT, FORMULA):
        assert code in calm(world.alertd("explain", code, at=True)).out
    (notice,) = [mail for mail in world.mails_to(AN) if "Bản tin" not in mail["Subject"]]
    page, text = (notice.get_body((kind,)).get_content() for kind in ("html", "plain"))
    assert "<script>" not in page
    assert all(name not in notice for name in ("Bcc", "Cc"))
    assert SCRIPT in text or len(records) > 20  # the worst lines; the list has them all
    (list_,) = notice.iter_attachments()
    with zipfile.ZipFile(BytesIO(list_.get_content())) as book:
        cells = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in cells
    assert "=cmd|" in cells
    world.feed.fail("/ho-so", **reply)
    assert "unchanged: 0" not in world.once("2026-10-05 08:15").out
    assert states(world.alerts()) == dict.fromkeys(known, "open")


def test_of_two_rows_with_one_code_the_last_counts_and_the_other_is_reported(site: World) -> None:
    rows = [{"MaHoSo": ONE, "DonVi": "H26.1", "NgayHenTra": day} for day in ("2026-09-28", "2099-09-28", "2026-09-14")]
    site.feed.serve("/ho-so", rows)
    assert site.once("2026-10-05 08:00").code == 0
    assert [alert["facts"]["due_at"][:10] for alert in site.alerts()] == ["2026-09-14"]
    (told,) = site.alertd("status", "--json", at=True).json["rejects"]
    assert (told["value"], "dòng cuối được tính" in told["expected"]) == (f"{ONE} (3×)", True)


def test_a_unit_that_is_unknown_empty_or_ambiguous_is_the_offices_with_the_reason(site: World) -> None:
    with (site.folder / "units.csv").open("a", encoding="utf-8") as units:
        units.write("H26.7,Chi cục Thuế,agency,H26,,\nH26.8,Chi cục Thuế,agency,H26,,\n")
    named = {"E-1": "Sở Không Có", "E-2": "", "E-3": "Chi cục Thuế", "E-4": "Sở  xây dựng"}
    for code, unit in named.items():
        site.file(code, "2026-09-28", unit=unit)
    ran = calm(site.once("2026-10-05 08:00"))
    assert ran.code == 0
    assert (
        "'Chi cục Thuế' cũng là tên của đơn vị 'H26.7' trong cùng thời gian; đề nghị viết đầy đủ cả hai tên" in ran.err
    )
    assert {alert["key"]: alert["unit"] for alert in site.alerts()} == {**dict.fromkeys(named), "E-4": "H26.1"}
    why = {each["code"]: each["expected"] for each in site.alertd("status", "--json", at=True).json["rejects"]}
    assert "tên đầy đủ của đơn vị trong units.csv" in why["E-1"]
    assert "tên chỉ một đơn vị" in why["E-3"]
    assert all(code in "".join(site.texts_to(OFFICE)) for code in ("E-1", "E-2", "E-3"))


def test_fifty_megabytes_in_one_cell_cost_that_cell_alone(site: World) -> None:
    record = '{"MaHoSo": "%s", "DonVi": "H26.1", "NgayHenTra": "2026-09-28", "Phong": "%s"}'
    reply = f'{{"data": [{record % (ONE, "x" * 50_000_000)}, {record % (TWO, "P")}]}}'
    site.feed.fail("/ho-so", **given(reply))
    assert calm(site.once("2026-10-05 08:00")).code == 0
    facts = {alert["key"]: alert["facts"]["section"] for alert in site.alerts()}
    assert (facts[TWO], len(facts[ONE]) < 1_001, facts[ONE][:9]) == ("P", True, "xxxxxxxxx")
    (note,) = site.alertd("status", "--json", at=True).json["notes"]["one-stop"]
    assert "page 1 #1, column Phong: 50,000,000 characters" in note
    assert note in site.alertd("status", at=True).out


# --- what people write for the site ------------------------------------------------------------------------------------
def _config(change: Callable[[str], str]) -> Callable[[World], None]:
    def write(world: World) -> None:
        path = world.folder / "config.toml"
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    return write


def _content(name: str, content: bytes) -> Callable[[World], None]:
    def write(world: World) -> None:
        (world.folder / name).write_bytes(content)

    return write


def _store(url: str) -> Callable[[World], None]:
    return lambda _: os.environ.update(ALERTD_TEST_STORE=url)


CONFIGS: dict[str, tuple[Callable[[World], None], tuple[str, ...]]] = {
    "none": (
        lambda world: (world.folder / "config.toml").unlink(),
        ("config.toml not found in", "run `alertd init` there, or name another with --config"),
    ),
    "an unknown key": (
        lambda world: world.configure(more="[digest]\nlinse = 3\n"),
        ("digest.linse: unknown key; did you mean 'lines'?",),
    ),
    "a secret that is missing": (
        _config(lambda text: text.replace("ALERTD_TEST_TOKEN", "ALERTD_TEST_NO_TOKEN")),
        ("telegram.token: the environment variable ALERTD_TEST_NO_TOKEN is not set; set it for the user",),
    ),
    "no TOML": (_config(lambda _: "[units\n"), ("config.toml:1", "no valid TOML")),
    "a number without end": (_config(lambda _: f"a = {'9' * 9_999}"), ("a number without end; shorten it",)),
    "brackets without end": (_config(lambda _: "a = " + "[" * 99_999), ("brackets within brackets; close them",)),
    "bytes": (_content("config.toml", b"a = \xff"), ("not UTF-8",)),
    "a folder as store": (_store("sqlite:///rules"), ("it is a folder; name a file in it, such as rules/alertd.db",)),
    "a store in no folder": (_store("sqlite:///no/alertd.db"), ("no does not exist; create it",)),
    "a store that is none": (_store("sqlite:///units.csv"), ("its file is not a database; restore a backup",)),
    "a store elsewhere": (
        _store("postgresql+psycopg://u:s3cret@127.0.0.1:1/x"),
        ("store postgresql+psycopg://127.0.0.1:1/x: its server does not answer; start it",),
    ),
}


@pytest.mark.parametrize(("spoil", "said"), CONFIGS.values(), ids=CONFIGS)
def test_a_site_that_cannot_run_says_why_and_is_as_it_was_afterwards(
    road: World, spoil: Callable[[World], None], said: tuple[str, ...]
) -> None:
    units = (road.folder / "units.csv").read_bytes()
    store = [path.read_bytes() for path in sorted(road.folder.glob("alertd.db*"))]
    try:
        spoil(road)
        ran = refused(road.alertd("run", "--once", at=True), *said)
        assert "s3cret" not in ran.err
        assert (road.folder / "rules").is_dir()
    finally:
        (road.folder / "units.csv").write_bytes(units)
    assert [path.read_bytes() for path in sorted(road.folder.glob("alertd.db*"))] == store


GONE_UNITS: dict[str, tuple[Callable[[World], None], tuple[str, ...], tuple[str, ...]]] = {
    "no units": (
        lambda world: (world.folder / "units.csv").unlink(),
        ("units.csv: cannot be read", "create it"),
        ("units.csv chưa được tin dùng, bản trước vẫn được dùng",),
    ),
    "units emptied": (
        _content("units.csv", b""),
        ("units.csv:1: empty; begin",),
        ("units.csv chưa được tin dùng, bản trước vẫn được dùng",),
    ),
    "no unit left": (
        _content("units.csv", b"code,name\n"),
        ("units.csv: no unit in it; write a row for each unit, or restore the file from a copy",),
        ("units.csv chưa được tin dùng, bản trước vẫn được dùng",),
    ),
}


@pytest.mark.parametrize(("spoil", "first", "later"), GONE_UNITS.values(), ids=GONE_UNITS)
def test_without_units_a_new_site_cannot_run_and_an_old_one_goes_on_with_those_it_knew(
    site: World, spoil: Callable[[World], None], first: tuple[str, ...], later: tuple[str, ...]
) -> None:
    units = (site.folder / "units.csv").read_bytes()
    site.file(ONE, "2026-09-28")
    spoil(site)
    refused(site.once("2026-10-05 08:00"), *first)
    (site.folder / "units.csv").write_bytes(units)
    assert site.once("2026-10-05 08:15").code == 0
    spoil(site)
    ran = calm(site.once("2026-10-05 08:30"))
    assert ran.code == 1
    for word in later:
        assert word in ran.out
    assert [alert["unit"] for alert in site.alerts()] == ["H26.1"]


def test_contacts_that_cannot_be_read_end_no_enrolment_and_those_who_are_known_go_on_hearing(site: World) -> None:
    site.at("2026-10-05 08:00").enrol("H26.1", 501)
    good = (site.folder / "contacts.csv").read_bytes()
    for number, bad in enumerate((good.decode().encode("utf-16"), good.replace("Nguyễn".encode(), '"Nguyễn'.encode()))):
        code = f"H26.1-260901-000{number}"
        site.file(code, "2026-09-14")
        (site.folder / "contacts.csv").write_bytes(bad)
        ran = calm(site.once(f"2026-10-05 09:{number}0"))
        assert "contacts.csv:" in ran.err
        assert (ran.code, "contacts.csv" in ran.out) == (1, True)
        assert any(code in sent.seen for sent in site.bot.sent if sent.chat_id == 501)
    # as Excel saves it: with a mark at its beginning, and semicolons
    (site.folder / "contacts.csv").write_bytes(b"\xef\xbb\xbf" + good.replace(b",", b";"))
    assert calm(site.once("2026-10-05 09:30")).code == 0
    assert [text.split("\n", 1)[0] for text in site.texts_to(AN)] == ["Liên kết Telegram: Sở Xây dựng"]


BROKEN_RULES = {
    "typo": (OVERDUE.replace("levels:", "levles:"), "không có khóa 'levles'; có phải là 'levels'?"),
    "field": (OVERDUE.replace("due_at is", "due_date is"), "không có trường 'due_date'; có phải là 'due_at'?"),
    "function": (OVERDUE.replace("is_open", "pg_sleep(9) > 1"), "không có hàm 'pg_sleep'; chỉ có các hàm"),
    "many": (
        OVERDUE + "except:\n" + "  - {when: is_open, reason: x}\n" * 10_000,
        "lớn hơn 64 KiB, quá lớn đối với một quy tắc",
    ),
}


def test_broken_rules_are_set_aside_with_their_place_and_the_others_run(site: World) -> None:
    for name, (text, _) in BROKEN_RULES.items():
        site.rule(name, text)
    (site.folder / "rules" / "copy.yaml").write_text(f"id: overdue\n{OVERDUE}", encoding="utf-8")
    site.file(ONE, "2026-09-28")
    ran = calm(site.once("2026-10-05 08:00"))
    assert ran.code == 1
    for name, (_, said) in BROKEN_RULES.items():
        assert any(f"{name}.yaml" in line and said in line for line in ran.err.splitlines()), ran.err
    assert "copy.yaml:1:5: quy tắc 'overdue' cũng có trong tệp overdue.yaml; đề nghị đặt id của quy tắc này" in ran.err
    assert [alert["rule"] for alert in site.alerts()] == ["overdue"]
    told = "".join(site.texts_to(OFFICE))
    assert all(f"Quy tắc {name} viết chưa đúng" in told for name in BROKEN_RULES)
    for name in (*BROKEN_RULES, "copy"):
        (site.folder / "rules" / f"{name}.yaml").unlink()
    assert site.once("2026-10-05 08:15").code == 0
    assert "Đã khắc phục" in site.texts_to(OFFICE)[-1]


def test_a_folder_of_rules_that_is_gone_takes_no_alert_along(site: World) -> None:
    site.file(ONE, "2026-09-28")
    site.once("2026-10-05 08:00")
    (site.folder / "rules").rename(site.folder / "rules-old")
    for time in ("2026-10-05 09:00", "2026-10-05 09:15"):
        ran = calm(site.once(time))
        assert ran.code == 1
        assert "rules: there is no such folder; make it, or name another in [rules] folder" in ran.out
    assert states(site.alerts()) == {ONE: "open"}
    assert site.alertd("status", at=True).code == 1
    assert len([text for text in site.texts_to(OFFICE) if "Không đọc được thư mục quy tắc" in text]) == 1
    (site.folder / "rules-old").rename(site.folder / "rules")
    told = len(site.mails_to(AN))
    assert site.once("2026-10-05 09:30").code == 0
    assert (states(site.alerts()), len(site.mails_to(AN))) == ({ONE: "open"}, told)
    assert not site.alertd("audit", "list", "--json", "--action", "rules.changed").json[1:]


def test_nobody_hears_that_nothing_is_open_while_that_is_not_known(site: World) -> None:
    site.feed.fail("/ho-so", FaultKind.HTML)
    site.once("2026-10-05 08:00")
    site.rule("broken", "x")
    site.file(ONE, "2026-09-28")
    assert site.mails_to(BINH) == [], "nothing was ever read: there is nothing to say"
    site.once("2026-10-05 08:15")
    assert "Chưa xác định được đơn vị có hồ sơ quá hạn" in site.texts_to(BINH)[-1]
    (site.folder / "rules" / "broken.yaml").unlink()
    site.once("2026-10-05 08:30")
    assert len(site.mails_to(BINH)) == 1, "one digest a day"
    site.once("2026-10-06 08:00")
    assert "không có việc tồn đọng" in site.texts_to(BINH)[-1]


TEMPLATES = {
    "a loop": ("{% for x in range(10**9) %}{% endfor %}", "powers (**) are not for notices"),
    "another loop": ("{% for x in range(999999999) %}{% endfor %}", "'range' is undefined"),
    "a way out": ("{{ ''.__class__.__mro__ }}", "access to attribute '__class__' of 'str' object is unsafe"),
    "much of little": ("{{ 'x' * 9999999999 }}", "a text is repeated at most to 10,000 characters"),
    "a format": ("{{ '%9999999999d' % 1 }}", "% is for numbers"),
    "a book": (
        "{% for a in 'x' * 300 %}{{ 'x' * 9000 }}{% endfor %}",
        "gives more than 2,000,000 characters",
    ),
}


def _template(world: World, block: str) -> None:
    folder = world.folder / "templates" / "vi"
    folder.mkdir(parents=True)
    text = f"{{% block item %}}\n{block}\n{{% endblock %}}"
    (folder / "overdue_files.txt").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("block", "said"), TEMPLATES.values(), ids=TEMPLATES)
def test_a_template_that_would_do_harm_is_found_by_check(site: World, block: str, said: str) -> None:
    _template(site, block)
    ran = calm(site.alertd("check", "--language", "en"))
    assert ran.code == 1
    assert "templates/vi/overdue_files.txt:" in ran.out
    assert said in ran.out


def test_a_template_that_fails_for_one_unit_gives_way_there_and_the_office_hears_it_once(site: World) -> None:
    _template(site, "{% if facts.unit == 'H26.1' %}{{ letter.nope }}{% endif %}KIỂU RIÊNG {{ facts.code }}")
    site.file(ONE, "2026-09-14")
    site.file("H26.2-260901-0001", "2026-09-14", unit="H26.2")
    assert calm(site.once("2026-10-05 08:00")).code == 0
    an, binh = ([text for text in site.texts_to(who) if "Bản tin" not in text] for who in (AN, BINH))
    assert (len(an), ONE in an[0], "KIỂU RIÊNG" in an[0]) == (1, True, False)
    assert (len(binh), "KIỂU RIÊNG H26.2-260901-0001" in binh[0]) == (1, True)
    site.once("2026-10-06 08:00")
    (told,) = [text for text in site.texts_to(OFFICE) if "trục trặc mới" in text]
    assert "overdue_files.txt:2: " in told
    assert "nope" in told


# --- the store ---------------------------------------------------------------------------------------------------------
def test_a_store_from_a_newer_version_is_left_alone(road: World) -> None:
    with closing(sqlite3.connect(road.folder / "alertd.db")) as store:
        (version,) = store.execute("SELECT version_num FROM alembic_version").fetchone()
        store.execute("UPDATE alembic_version SET version_num = '9999'")
        store.commit()
        refused(road.alertd("run", "--once", at=True), "was written by a newer alertd (schema 9999", "update alertd")
        store.execute("UPDATE alembic_version SET version_num = ?", (version,))
        store.commit()
    assert as_it_was(road, "one-stop", 3)


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    """For root too, who becomes another user for the while."""
    paths = [folder, *folder.glob("alertd.db*")]
    modes = [stat.S_IMODE(path.stat().st_mode) for path in paths]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for path, mode in zip(paths, modes, strict=True):
            path.chmod(mode)


def test_a_store_that_is_read_only_is_told_and_works_again_afterwards(sqlite_template: Path) -> None:
    with (
        tempfile.TemporaryDirectory() as name
    ):  # every user can reach it; the folders of pytest are their owner's alone
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copy(sqlite_template, folder / "alertd.db")
        with World(folder, "sqlite:///alertd.db") as world:
            world.rule("overdue", OVERDUE)
            world.file(ONE, "2026-09-28")
            with _read_only(folder):
                refused(world.alertd("run", "--once", at=True), "alertd.db: it ", "the user that runs alertd")
            assert world.once("2026-10-05 08:15").code == 0
            assert states(world.alerts()) == {ONE: "open"}


def test_a_full_disk_changes_nothing_and_the_next_run_is_whole(site: World) -> None:
    site.file(ONE, "2026-09-28")
    site.once("2026-10-05 08:00")
    for number in range(300):
        site.file(f"N-{number}", "2026-09-28")
    full = (100_000, 100_000)  # bytes that a file may have; the store has more already
    process = site.process(
        "run", "--once", "--now", site.now, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, full)
    )
    out, err = process.communicate(timeout=60)
    refused(Ran(process.returncode, out, err), "alertd.db: its disk", "disk")
    assert states(site.alerts()) == {ONE: "open"}
    assert site.once("2026-10-05 08:15").code == 0
    assert len(site.alerts("--state", "open")) == 301


# --- what people write to the bot and on the command line --------------------------------------------------------------
@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_message_of_any_kind_keeps_no_other_waiting(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(ONE, "2099-09-28")
    world.at("2026-10-05 08:00").enrol("H26.1", 501)
    for text in ("/start a\0b", "/start \ud83d", "/status\0", "\ud83d", "<b>{{7*7}}", "x" * 20_000):
        world.bot.message(501, text)
        world.bot.message(666, text)
    world.bot.press(501, "ack:\0\ud83d")
    world.bot.message(2**70, "/status")  # what no database can number is passed over
    world.bot.message(501, "Đã nhận")
    assert calm(world.once("2026-10-05 08:15")).code == 0
    world.once("2026-10-06 07:31")
    assert "“Đã nhận”" in world.texts_to(OFFICE)[-1]
    assert "“<b>{{7*7}}”" in world.texts_to(OFFICE)[-1]
    assert len([text for text in world.texts_to(OFFICE) if "không xử lý được và bị bỏ qua" in text]) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["explain", "a\udcff"], "an argument is no text in UTF-8"),
        (["explain", "x" * 20_000], "an argument has 20,000 characters, at most 10,000 are read"),
        (["explain", "\x1b[31m"], "an argument holds a command to the terminal (U+001B)"),
        (["rules", "check", "x" * 5_000 + ".yaml"], "an argument is longer than the name of any file can be"),
        (["rules", "try", "x" * 300], "an argument is longer than the name of any file can be"),
        (["alerts", "show", "9" * 30], "less than or equal to"),
        (["audit", "list", "--since", "0001-01-01"], "is not in the calendar"),
        (["run", "--once", "--now", "9999-12-31T23:59:59-12:00"], "is not in the calendar"),
        (["sources", "poll", "one-stpo"], "did you mean 'one-stop'?"),
        (["contacts", "invite", "H26.99"], "there is no unit H26.99 in units.csv"),
    ],
)
def test_an_argument_that_cannot_be_meant_is_refused(road: World, words: list[str], said: str) -> None:
    refused(road.alertd(*words), said)


def test_a_folder_for_the_demo_that_cannot_be_made_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["demo", "--out", "/proc/demo"]) == 2
    assert "/proc/demo cannot be written" in capsys.readouterr().err


# --- all at once -------------------------------------------------------------------------------------------------------
def test_what_is_broken_in_one_place_stops_nothing_elsewhere(site: World) -> None:
    site.configure(more=DROP)
    drop(site, "good.csv", (HEADER + ROWS).encode())
    site.file(ONE, "2026-09-28")
    site.file("H26.2-260901-0001", "2026-09-28", unit="H26.2")
    site.once("2026-10-05 08:00")
    before = states(site.alerts())
    site.feed.fail("/ho-so", FaultKind.HTML, times=2)
    site.rule("broken", "x")
    drop(site, "good.csv", (HEADER + ROWS + "D-9,H26.2,2026-09-14,P\n").encode())
    for time in ("2026-10-05 09:00", "2026-10-05 09:15"):
        ran = calm(site.once(time))
        assert ran.code == 1
        assert "! source one-stop: failed (not_data)" in ran.out
        assert "drop folder: failed" not in ran.out
    assert states(site.alerts()) == {**before, "D-9": "open"}
    assert any("D-9" in text for text in site.texts_to(BINH))
    assert len([text for text in site.texts_to(OFFICE) if "one-stop” không đọc được" in text]) == 1
    (site.folder / "rules" / "broken.yaml").unlink()
    assert calm(site.once("2026-10-05 09:30")).code == 0
    assert site.alertd("audit", "verify").code == 0
