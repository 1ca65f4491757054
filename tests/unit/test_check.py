"""What check and doctor say, without a store: modes of files, heads, calendar, probes side by side, half a config."""

import re
import threading
from datetime import date
from pathlib import Path

import pytest

from alertd.check import calendar, modes, people
from alertd.check.health import Health, Seen, fault, ok
from alertd.check.probing import Probe, run
from alertd.check.salvage import settings_and_faults
from alertd.check.site import in_order
from alertd.cli.health_view import lines
from alertd.errors import CannotRun, Fault, Misconfigured
from alertd.model.directory import Contact, Directory, UnitRow
from alertd.model.reach import Instead
from alertd.model.words import ChannelName, Role
from alertd.settings.load import load_settings
from alertd.settings.shapes import Settings

CONFIG = """\
[units]
file = "units.csv"
contacts = "contacts.csv"
[[sources]]
name = "drop"
dataset = "files"
kind = "spreadsheet"
path = "inbox/*.csv"
[sources.fields]
code = "Ma"
"""


def site(folder: Path, more: str = "") -> Settings:
    config = folder / "config.toml"
    config.write_text(more + CONFIG, encoding="utf-8")
    return load_settings(config)


def directory(*contacts: Contact) -> Directory:
    units = (
        UnitRow("H26.VP", "Văn phòng", "office"),
        UnitRow("H26.1", "Sở Xây dựng"),
        UnitRow("H26.2", "Phường Ba Đình"),
        UnitRow("H26.9", "Quận Ba Đình", valid_to=date(2025, 6, 30)),
    )
    return Directory(units, contacts, office="H26.VP")


OPEN = {
    "token": 0o640,
    "units.csv": 0o666,
    "rules/a.yaml": 0o646,
    "rules/b.yaml": 0o602,
    "rules/c.yaml": 0o640,
    "alertd.db": 0o600,
    "alertd.db-wal": 0o644,
    "alertd.db.before-restore-x": 0o604,
    "alertd.env": 0o644,
}
HEAD = Contact("H26.1", Role.HEAD, "An", email="an@hanoi.example")
OFFICE = Contact("H26.VP", Role.HEAD, "Vân", email="vp@hanoi.example")
NO_ADDRESS = Contact("H26.2", Role.HEAD, "Bình")


def test_a_unit_whose_head_nobody_can_reach_is_named_with_the_reason_and_ended_units_are_not() -> None:
    reach = people.by_tables(directory(HEAD, OFFICE, NO_ADDRESS), date(2026, 10, 5), [ChannelName.EMAIL])
    (silent,) = people.unheard(reach)
    assert (silent.unit, silent.why) == ("H26.2", Instead.NOT_REACHABLE)
    office, units = people.heads(reach)
    assert office.health is Health.OK
    assert "1 of 3 units" in units.what
    assert "H26.2 Phường Ba Đình (no address works)" in units.what


def test_an_office_that_nobody_reaches_is_a_fault_and_its_units_are_counted_all_the_same() -> None:
    reach = people.by_tables(directory(HEAD, OFFICE), date(2026, 10, 5), [ChannelName.HTTP])
    office, units = people.heads(reach)
    assert office.health is Health.FAULT
    assert [each.why for each in people.unheard(reach)] == [Instead.NOT_REACHABLE, Instead.NO_HEAD]
    assert units.health is Health.WARNING


@pytest.mark.parametrize(
    ("today", "health"),
    [("2026-06-30", Health.OK), ("2026-11-15", Health.WARNING), ("2027-01-04", Health.WARNING)],
)
def test_a_calendar_that_ends_soon_or_has_ended_is_reported_with_the_year_to_confirm(
    tmp_path: Path, today: str, health: Health
) -> None:
    seen = calendar.confirmed(site(tmp_path), date.fromisoformat(today))
    assert seen.health is health
    assert ('confirmed_until = "2027-12-31"' in seen.cure) is (health is Health.WARNING)


def test_days_of_the_config_that_say_nothing_new_are_named_and_true_ones_are_not(tmp_path: Path) -> None:
    days = "days_off = [2026-01-01, 2026-10-03, 2026-10-06]\ndays_worked = [2026-10-05, 2026-01-10, 2026-02-17]\n"
    said = [seen.what for seen in calendar.own_days(site(tmp_path, f"[calendar]\n{days}"), date(2026, 10, 5))]
    assert len(said) == 3
    assert "2026-01-01 is one already" in said[0]
    assert "2026-10-03 falls on a weekend" in said[1]
    assert "2026-10-05 is a working day anyway" in said[2]


def test_a_day_known_by_hearsay_is_named_until_the_config_confirms_it(tmp_path: Path) -> None:
    today = date(2025, 12, 1)
    hearsay = [seen.what for seen in calendar.own_days(site(tmp_path), today)]
    assert [what[:10] for what in hearsay] == ["2026-01-02", "2026-01-10"]
    own = "[calendar]\ndays_off = [2026-01-02]\ndays_worked = [2026-01-10]\n"
    assert list(calendar.own_days(site(tmp_path, own), today)) == []


