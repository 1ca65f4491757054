"""The exact words of faults in settings, tables and the site, English and Vietnamese, kept whole beside the tests."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from difflib import unified_diff
from pathlib import Path

import pytest

from alertd import wiring
from alertd.check.salvage import settings_and_faults
from alertd.check.site import in_order, located, misfits
from alertd.errors import Fault, Misconfigured, Said
from alertd.model.clock import Clock
from alertd.settings.load import warnings_of
from alertd.settings.tables import load_directory
from tests.unit.test_settings_faults import ONE_FAULT, faults, secrets  # noqa: F401 - a fixture

TEXTS = Path(__file__).parent / "texts"
WRITE = "ALERTD_GOLDEN"  # set to `write`, the files are made anew; read the difference before it is committed

CONFIG = """\
folder = "/x"
[site]
language = "fr"
name = 5
timezone = "Asia/Hanoi"
[store]
url = "mysql://alertd:hunter2@db/x"
[calendar]
country = "vn"
weekend = ["sat", "CN"]
days_off = ["2026-03-02", "2026-02-31"]
roll_forward = "perhaps"
office_hours = ["17:00-07:30"]
[digest]
att = "07:30"
at = "25:00"
host = "x"
[run]
lease = "0s"
[email]
host = "mail.example"
port = 99999
security = "none"
username = "a"
[telegram]
token = "1:hunter2"
[http]
url = "gateway/send"
headers = { Authorization = "hunter2" }
timeout = 30
[[sources]]
name = "one-stop"
dataset = "file"
kind = "http"
url = "http://city.example/ho-so?access_token=hunter2"
every = "15"
max_drop = 1.5
as_of = "yesterday"
[sources.auth]
kind = "bearer"
token = { env = "NOT_SET" }
[sources.times]
format = "dd/mm/yyyy"
[sources.fields]
code = "Ma"
[[sources]]
name = "one-stop"
dataset = "files"
kind = "spreadsheet"
as_of = { header = "Date" }
sign_of_life = "1 working days"
[sources.fields]
unit = { count = "A" }
due_date = "Hen"
is_open = "Mo"
[sources.values.status]
"4" = "processing"
[[sources]]
dataset = "files"
kind = "database"
[sources.fields]
code = ""
"""
WORKS = """\
[units]
contacts = "contacts.csv"
successors = "successors.csv"
owners = "owners.csv"
[office]
unit = "H26.PV"
[telegram]
token = { env = "BOT" }
[[sources]]
name = "one-stop"
dataset = "files"
kind = "spreadsheet"
path = "*.csv"
[sources.fields]
code = "Ma"
supplement_requested_at = "Yeu cau"
"""
UNITS = """\
code,name,kind,parent,valid_from,valid_to,phone
H26,UBND Thành phố,,,,,
H26.VP,Văn phòng,,H26,,,
H26.VP,Văn phòng UBND,,H26,,,
H26.1,Phường Một,,H26.V,2026-07-01,30/06/2026,
H26.2,,,H26,2025,,
H26.3,Phường Hòa,,H26.3,,,
H26.4,Phường Hoà,,H26,,,
H26.5,"Phường Năm, quận Ba",,H26.V,,,
H26.6,Phường Sáu,,H26,,,,Ba
"""
CONTACTS = """\
unit,role,name,title,email,language,from,to
H26.9,boss,,,not an address,fr,31/02/2026,
H26.3,head,Nguyễn Lan,,lan@h.example,,,
H26.3,head,Trần Minh,,minh@h.example,,,
"""
SUCCESSORS = "unit,field,successor,from\nH26.3,,H26.4,\nH26.4,,H26.3,\n"
OWNERS = "field,stage,unit,from,to\nĐất đai,tell,H26.3,,\nY tế,announce,H26.3,,\nY tế,announce,H26.4,,\n"
RULE = """\
id: late
title: {vi: Hồ sơ quá hạn, en: Late files}
dataset: files
when: [is_open, apology_at is null]
level: warning
to: unit_head
"""
FEE = (
    RULE.replace("id: late", "id: fee")
    .replace("files", "procedures")
    .replace("[is_open, apology_at is null]", "fee is null")
)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("NOT_SET", raising=False)
    monkeypatch.setenv("BOT", "hunter2")
    for name, text in (
        ("config.toml", WORKS), ("units.csv", UNITS), ("contacts.csv", CONTACTS), ("successors.csv", SUCCESSORS),
        ("owners.csv", OWNERS), ("rules/late.yaml", RULE), ("rules/fee.yaml", FEE),
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def golden(name: str, faults: list[Fault], folder: Path) -> None:
    """Each fault in English and Vietnamese, with its place and length, as in texts/settings_faults/NAME.txt."""
    lines = []
    for fault in in_order(faults, folder):
        assert "hunter2" not in fault.said("en") + fault.said("vi")
        lines += [f"{language}: {fault.said(language)}" for language in ("en", "vi")]
        lines.append(f"    +{fault.length}{' warning' if fault.warning else ''}")
    path = TEXTS / "settings_faults" / f"{name}.txt"
    if os.environ.get(WRITE) == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert path.exists(), f"{path} is missing; {WRITE}=write makes it"
    known = path.read_text(encoding="utf-8").splitlines()
    assert lines == known, "\n".join(unified_diff(known, lines, str(path), "now", lineterm=""))


def untranslated(faults: list[Fault]) -> Iterator[str]:
    for fault in faults:
        for said in (fault.what, fault.cure):
            if said and not (isinstance(said, Said) and said.vi and said.vi != said):
                yield said


def test_the_faults_of_a_config(site: Path) -> None:
    (site / "config.toml").write_text(CONFIG, encoding="utf-8")
    _, faults, whole = settings_and_faults(site / "config.toml")
    assert not whole
    assert list(untranslated(faults)) == []
    golden("config", faults, site)


def test_the_faults_of_units_people_successors_and_owners(site: Path) -> None:
    settings, _, _ = settings_and_faults(site / "config.toml")
    _, faults = load_directory(settings)
    assert list(untranslated(faults)) == []
    golden("tables", list(located(settings, faults)), site)


def test_the_faults_of_tables_that_cannot_be_read(site: Path) -> None:
    settings, _, _ = settings_and_faults(site / "config.toml")
    (site / "units.csv").write_text(UNITS[:90], encoding="utf-8")
    (site / "contacts.csv").write_text("unit,role,role\n", encoding="utf-8")
    (site / "successors.csv").write_text('unit,field,successor\nH26,"x', encoding="utf-8")
    (site / "owners.csv").unlink()
    _, faults = load_directory(settings)
    (site / "units.csv").write_bytes(b"\xff")
    faults += load_directory(settings)[1]
    (site / "units.csv").write_text("", encoding="utf-8")
    faults += load_directory(settings)[1]
    (site / "units.csv").write_text("code,name\n", encoding="utf-8")
    faults += load_directory(settings)[1]
    (site / "units.csv").unlink()
    faults += load_directory(settings)[1]
    assert list(untranslated(faults)) == []
    golden("tables_unread", faults, site)


def test_what_does_not_fit_together(site: Path) -> None:
    settings, _, _ = settings_and_faults(site / "config.toml")
    directory, _ = load_directory(settings)
    rules, _ = wiring.rules_of(settings, directory, wiring.templates_of(settings))
    faults = [*warnings_of(settings), *misfits(settings, directory, rules)]
    with pytest.raises(Misconfigured) as raised:
        wiring.channels_of(settings, Clock(lambda: datetime(2026, 10, 5, tzinfo=UTC), float, print))
    faults += raised.value.faults
    assert list(untranslated(faults)) == []
    golden("site", list(located(settings, faults)), site)


def test_drafts_for_a_rule_that_is_not_there_are_warned_of(site: Path) -> None:
    path = site / "config.toml"
    path.write_text(path.read_text(encoding="utf-8") + '\n[apologies]\nrules = ["lat", "fee"]\n', encoding="utf-8")
    settings, _, _ = settings_and_faults(path)
    directory, _ = load_directory(settings)
    rules, _ = wiring.rules_of(settings, directory, wiring.templates_of(settings))
    said = [fault.said("vi") for fault in misfits(settings, directory, rules) if "apologies" in fault.what]
    assert ["không có quy tắc 'lat'; có phải là 'late'?" in said[0], "'fee' không về hồ sơ" in said[1]] == [True, True]


def test_a_title_that_is_mapped_without_being_public_is_warned_of_and_not_taken(site: Path) -> None:
    path = site / "config.toml"
    source = """
