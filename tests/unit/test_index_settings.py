"""Sources of the index in config.toml: what need not be written, and every way to write it wrongly, in both languages."""

import os
from pathlib import Path

import pytest

from alertd.errors import Said
from alertd.settings.load import load_settings
from tests.unit.test_settings_faults import GOOD, faults, write

ROWS = """\
[[sources]]
name = "portal"
dataset = "index_readings"
kind = "http"
url = "https://portal.example/rest.jsp?ky={period}"
reply = "index_rows"
index = { running = "month" }
"""
URL, INDEX, REPLY = (
    'url = "https://portal.example/rest.jsp?ky={period}"',
    'index = { running = "month" }',
    'reply = "index_rows"',
)


def test_a_reply_of_the_index_needs_no_fields_and_its_absence_means_nothing(tmp_path: Path) -> None:
    source = load_settings(
        write(tmp_path, GOOD + ROWS + 'covers = "all"\n[sources.values.unit]\n"H00" = "H26"\n')
    ).sources[1]
    assert {"period", "unit", "indicator", "score", "rank", "computed_at", "quality"} <= set(source.fields)
    assert source.covers == "changes"
    assert (source.index.running, source.index.before) == ("month", 1)


def test_a_body_may_hold_secrets_by_reference_at_any_depth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SESSION", "s3cret")
    body = (
        'method = "POST"\nbody = { session = { env = "PORTAL_SESSION" }, of = { key = { env = "PORTAL_SESSION" } } }\n'
    )
    source = load_settings(write(tmp_path, GOOD + ROWS + body)).sources[1]
    assert source.body["session"].reveal() == source.body["of"]["key"].reveal() == "s3cret"
    assert "s3cret" not in repr(source)


# What stands in ROWS, what somebody wrote instead, and what he reads: what and cure, English; a part of the Vietnamese.
WRONG = {
    "no period": (
        INDEX,
        "",
        "portal].index: index.running is missing",
        'write index = { running = "month" }',
        "thiếu index.running",
    ),
    "a period that is none": (
        INDEX,
        'index = { periods = ["9/2024"] }',
        "'9/2024' is no period",
        "write it like 2024-09, 2024-Q3 or 2024",
        "không phải là kỳ số liệu",
    ),
    "a word that is none": (
        INDEX,
        'index = { running = "week" }',
        "unknown word",
        "one of '', 'month', 'quarter' or 'year'",
        "không có từ này",
    ),
    "the same request for each": (
        URL,
        'url = "https://portal.example/rest.jsp"',
        "2 periods would be asked for by the same request",
        "write {period}, or {year} and {month}, where url, parameters or body names the period",
        "2 kỳ số liệu sẽ cùng một câu hỏi",
    ),
    "an unknown placeholder": (
        URL,
        'url = "https://portal.example/rest.jsp?ky={peroid}"',
        "no placeholder {peroid}",
        "did you mean 'period'?",
        "không có chỗ điền {peroid}",
    ),
    "a month of a year": (
        INDEX,
        'index = { running = "year" }\nparameters = { thang = "{month}" }',
        "{month} says nothing of a year",
        "one of first_day, last_day, period, year",
        "{month} không có nghĩa với một năm",
    ),
    "a placeholder in the host": (
        URL,
        'url = "https://{year}.portal.example/"',
        "a placeholder in the server's name",
        "write it behind the server's name",
        "chỗ điền nằm trong tên máy chủ",
    ),
    "fields": (
        INDEX,
        INDEX + '\nfields = { period = "Ky", unit = "DonVi", indicator = "ChiSo" }',
        "what this reply gives is known",
        "leave [sources.fields] out",
        "đã biết các trường",
    ),
    "pages": (
        INDEX,
        INDEX + '\npaging = { style = "page" }',
        "a reply of the index has no pages",
        "leave it out",
        "không chia trang",
    ),
    "another dataset": (
        'dataset = "index_readings"',
        'dataset = "files"',
        "index_rows gives readings of the index",
        'write dataset = "index_readings"',
        "cho số liệu Bộ chỉ số",
    ),
    "a table": (
        'kind = "http"',
        'kind = "spreadsheet"\npath = "x.csv"',
        "only http has replies, not spreadsheet",
        "leave reply out, and write the columns under [sources.fields]",
        "chỉ nguồn http mới có reply",
    ),
    "a body of a GET": (
        INDEX,
        INDEX + "\nbody = { a = 1 }",
        "a GET has no body",
        'write method = "POST"',
        "GET không gửi kèm nội dung",
    ),
    "a secret in the body": (
        INDEX,
        INDEX + '\nmethod = "POST"\nbody = { of = { api_key = "hunter2" } }',
        "a secret in config.toml itself",
        'write { env = "NAME" }',
        "ghi trực tiếp trong config.toml",
    ),
    "an unknown group": (
        INDEX,
        'index = { running = "month", group = "CKBM" }',
        "unknown group 'CKBM'",
        "did you mean 'CKMB'?",
        "không có nhóm chỉ số",
    ),
    "an unknown reply": (
        REPLY,
        'reply = "tree"\nfields = { period = "a", unit = "b", indicator = "c" }',
        "unknown word",
        "one of 'records', 'index_rows' or 'index_evaluation'",
        "không có từ này",
    ),
    "periods of a list": (
        REPLY,
        'fields = { period = "a", unit = "b", indicator = "c" }',
        "periods are asked for of the index alone",
        'write reply = "index_rows" | "index_evaluation"',
        "mới hỏi theo kỳ",
    ),
}


@pytest.mark.parametrize(("there", "instead", "what", "cure", "vi"), WRONG.values(), ids=WRONG)
def test_one_mistake_is_one_fault_with_its_cure_in_both_languages(
    tmp_path: Path, there: str, instead: str, what: str, cure: str, vi: str
) -> None:
    assert there in ROWS
    (found,) = faults(tmp_path, GOOD + ROWS.replace(there, instead))
    assert what in found.what
    assert found.cure == cure
    assert isinstance(found.what, Said)
    assert isinstance(found.cure, Said)
    assert vi in found.what.vi
    assert found.line > GOOD.count("\n")
    assert "hunter2" not in found.what + found.cure
    assert os.linesep not in found.what
