"""How the index is asked for over HTTP: one POST per period, tried again like a GET, and what stands in the way of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from alertd.due import poll_is_due
from alertd.errors import SourceFailed
from alertd.intake.sources.http import HttpSource
from alertd.settings.secret import Secret
from alertd.settings.source_shapes import SourceSettings
from alertd.store.database import Store
from tests.integration.intake_site import HANOI, Intake, settings_of
from tests.portal import Page, Portal

LAST_EVENING = datetime(2026, 9, 30, 18, tzinfo=UTC)  # in Hanoi it is October already
ROWS = [{"MA_COQUAN": "H26", "TONG_SCORE": "54.79", "TDGQ": ""}]
BODY = {"session": Secret("env:S", "s3cret"), "of": {"ky": "{period}"}, "thang": "{month_number}"}


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal() as portal:
        portal.answers["/rows"] = lambda _: ROWS
        yield portal


def settings(portal: Portal, **more: Any) -> SourceSettings:
    made = {"name": "portal", "dataset": "index_readings", "kind": "http", "url": portal.url("/rows"), "retries": 2}
    made |= {"reply": "index_rows", "method": "POST", "body": BODY, "index": {"running": "month"}}
    return SourceSettings.model_validate({**made, **more})


def read(portal: Portal, marks: dict[str, str] | None = None, **more: Any) -> tuple[Any, list[Any], list[float]]:
    waited: list[float] = []
    snapshot = HttpSource(settings(portal, **more), sleep=waited.append, zone=HANOI).open(marks or {}, LAST_EVENING)
    return snapshot, [row for page in snapshot.pages for row in page.records], waited


def test_one_post_goes_out_per_period_of_the_sites_own_month_with_the_body_filled_in(portal: Portal) -> None:
    snapshot, rows, _ = read(portal)
    assert [json.loads(asked.body) for asked in portal.asked] == [
        {"session": "s3cret", "of": {"ky": "2026-10"}, "thang": "10"},
        {"session": "s3cret", "of": {"ky": "2026-09"}, "thang": "9"},
    ]
    assert {asked.headers["Content-Type"] for asked in portal.asked} == {"application/json"}
    assert [(place, raw["period"], raw["indicator"], raw["score"]) for place, raw in rows] == [
        ("2026-10 #1", "2026-10", "TDGQ", ""),
        ("2026-10 #2", "2026-10", "TOTAL", "54.79"),
        ("2026-09 #1", "2026-09", "TDGQ", ""),
        ("2026-09 #2", "2026-09", "TOTAL", "54.79"),
    ]
    again, rows, _ = read(portal, snapshot.marks)
    assert (again.unchanged, rows) == (True, [])
    assert not any("If-None-Match" in asked.headers for asked in portal.asked)


def test_the_same_figures_under_another_period_are_news(portal: Portal) -> None:
    snapshot, _, _ = read(portal)
    source = HttpSource(settings(portal), sleep=lambda _: None, zone=HANOI)
    later = source.open(snapshot.marks, LAST_EVENING + timedelta(days=31))
    assert {raw["period"] for page in later.pages for _, raw in page.records} == {"2026-11", "2026-10"}


def test_a_form_is_sent_as_one_with_objects_as_json(portal: Portal) -> None:
    read(portal, body_as="form", body={"params": {"p_nam": "{year}"}, "type": "ref"}, index={"periods": ["2025"]})
    (asked,) = portal.asked
    assert dict(parse_qsl(asked.body)) == {"params": '{"p_nam": "2025"}', "type": "ref"}
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_post_of_a_plain_list_carries_its_body_on_every_page(portal: Portal) -> None:
    portal.answers["/list"] = lambda asked: ROWS if "page=1" in asked.path else []
    fields = {"period": "ky", "unit": "MA_COQUAN", "indicator": "TONG_SCORE"}
    more: dict[str, Any] = {
        "reply": "records",
        "fields": fields,
        "body": {"a": 1},
        "index": {},
        "paging": {"style": "page"},
    }
    _, rows, _ = read(portal, url=portal.url("/list"), **more)
    assert len(rows) == 1
    assert [(asked.method, asked.body) for asked in portal.asked] == [("POST", '{"a": 1}')] * 2


def test_a_post_is_tried_again_like_a_get(portal: Portal) -> None:
    replies = [Page(b"busy", 503, "text/html"), Page(b"busy", 429, "text/plain"), ROWS]
    portal.answers["/rows"] = lambda _: replies.pop(0)
    _, rows, waited = read(portal, index={"periods": ["2026-09"]})
    assert (len(rows), len(waited), len(portal.asked)) == (2, 2, 3)


CAPTCHA = b"<html><script src='https://x/recaptcha/api.js'></script>"
LOGIN = b"<html><form><input type='password'></form>"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Page(CAPTCHA), "captcha"),
        (Page(CAPTCHA, 403), "captcha"),
        (Page(CAPTCHA, 503), "captcha"),
        (Page(CAPTCHA, 429), "captcha"),
        (Page(LOGIN), "login"),
        (Page(LOGIN, 401), "refused"),
        ({"code": "UNAUTHORIZED", "message": "token s3cret expired", "data": None}, "login"),
        ({"code": "CAPTCHA_REQUIRED"}, "captcha"),
        ({"code": "ERR", "message": "no such period"}, "refused"),
        ({"data": {}}, "schema"),
    ],
)
def test_what_stands_in_the_way_is_named_and_not_tried_again(portal: Portal, reply: Any, reason: str) -> None:
    portal.answers["/rows"] = lambda _: reply
    with pytest.raises(SourceFailed) as raised:
        read(portal)
    assert raised.value.reason == reason
    assert len(portal.asked) == 1
    assert "s3cret" not in str(raised.value) + raised.value.vi


def test_a_source_that_met_a_wall_is_due_again_after_an_hour_at_the_earliest(store: Store) -> None:
    site = Intake(store, settings=settings_of(dataset="files", every="15m"))
    begun, source = site.now, site.settings
    for reason, is_due in (("captcha", False), ("login", False), ("unreachable", True)):
        site.now = begun
        site.source.fails = SourceFailed(reason, "told")
        site.poll(hours=0)
        assert poll_is_due(store, source, begun + timedelta(minutes=16)) is is_due
        assert poll_is_due(store, source, begun + timedelta(minutes=61))
