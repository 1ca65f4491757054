"""The http source against a feed on loopback that speaks every style of paging and breaks in every way."""

import gc
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from alertd.demo.feed import FaultKind, Feed
from alertd.errors import SourceFailed
from alertd.intake.sources.http import HttpSource
from alertd.intake.sources.paging import Ask
from alertd.intake.sources.wire import Wire
from alertd.model.source import Page, Snapshot
from alertd.settings.secret import Secret
from alertd.settings.source_shapes import Auth, Paging, SourceSettings

NOW = datetime(2026, 10, 6, 3, tzinfo=UTC)
KEY = "a-very-secret-key"
FIELDS = {"code": "MaHoSo", "due_at": "NgayHenTra"}


def files(count: int) -> list[dict[str, Any]]:
    return [{"MaHoSo": f"H26-240902-{i:04}", "NgayHenTra": "20240918170000", "ChuHoSo": "A"} for i in range(count)]


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) - before == set()


@pytest.fixture
def feed(no_thread_stays: None) -> Iterator[Feed]:
    with Feed() as feed:
        yield feed


class Reader:
    """Reads a source as a poll does, and keeps the marks of each reading."""

    def __init__(self, feed: Feed, *, page_seconds: float = 20.0, **settings: Any) -> None:
        self.waited: list[float] = []
        self.marks: dict[str, str] = {}
        made = {"name": "n", "dataset": "files", "kind": "http", "url": feed.url("/ho-so"), "records": "data"}
        self.settings = SourceSettings.model_validate({**made, "fields": FIELDS, **settings})
        self.source = HttpSource(self.settings, sleep=self.waited.append, page_seconds=page_seconds)

    def read(self) -> tuple[Snapshot, list[Page]]:
        snapshot = self.source.open(self.marks, NOW)
        pages = list(snapshot.pages)
        self.marks = snapshot.marks
        return snapshot, pages

    def codes(self) -> list[str]:
        return [raw["MaHoSo"] for page in self.read()[1] for _, raw in page.records]

    def failure(self) -> SourceFailed:
        with pytest.raises(SourceFailed) as raised:
            self.read()
        return raised.value


PAGINGS = [
    Paging(style="none"),
    Paging(style="page", size="pageSize", per_page=3),
    Paging(style="page", first=0, total="meta.total", per_page=3),
    Paging(style="offset", size="limit", per_page=3),
    Paging(style="offset", total="total", per_page=3),
    Paging(style="cursor", next="meta.next", per_page=3),
    Paging(style="link", per_page=3),
]
style = pytest.mark.parametrize("paging", PAGINGS, ids=lambda p: f"{p.style}{'-total' if p.total else ''}")


@style
@pytest.mark.parametrize("count", [0, 2, 6, 7])
def test_each_record_comes_once_in_every_style_of_paging(feed: Feed, paging: Paging, count: int) -> None:
    feed.serve("/ho-so", files(count), paging=paging)
    reader = Reader(feed, paging=paging)
    assert reader.codes() == [record["MaHoSo"] for record in files(count)]


@style
def test_only_mapped_columns_are_kept_and_each_row_has_a_place(feed: Feed, paging: Paging) -> None:
    feed.serve("/ho-so", files(4), paging=paging)
    snapshot, pages = Reader(feed, paging=paging).read()
    rows = [row for page in pages for row in page.records]
    assert {name for _, raw in rows for name in raw} == {"MaHoSo", "NgayHenTra"}
    assert rows[0][0] == "page 1 #1"
    assert rows[-1][0] == ("page 1 #4" if paging.style == "none" else "page 2 #1")
    assert (snapshot.complete, snapshot.unchanged, snapshot.columns) == (True, False, None)


@style
def test_a_list_that_is_as_before_is_unchanged_and_gives_no_page(feed: Feed, paging: Paging) -> None:
    feed.serve("/ho-so", files(7), paging=paging, etag=False)
    reader = Reader(feed, paging=paging)
    reader.read()
    for _ in range(2):
        snapshot, pages = reader.read()
        assert (snapshot.unchanged, pages) == (True, [])