def test_files_that_others_can_read_or_change_are_named(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("424242:abc", encoding="utf-8")
    token.chmod(0o600)
    settings = site(tmp_path, '[telegram]\ntoken = { file = "token" }\n')
    (tmp_path / "units.csv").write_text("code,name\n", encoding="utf-8")
    rules = tmp_path / "rules"
    rules.mkdir()
    for path, mode in OPEN.items():
        (tmp_path / path).touch()
        (tmp_path / path).chmod(mode)
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "elsewhere" / "b.db").touch()
    (tmp_path / "elsewhere").chmod(0o1777)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates").chmod(0o777)
    store = f"sqlite:///{tmp_path / 'alertd.db'}"
    found = [*modes.modes(settings, store), *modes.backup(str(tmp_path / "elsewhere" / "b.db"))]
    said = [f"{seen.what} → {seen.cure}".replace(str(tmp_path), "") for seen in found]
    assert said == [
        "the group can read the secret file token → chmod 600 token, unless it has to",
        "everybody can change /units.csv → chmod o-w /units.csv",
        "everybody can change 2 files in /rules, and so say whom alertd accuses → chmod -R o-w /rules",
        "everybody can change /templates, and so say what alertd writes to people → chmod -R o-w /templates",
        "everybody can read or change the store /alertd.db → chmod o= /alertd.db*",
        "everybody can read or change the copy of a store /alertd.db.before-restore-x → chmod o= /alertd.db.before-restore-x",
        "everybody can read /alertd.env, which may hold secrets → chmod 600 /alertd.env",
        "everybody can read or change the backup /elsewhere/b.db → chmod o= /elsewhere/b.db",
        "everybody can put another file in the place of a backup in /elsewhere → chmod o-w /elsewhere",
    ]
    assert [seen.health for seen in found].count(Health.FAULT) == len(found) - 1
    for path in (*OPEN, "elsewhere/b.db"):
        (tmp_path / path).chmod(0o600)
    for path in ("rules", "templates", "elsewhere"):
        (tmp_path / path).chmod(0o700)
    (seen,) = [*modes.modes(settings, store), *modes.backup(str(tmp_path / "elsewhere" / "b.db"))]
    assert seen.health is Health.OK


def test_a_folder_in_which_everybody_can_put_another_config_is_named(tmp_path: Path) -> None:
    settings = site(tmp_path)
    tmp_path.chmod(0o777)
    (seen,) = modes.changeable(settings)
    assert seen == fault(
        "files", f"everybody can put another file in the place of any in {tmp_path}", f"chmod o-w {tmp_path}"
    )


def test_on_a_telephone_findings_stand_one_under_the_other_and_the_worst_last() -> None:
    seen = [
        fault("files", "everybody can change /var/lib/alertd/contacts.csv", "chmod o-w /var/lib/alertd/contacts.csv"),
        ok("store", "sqlite:////var/lib/alertd/alertd.db: schema 0001, writable"),
    ]
    shown = [re.sub("\033[^m]*m", "", line) for line in lines(seen, columns=44)]
    assert shown == [
        "ok       store",
        "  sqlite:////var/lib/alertd/alertd.db:",
        "  schema 0001, writable",
        "FAULT    files",
        "  everybody can change",
        "  /var/lib/alertd/contacts.csv",
        "  → chmod o-w /var/lib/alertd/contacts.csv",
        "1 fault",
    ]
    assert list(lines([ok("store", "there")])) == ["ok       store  there", "all is well"]


def test_a_probe_that_hangs_or_fails_hides_nothing_of_what_the_others_saw() -> None:
    release = threading.Event()

    def hangs() -> list[Seen]:
        release.wait()
        return []

    def breaks() -> list[Seen]:
        raise ValueError("https://user:secret@host")

    def refuses() -> list[Seen]:
        raise CannotRun("host: not reached; start it")

    done: list[int] = []
    probes = [
        Probe("hangs", hangs),
        Probe("well", lambda: [ok("well", "fine")]),
        Probe("breaks", breaks),
        Probe("refuses", refuses),
    ]
    seen = run(probes, seconds=0.2, done=lambda: done.append(1))
    release.set()
    assert [each.subject for each in seen] == ["hangs", "well", "breaks", "refuses"]
    assert [each.health is Health.OK for each in seen] == [False, True, False, False]
    assert "no answer within" in seen[0].what
    assert "secret" not in seen[2].what
    assert (seen[3].what, seen[3].cure) == ("host: not reached", "start it")
    assert len(done) == 3


def test_a_config_with_faults_still_tells_where_units_and_rules_are(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        '[site]\nmode = "lief"\n[rules]\nfolder = "mine"\n[digest]\nlines = 0\n' + CONFIG, encoding="utf-8"
    )
    settings, faults, whole = settings_and_faults(config)
    assert not whole
    assert len(faults) == 2
    assert settings.path(settings.rules.folder) == tmp_path / "mine"
    assert settings.units.contacts == Path("contacts.csv")
    assert settings.site.mode == "rehearsal"
    assert settings.digest.lines == 10
    assert settings.sources == ()


@pytest.mark.parametrize(("text", "error"), [("[units", Misconfigured), (None, CannotRun)])
def test_a_config_that_cannot_be_read_at_all_is_no_complaint_but_an_end(
    tmp_path: Path, text: str | None, error: type[Exception]
) -> None:
    config = tmp_path / "config.toml"
    if text is not None:
        config.write_text(text, encoding="utf-8")
    with pytest.raises(error):
        settings_and_faults(config)


def test_complaints_come_sorted_once_each_and_with_places_as_one_types_them() -> None:
    here = Path("/srv/alertd")
    faults = [
        Fault("/srv/alertd/rules/b.yaml", 3, 1, "x"),
        Fault("/srv/alertd/rules/b.yaml", 3, 1, "x"),
        Fault("/etc/alertd/units.csv", 2, 0, "y"),
        Fault("./config.toml", 1, 0, "z"),
    ]
    assert [str(each) for each in in_order(faults, here)] == [
        "/etc/alertd/units.csv:2: y",
        "config.toml:1: z",
        "rules/b.yaml:3:1: x",
    ]


def test_a_message_that_names_its_cure_is_parted_into_both() -> None:
    assert fault("store", "it is locked; end the other alertd") == Seen(
        "store", Health.FAULT, "it is locked", "end the other alertd"
    )