[[sources]]
name = "vb"
dataset = "assignments"
kind = "spreadsheet"
path = "vb/*.csv"
{public}
fields = {{ code = "So", title = "TrichYeu" }}
"""
    text = path.read_text(encoding="utf-8")
    for public, warned in (("", 1), ("public_titles = true", 0)):
        path.write_text(text + source.format(public=public), encoding="utf-8")
        settings, _, _ = settings_and_faults(path)
        found = [fault for fault in warnings_of(settings) if "sources[vb].fields.title" in fault.what]
        assert [fault.warning for fault in found] == [True] * warned
        assert list(untranslated(found)) == []
        assert ("title" in settings.sources[-1].taken) is not bool(warned)


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize("text", [text for text, _ in ONE_FAULT.values()], ids=ONE_FAULT)
def test_no_fault_of_a_config_is_said_in_one_language_alone(tmp_path: Path, text: str) -> None:
    assert list(untranslated(faults(tmp_path, text))) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bare", "[units]\nfile = units.csv\n"),
        ("true", "[units]\nfile = True\n"),
        ("twice", "[units]\n[units]\n"),
        ("brackets", "x = " + "[" * 5000),
        ("number", f"x = {'9' * 5000}\n"),
        ("quote", '[site]\nname = "Hà Nội\n'),
        ("header", "[units\n"),
        ("equals", "[site]\nname\n"),
    ],
)
def test_what_is_no_toml(site: Path, name: str, text: str) -> None:
    (site / "config.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured) as raised:
        settings_and_faults(site / "config.toml")
    assert list(untranslated(list(raised.value.faults))) == []
    golden(f"toml_{name}", list(raised.value.faults), site)