@style
@pytest.mark.parametrize("changed", [0, 3, 6])
def test_a_change_on_any_page_gives_the_whole_list(feed: Feed, paging: Paging, changed: int) -> None:
    records = files(7)
    feed.serve("/ho-so", records, paging=paging)
    reader = Reader(feed, paging=paging)
    reader.read()
    records[changed]["MaHoSo"] = "H26-240902-9999"
    assert reader.codes() == [record["MaHoSo"] for record in records]
    assert reader.read()[0].unchanged


@style
@pytest.mark.parametrize("count", [2, 3, 6, 7])
@pytest.mark.parametrize("change", [1, -1])
def test_a_record_more_or_less_at_the_end_is_seen(feed: Feed, paging: Paging, count: int, change: int) -> None:
    feed.serve("/ho-so", files(count), paging=paging)
    reader = Reader(feed, paging=paging)
    reader.read()
    feed.serve("/ho-so", files(count + change), paging=paging)
    assert len(reader.codes()) == count + change


def test_an_etag_is_sent_and_304_means_unchanged(feed: Feed) -> None:
    stamp = "Wed, 02 Oct 2024 03:00:00 GMT"
    feed.serve("/ho-so", files(2), headers={"Last-Modified": stamp})
    reader = Reader(feed, as_of={"header": "Last-Modified"})
    assert reader.read()[0].as_of == datetime(2024, 10, 2, 3, tzinfo=UTC)
    snapshot, pages = reader.read()
    asked = feed.asked[-1].headers
    assert (snapshot.unchanged, pages) == (True, [])
    assert snapshot.as_of == datetime(2024, 10, 2, 3, tzinfo=UTC)
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == (reader.marks["etag"], stamp)
    assert reader.read()[0].unchanged


def test_the_etag_of_a_full_page_is_not_taken_for_that_of_the_list(feed: Feed) -> None:
    paging = Paging(style="page", size="n", per_page=3)
    feed.serve("/ho-so", files(3), paging=paging)
    reader = Reader(feed, paging=paging)
    reader.read()
    reader.read()
    assert not any("If-None-Match" in asked.headers for asked in feed.asked)


@pytest.mark.parametrize(
    ("auth", "login"),
    [
        (Auth(kind="bearer", token=Secret("env:K", KEY)), {"Authorization": f"Bearer {KEY}"}),
        (Auth(kind="header", header="X-Key", token=Secret("env:K", KEY)), {"X-Key": KEY}),
        (
            Auth(kind="basic", username="u", password=Secret("env:K", KEY)),
            {"Authorization": "Basic dTphLXZlcnktc2VjcmV0LWtleQ=="},
        ),
    ],
    ids=lambda value: value.kind if isinstance(value, Auth) else "",
)
def test_the_login_is_shown_in_its_kind_and_a_wrong_one_is_refused(
    feed: Feed, auth: Auth, login: dict[str, str]
) -> None:
    feed.serve("/ho-so", files(1), login=login)
    assert len(Reader(feed, auth=auth).codes()) == 1
    failure = Reader(feed, auth=Auth(kind="bearer", token=Secret("env:K", "wrong-one"))).failure()
    assert failure.reason == "refused"
    assert "[sources.auth]" in str(failure)
    assert "wrong-one" not in str(failure)


BAD_REPLIES = [
    (FaultKind.HTML, {}, "not_data", "login page/HTML"),
    (FaultKind.GARBAGE, {}, "not_data", "no JSON"),
    (FaultKind.EMPTY, {}, "not_data", "empty"),
    (FaultKind.CUT, {}, "incomplete", "breaks off"),
    (FaultKind.HALF, {}, "incomplete", "broke off half-way"),
    (FaultKind.BOMB, {"max_bytes": 1_000_000}, "too_large", "1,000,000 bytes"),
    (FaultKind.ENDLESS, {"max_bytes": 1_000_000}, "too_large", "1,000,000 bytes"),
    (FaultKind.DRIP, {"page_seconds": 0.2}, "timeout", "drips"),
    (FaultKind.SILENT, {"timeout": "1s", "retries": 0}, "timeout", "within 1s"),
    (FaultKind.HANG_UP, {}, "unreachable", "not reached"),
    (FaultKind.STATUS, {"status": 503}, "unreachable", "503, 2 retries included"),
    (FaultKind.STATUS, {"status": 429}, "unreachable", "429"),
    (FaultKind.STATUS, {"status": 403}, "refused", "403"),
    (FaultKind.STATUS, {"status": 404}, "refused", "check url"),
    (FaultKind.STATUS, {"status": 418}, "refused", "418"),
    (FaultKind.STATUS, {"status": 204}, "not_data", "204"),
    (
        FaultKind.REDIRECT,
        {"location": "https://u:p4ss@dangnhap.vn/sso?token=t0k"},
        "redirect",
        "https://dangnhap.vn/sso;",
    ),
    (FaultKind.REDIRECT, {"location": "/login"}, "redirect", "/login"),
]


