"""Write config.example.toml from the shapes: every key with its sentence and its default, to be read from top to bottom."""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic.fields import FieldInfo

from alertd.model.duration import Duration
from alertd.settings import example_assignments, example_index
from alertd.settings.kinds import Shape
from alertd.settings.shape_complaints import OWN, shape_of
from alertd.settings.shapes import Settings
from alertd.settings.source_shapes import SourceSettings

_HEAD = """\
# config.toml: everything that alertd is told about its site. `alertd init` writes this file; `alertd check` reads it back.
#
# Required are [units], one [[sources]], and what its channels need; every other line shows its default.
# A line that begins with # and no space is off: take the # away and fill it in.
# Paths start at the folder of this file. A secret never stands here: write { env = "NAME" } or { file = "PATH" }.
# A duration is a whole number and s, m, h or d ("15m", "2h"), or "n working days", "n working hours".
"""

_ABOUT = {
    "site": "Whose alertd this is.",
    "store": "Where alertd keeps what it knows.",
    "calendar": "Working days and office hours.",
    "units": "Tables of units and people, CSV with a header, comma or semicolon.",
    "rules": "What is found.",
    "templates": "How it is said.",
    "announcements": "Periods of the law on procedures; a decree that changes them is followed here.",
    "telegram": "Telegram as a way out and in.",
    "email": "E-mail as a way out.",
    "email.bounces": "Where mail servers report what was not delivered: the address is out of use then, the next way is taken.",
    "http": "One plain POST as a way out, for an SMS or Zalo gateway.",
    "guard": "The brake on the output: a cycle that exceeds it is held until the office releases or discards it.",
    "digest": "The daily digest.",
    "office": "The city office: city digest, disputes, warnings of alertd itself.",
    "index": "The index of Decision 766: how it is counted.",
    "sync": "The city's copy of a file and the national portal's: which sources they are, and how soon they have to agree.",
    "online": "Targets of online filing.",
    "changes": "Changes of due dates and ends that have to be explained.",
    "apologies": "Drafts of apologies for late files; nothing is ever sent to a citizen.",
    "disputes": "A head who finds a figure wrong.",
    "bulletin": "The monthly bulletin.",
    "run": "The daemon's pace.",
}
# What is written where there is no default, or none that shows anything; without `on` the line is off.
_FILLED = {
    "contacts": '"contacts.csv"',
    "successors": '"successors.csv"',
    "owners": '"owners.csv"',
    "targets": '"targets.csv"',
}
_OFF = {
    ("telegram", "token"): '{ env = "ALERTD_TELEGRAM_TOKEN" }',
    ("email", "password"): '{ env = "ALERTD_MAIL_PASSWORD" }',
    ("email", "ca_file"): '"ca.pem"',
    ("bounces", "password"): '{ env = "ALERTD_BOUNCES_PASSWORD" }',
    ("bounces", "folder"): '"bounces"',
    ("auth", "token"): '{ env = "CITY_TOKEN" }',
    ("auth", "password"): '{ env = "CITY_PASSWORD" }',
    ("times", "timezone"): '"Asia/Ho_Chi_Minh"',
    ("sync", "since"): "2026-10-01",
}
_HINTS = {("http", "headers"): 'like { Authorization = { env = "GATEWAY_KEY" } }'}

_INDEX_ONLY = ("reply", "index")
_SHEET_ONLY = ("path", "pick", "sheet", "delimiter")
_ONE_STOP = {
    "name": '"one-stop"',
    "dataset": '"files"',
    "kind": '"http"',
    "authority": "10",
    "url": '"https://one-stop.example.gov.vn/ho-so"',
    "records": '"data"',
    "stale_after": '"2h"',
    "style": '"page"',
    "size": '"pageSize"',
    "auth.kind": '"bearer"',
    "token": '{ env = "CITY_TOKEN" }',
    "format": '"%Y%m%d%H%M%S"',
    "timezone": '"Asia/Ho_Chi_Minh"',
}
_ONE_STOP_FIELDS = """\
code = "MaHoSo"
unit = "DonViXuLy"                   # a unit's code, or its full name as in units.csv
procedure = "MaTTHC"
status = "TrangThaiHoSo"
channel = "KenhThucHien"
submitted_at = "NgayNopHoSo"
accepted_at = "NgayTiepNhan"
due_at = "NgayHenTra"
ended_at = "NgayKetThucXuLy"
returned_at = "NgayTra"
# count, first or last of a list inside the record
supplement_requests = { count = "DanhSachHoSoBoSung" }
supplement_requested_at = { last = "DanhSachHoSoBoSung", field = "NgayBoSung" }
supplement_answered_at = { last = "DanhSachHoSoBoSung", field = "NgayTiepNhanBoSung" }
"""
_ONE_STOP_VALUES = """\
[sources.values.status]
"1" = "registered"
"2" = "accepted"
"3" = "refused"
"4" = "processing"
"5" = "supplement"
"6" = "payment"
"7" = "withdrawn"
"8" = "stopped"
"9" = "done"
"10" = "returned"

[sources.values.channel]
"1" = "counter"
"2" = "online"
"3" = "post"
"""
_SHEET = {
    "name": '"drop folder"',
    "dataset": '"announcements"',
    "kind": '"spreadsheet"',
    "path": '"inbox/*.xlsx"',
    "every": '"1h"',
    "stale_after": '"5 working days"',
}
_SHEET_FIELDS = """\
procedure = "Mã TTHC"
name = "Tên TTHC"
field = "Lĩnh vực"
legal_text = "Văn bản QPPL"
in_force_on = "Ngày hiệu lực"
fast_track = "Rút gọn"
decision = "Số QĐ công bố"
decided_on = "Ngày ký QĐ"
announced_on = "Ngày công bố"
published_on = "Ngày công khai"

[sources.values.fast_track]
"có" = "true"
"không" = "false"
"""
_DATABASE = {
    "name": '"procedure catalogue"',
    "dataset": '"procedures"',
    "kind": '"database"',
    "url": '{ env = "CATALOGUE_DATABASE_URL" }',
    "query": '"select ma, ten, linh_vuc, don_vi, day_du from thu_tuc"',
    "every": '"1d"',
    "stale_after": '"2 working days"',
}
_DATABASE_FIELDS = """\
code = "ma"
name = "ten"
field = "linh_vuc"
unit = "don_vi"
content_complete = "day_du"
"""


def example_toml() -> str:
    parts = [_HEAD]
    for name, field in Settings.model_fields.items():
        if name == "sources":
            parts += _sources()
        elif name not in OWN and (shape := shape_of(field.annotation)):
            parts.append(f"# {_ABOUT[name]}\n[{name}]\n" + _lines(shape, name, _FILLED))
            for key, inner in shape.model_fields.items():
                if part := shape_of(inner.annotation):
                    parts.append(f"# {_ABOUT[f'{name}.{key}']}\n[{name}.{key}]\n" + _lines(part, key, _FILLED))
    return "\n".join(parts)


def _sources() -> Iterator[str]:
    everything = set(SourceSettings.model_fields)
    yield (
        "# Where the data comes from: one [[sources]] each. This one asks a system over HTTP, page by page;\n"
        "# keys that it shares with the other kinds are explained here alone.\n"
        + _source(_ONE_STOP, everything - {*_SHEET_ONLY, *_INDEX_ONLY, "query"}, _ONE_STOP_FIELDS)
        + f"\n# {SourceSettings.model_fields['values'].description}\n{_ONE_STOP_VALUES}"
    )
    yield (
        "# This one reads what an office drops into a folder: .csv, .csv.gz or .xlsx.\n"
        + _source(_SHEET, {*_SHEET, *_SHEET_ONLY, "times", "fields"}, _SHEET_FIELDS)
    )
    database = _source(_DATABASE, {*_DATABASE, "fields"}, _DATABASE_FIELDS)
    yield "# This one runs a SELECT; it is off.\n" + "".join(_off(line) for line in database.splitlines(keepends=True))
    assigned = _source(example_assignments.SETTINGS, example_assignments.KEYS, example_assignments.FIELDS)
    yield example_assignments.HEAD + "".join(_off(line) for line in assigned.splitlines(keepends=True))
    index = _source(example_index.SETTINGS, example_index.KEYS, "") + example_index.TAIL
    yield example_index.HEAD + "".join(_off(line) for line in index.splitlines(keepends=True))


def _off(line: str) -> str:
    return line if line.startswith("# ") or not line.strip() else f"#{line}"


def _source(written: Mapping[str, str], keys: Collection[str], fields: str) -> str:
    """One [[sources]]: its plain keys, then its tables (what follows a table's header belongs to the table)."""
    text = "[[sources]]\n" + _lines(SourceSettings, "sources", written, keys)
    for name, field in SourceSettings.model_fields.items():
        shape = shape_of(field.annotation)
        if name in keys and name == "fields":
            text += f"\n# {field.description}\n[sources.fields]\n{fields}"
        elif name in keys and shape is not None and issubclass(shape, Shape):
            text += f"\n# {field.description}\n[sources.{name}]\n" + _lines(shape, name, written)
    return text


def _lines(shape: type[Shape], table: str, written: Mapping[str, str], keys: Collection[str] | None = None) -> str:
    text = ""
    for name, field in shape.model_fields.items():
        if (keys is not None and name not in keys) or shape_of(field.annotation) or name in ("fields", "values"):
            continue
        text += f"# {field.description}\n{_line(name, field, table, written)}\n"
    return text


def _line(name: str, field: FieldInfo, table: str, written: Mapping[str, str]) -> str:
    # of two tables that both have the key (a source's kind, its auth's), the inner is named in full
    given = written.get(f"{table}.{name}") or (written.get(name) if table != "auth" or name != "kind" else None)
    if given is not None:
        return f"{name} = {given}"
    if (table, name) in _OFF:
        return f"#{name} = {_OFF[table, name]}"
    hint = f"  # {_HINTS[table, name]}" if (table, name) in _HINTS else ""
    return f"{name} = {_toml(field.get_default(call_default_factory=True))}{hint}"


def _toml(value: Any) -> str:
    match value:
        case None:
            return '""'
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case time():
            return f'"{value:%H:%M}"'
        case (time() as begin, time() as end):
            return f'"{begin:%H:%M}-{end:%H:%M}"'
        case date() | Duration() | Path() | ZoneInfo():
            return f'"{value}"'
        case tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case {}:
            return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }" if value else "{}"
        case str() if '"' in value and "'" not in value:
            return f"'{value}'"
        case _:
            return json.dumps(value, ensure_ascii=False)