@pytest.mark.parametrize(("kind", "more", "reason", "words"), BAD_REPLIES, ids=lambda value: str(value)[:20])
def test_a_bad_reply_is_named_and_the_secret_is_not(
    feed: Feed, kind: FaultKind, more: dict[str, Any], reason: str, words: str
) -> None:
    feed.serve("/ho-so", files(2))
    fault = {name: more[name] for name in ("status", "location") if name in more}
    settings = {name: value for name, value in more.items() if name not in fault}
    feed.fail("/ho-so", kind, times=3, **fault)
    failure = Reader(
        feed, **{"retries": 2, "auth": Auth(kind="bearer", token=Secret("env:K", KEY)), **settings}
    ).failure()
    assert failure.reason == reason
    assert words in str(failure)
    assert "127.0.0.1" in str(failure)
    for secret in (KEY, "p4ss", "t0k"):
        assert secret not in str(failure)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (FaultKind.STATUS, {"status": 503}),
        (FaultKind.STATUS, {"status": 429}),
        (FaultKind.HANG_UP, {}),
        (FaultKind.HALF, {}),
    ],
    ids=str,
)
def test_a_passing_fault_on_a_later_page_is_ridden_out(feed: Feed, kind: FaultKind, more: dict[str, Any]) -> None:
    paging = Paging(style="offset", per_page=3)
    feed.serve("/ho-so", files(7), paging=paging)
    feed.fail("/ho-so", kind, after=1, times=2, **more)
    reader = Reader(feed, paging=paging)
    assert len(reader.codes()) == 7
    assert len(reader.waited) == 2
    assert all(0 < seconds <= 60 for seconds in reader.waited)


@pytest.mark.parametrize(("asked", "waited"), [("7", 7.0), ("86400", 60.0), ("soon", 0.5)])
def test_retry_after_is_obeyed_up_to_a_minute(feed: Feed, asked: str, waited: float) -> None:
    feed.serve("/ho-so", files(1))
    feed.fail("/ho-so", FaultKind.STATUS, status=429, headers={"Retry-After": asked})
    reader = Reader(feed)
    reader.read()
    assert reader.waited == [pytest.approx(waited, abs=0.6)]


@pytest.mark.parametrize(
    ("document", "reason", "words"),
    [
        ({"Data": []}, "schema", "did you mean 'Data'"),
        ({"code": "401", "message": "token expired", "data": None}, "not_data", "token expired"),
        ({"data": {"a": 1}}, "not_data", "an object"),
        ({"data": [1, 2]}, "not_data", "numbers"),
    ],
)
def test_a_reply_without_a_list_of_records_says_what_is_there(
    feed: Feed, document: dict[str, Any], reason: str, words: str
) -> None:
    feed.serve("/ho-so", [], at="other", envelope=document)
    failure = Reader(feed).failure()
    assert failure.reason == reason
    assert words in str(failure)


def test_an_item_that_is_no_record_is_an_empty_row_and_a_note(feed: Feed) -> None:
    feed.serve("/ho-so", [*files(1), None])
    snapshot, pages = Reader(feed).read()
    assert pages[0].records[1] == ("page 1 #2", {})
    assert snapshot.notes == ["1 item is no record: page 1 #2: None"]


def test_fifty_megabytes_in_one_cell_are_cut_and_noted(feed: Feed) -> None:
    feed.serve("/ho-so", [{"MaHoSo": "A" * 50_000_000, "NgayHenTra": [{"x": "B" * 2_000_000}]}, *files(1)])
    snapshot, pages = Reader(feed).read()
    cut = pages[0].records[0][1]
    assert cut["MaHoSo"].startswith("AAA")
    assert len(cut["MaHoSo"]) < 300
    assert len(cut["NgayHenTra"][0]["x"]) < 300
    assert len(pages[0].records) == 2
    assert "50,000,000 characters" in snapshot.notes[0]


def test_pages_that_hold_fewer_than_the_total_are_incomplete(feed: Feed) -> None:
    feed.serve("/ho-so", files(2), paging=Paging(style="offset"), envelope={"total": "5"})
    snapshot, _ = Reader(feed, paging=Paging(style="offset", total="total")).read()
    assert not snapshot.complete
    assert "counts 5 records, its pages held" in snapshot.notes[0]


def test_a_total_that_is_not_there_is_named(feed: Feed) -> None:
    feed.serve("/ho-so", files(2))
    failure = Reader(feed, paging=Paging(style="page", total="meta.total")).failure()
    assert (failure.reason, "meta.total" in str(failure)) == ("schema", True)


@pytest.mark.parametrize("paging", [Paging(style="page"), Paging(style="offset"), Paging(style="cursor", next="next")])
def test_a_source_that_gives_the_same_page_for_ever_is_stopped(feed: Feed, paging: Paging) -> None:
    feed.serve("/ho-so", files(2), envelope={"next": "c"})  # takes no notice of any parameter
    failure = Reader(feed, paging=paging).failure()
    assert failure.reason == "incomplete"
    assert "does not end" in str(failure)
    assert len(feed.asked) == 2


def test_a_404_behind_the_last_page_ends_the_list(feed: Feed) -> None:
    paging = Paging(style="page", per_page=3)
    feed.serve("/ho-so", files(3), paging=paging)
    feed.fail("/ho-so", FaultKind.STATUS, after=1, status=404)
    reader = Reader(feed, paging=paging)
    assert len(reader.codes()) == 3
    assert "pages" not in reader.marks


@pytest.mark.parametrize(
    "more",
    [
        {"paging": Paging(style="link"), "headers": {"Link": '<http://evil.example/ho-so?x=1>; rel="next"'}},
        {"paging": Paging(style="cursor"), "envelope": {"next": "https://127.0.0.1/ho-so?x=1"}},
        {"paging": Paging(style="cursor"), "envelope": {"next": "//evil.example/ho-so"}},
    ],
)
def test_a_next_page_on_another_server_is_not_fetched(feed: Feed, more: dict[str, Any]) -> None:
    feed.serve("/ho-so", files(1), headers=more.get("headers", {}), envelope=more.get("envelope", {}))
    failure = Reader(feed, paging=more["paging"]).failure()
    assert failure.reason == "redirect"
    assert "another server" in str(failure)


FAR = {
    "another host": "https://evil.example/ho-so?page=2",
    "another port": "http://127.0.0.1:1/ho-so",
    "without a scheme": "//evil.example/ho-so",
    "another scheme": "https://127.0.0.1:{port}/ho-so",
    "the metadata of a cloud": "http://169.254.169.254/latest/meta-data/",
    "another way to write a host": "http://2130706433:{port}/ho-so",
    "a host behind a backslash": "http://127.0.0.1:{port}\\@evil.example/ho-so",
    "a host before a backslash": "http://evil.example\\@127.0.0.1:{port}/ho-so",
    "a login": "http://admin:hunter2@127.0.0.1:{port}/ho-so",
    "an empty login": "http://@127.0.0.1:{port}/ho-so",
    "a blank": "http://127.0.0.1:{port}/ho-so x",
}


@pytest.mark.parametrize("far", FAR.values(), ids=FAR)
@pytest.mark.parametrize("style", ["link", "cursor"])
def test_a_next_page_that_leads_astray_is_not_asked_for_and_the_key_stays_here(
    feed: Feed, far: str, style: Any
) -> None:
    far = far.format(port=feed.url().rstrip("/").rpartition(":")[2])
    headers = {"Link": f'<{far}>; rel="next"'} if style == "link" else {}
    feed.serve("/ho-so", files(1), headers=headers, envelope={"next": far})
    auth = Auth(kind="bearer", token=Secret("env:K", KEY))
    failure = Reader(feed, paging=Paging(style=style), auth=auth).failure()
    assert failure.reason in ("redirect", "not_data")
    assert not any(secret in str(failure) for secret in (KEY, "hunter2", "page=2"))
    assert len(feed.asked) == 1


def test_the_key_is_shown_to_the_configured_server_alone_whatever_is_asked(feed: Feed) -> None:
    """The last lock: where the walk through the pages is deceived, the login notices."""
    made = {"name": "n", "dataset": "files", "kind": "http", "url": feed.url("/ho-so"), "fields": FIELDS}
    auth = Auth(kind="bearer", token=Secret("env:K", KEY))
    with closing(Wire(SourceSettings.model_validate({**made, "auth": auth}), sleep=lambda _: None)) as wire:
        for url in (
            "http://localhost:1/x",
            "http://evil.example\\@127.0.0.1/x",
            feed.url("/x").replace("http", "https"),
        ):
            with pytest.raises(SourceFailed, match="another server"):
                wire.get(Ask(url), {})
    assert feed.asked == []


@pytest.mark.parametrize(
    ("url", "more", "reason", "words"),
    [
        ("http://10.1.2.3/x", {"auth": Auth(kind="bearer", token=Secret("env:K", KEY))}, "refused", "https"),
        (Secret("env:U", f"http://10.1.2.3/{KEY}"), {}, "refused", "https"),
        ("ftp://10.1.2.3/x", {}, "unreachable", "https://host/path"),
        ("", {}, "unreachable", "https://host/path"),
        (
            "http://127.0.0.1/x",
            {"auth": Auth(kind="bearer", token=Secret("env:K", f"{KEY}\n"))},
            "refused",
            "line break",
        ),
    ],
)
def test_what_must_not_go_out_is_stopped_before(
    feed: Feed, url: Any, more: dict[str, Any], reason: str, words: str
) -> None:
    failure = Reader(feed, url=url, **more).failure()
    assert failure.reason == reason
    assert words in str(failure)
    assert KEY not in str(failure)


def test_a_server_that_is_not_there_is_unreachable(feed: Feed) -> None:
    url = feed.url("/ho-so")
    feed.stop()
    reader = Reader(feed, url=url, retries=1)
    failure = reader.failure()
    assert failure.reason == "unreachable"
    assert "refused" in str(failure)
    assert len(reader.waited) == 1


def test_a_secret_address_stands_in_no_log(feed: Feed, caplog: pytest.LogCaptureFixture) -> None:
    feed.serve("/ho-so", files(1))
    feed.fail("/ho-so", FaultKind.HANG_UP)
    feed.fail("/ho-so", FaultKind.HALF)
    feed.fail("/ho-so", FaultKind.STATUS, status=503)
    with caplog.at_level("INFO"):
        assert Reader(feed, url=Secret("env:U", feed.url(f"/ho-so?key={KEY}"))).codes()
    assert KEY not in caplog.text


def test_a_reading_that_is_given_up_leaves_no_connection(feed: Feed) -> None:
    paging = Paging(style="page", size="n", per_page=3)
    feed.serve("/ho-so", files(9), paging=paging)
    with closing(Reader(feed, paging=paging).source.open({}, NOW)) as snapshot:
        next(snapshot.pages)
    gc.collect()  # a socket left open becomes a ResourceWarning, which is an error


def test_a_probe_says_what_the_first_page_holds(feed: Feed) -> None:
    feed.serve("/ho-so", files(5), paging=Paging(style="page", per_page=3))
    said = Reader(feed, paging=Paging(style="page", per_page=3)).source.probe(NOW).seen
    assert said.endswith("/ho-so: 3 records on the first page, columns MaHoSo, NgayHenTra, ChuHoSo")
