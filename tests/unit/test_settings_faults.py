"""Every way in which a config.toml can be wrong: all faults at once, each with its key, its line and its cure."""

from pathlib import Path

import pytest

from alertd.errors import CannotRun, Fault, Misconfigured
from alertd.settings.load import load_settings, warnings_of

GOOD = """\
[units]
contacts = "contacts.csv"
[email]
host = "127.0.0.1"
security = "none"
sender = "alertd <a@h.example>"
[[sources]]
name = "one-stop"
dataset = "files"
kind = "http"
url = "https://city.example/ho-so"
[sources.fields]
code = "Ma"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> list[Fault]:
    with pytest.raises(Misconfigured) as raised:
        load_settings(write(folder, text))
    return list(raised.value.faults)


def test_a_config_with_what_is_required_is_read(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, GOOD))
    assert settings.folder == tmp_path
    assert settings.sources[0].fields["code"].column == "Ma"
    assert warnings_of(settings) == []


def test_a_byte_order_mark_of_an_editor_is_no_fault(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, "\ufeff" + GOOD)).sources[0].name == "one-stop"


# --- there is none, or it is not one ---------------------------------------------------------------------------------
def test_no_config_says_where_it_was_looked_for_and_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"config\.toml not found in .*; run `alertd init` there, or name another"):
        load_settings(tmp_path / "config.toml")


def test_a_folder_is_no_config(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="cannot be read"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("[units\n", 1, "no valid TOML"),
        ("[units]\nfile = units.csv\n", 2, "no valid TOML"),
        ("[units]\n[units]\n", 2, "no valid TOML"),
        ("[units]\nfile =", 2, "no valid TOML"),
        ("x = " + "[" * 5000, 0, "brackets within brackets"),
        ("<html>", 1, "no valid TOML"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    (found,) = faults(tmp_path, text)
    assert what in found.what
    assert found.line == line


def test_a_text_without_quotes_is_told_how_to_write_it(tmp_path: Path) -> None:
    for line, cure in (
        ("name = ho-so", 'a text stands between quotes: name = "ho-so"'),
        ("file = units.csv  # who there is", 'a text stands between quotes: file = "units.csv"'),
        ("auto = True", "write true or false, in small letters"),
        ("= 1", "see https://toml.io"),
        ('name = "x" y', "see https://toml.io"),
    ):
        (found,) = faults(tmp_path, f"[site]\n{line}\n")
        assert (found.line, found.cure) == (2, cure), line


def test_brackets_that_toml_still_takes_are_a_fault_like_any_other(tmp_path: Path) -> None:
    for depth in (50, 150, 250, 400):
        assert faults(tmp_path, f"x = {'[' * depth}{']' * depth}\n{GOOD}")


def test_what_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes("[site]\nname = 'Hà Nội'".encode("cp1258", errors="replace") + b"\xff")
    with pytest.raises(Misconfigured, match=r"config\.toml:2: not UTF-8; save it as UTF-8"):
        load_settings(tmp_path / "config.toml")


# --- one fault each --------------------------------------------------------------------------------------------------
def other(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


SOURCE = 'url = "https://city.example/ho-so"\n'
AUTH = '\n[sources.auth]\nkind = "bearer"\n'

ONE_FAULT = {
    # unknown and missing
    "an unknown key, near to a known one": (
        GOOD + "[digest]\natt = '07:30'\n",
        "15: digest.att: unknown key; did you mean 'at'?",
    ),
    "an unknown key of another table": (
        GOOD + "[digest]\nhost = 'x'\n",
        "15: digest.host: unknown key; it belongs under [email]",
    ),
    "an unknown table": (GOOD + "[emial]\nhost = 'x'\n", "14: emial: unknown key; did you mean 'email'?"),
    "an unknown key of a source": (
        other(SOURCE, SOURCE + "ulr = 'x'\n"),
        "12: sources[one-stop].ulr: unknown key; did you mean 'url'?",
    ),
    "an unknown key of paging": (
        GOOD + "[sources.paging]\nstil = 'page'\n",
        "15: sources[one-stop].paging.stil: unknown key; did you mean 'style'?",
    ),
    "a key that alertd sets itself": ("folder = '/x'\n" + GOOD, "1: folder: unknown key; leave it out"),
    "no units": (
        GOOD.replace('[units]\ncontacts = "contacts.csv"\n', ""),
        '0: units: missing; write a table [units] with file = "units.csv"',
    ),
    "no sources": (
        GOOD[: GOOD.index("[[")],
        "0: sources: missing; write at least one table [[sources]] with name, dataset, kind and [sources.fields]",
    ),
    "an empty list of sources": (
        "sources = []\n" + GOOD[: GOOD.index("[[")],
        "1: sources: empty; write at least one table [[sources]] with name, dataset, kind and [sources.fields]",
    ),
    "a source without a name": (
        other('name = "one-stop"\n', ""),
        '7: sources[1].name: missing; write name = "…" (Its name, in notices and commands)',
    ),
    "a source with an empty name": (
        other('name = "one-stop"', 'name = ""'),
        '8: sources[1].name: empty; write name = "…" (Its name, in notices and commands)',
    ),
    "a source with a name that no table holds": (
        other('name = "one-stop"', f'name = "{"n" * 81}"'),
        f"8: sources[{'n' * 81}].name: longer than 80 characters; shorten it",
    ),
    "a source without fields": (
        other('[sources.fields]\ncode = "Ma"\n', ""),
        '7: sources[one-stop].fields: missing; write [sources.fields] with lines like code = "MaHoSo" (ours =',
    ),
    "fields without the code": (
        other('code = "Ma"', 'unit = "DonVi"'),
        '12: sources[one-stop].fields: code is missing, files have no code without it; write code = "THEIR',
    ),
    "a source without its address": (
        other(SOURCE, ""),
        '7: sources[one-stop]: url is missing; write url = "https://host/path"',
    ),
    # types
    "a table that is a text": (
        GOOD.replace("[units]\ncontacts", 'units = "units.csv"\n[office]\nunit'),
        "1: units: expected a table; write [units] on a line of its own",
    ),
    "a text that is a number": ("[site]\nname = 5\n" + GOOD, "2: site.name: expected text in quotes"),
    "a number that is a text": (other("host =", 'port = "many"\nhost ='), "4: email.port: expected a whole number"),
    "a yes/no that is a text": (
        "[calendar]\nroll_forward = 'perhaps'\n" + GOOD,
        "2: calendar.roll_forward: expected true or false",
    ),
    "a share above one": (
        other(SOURCE, SOURCE + "max_drop = 1.5\n"),
        "12: sources[one-stop].max_drop: must be less than or equal to 1",
    ),
    "a port that does not exist": (
        other("host =", "port = 99999\nhost ="),
        "4: email.port: must be less than or equal to 65535",
    ),
    "an unknown word": (
        other('security = "none"', 'security = "ssl"'),
        "5: email.security: unknown word; one of 'starttls', 'tls' or 'none'",
    ),
    "an unknown mode": (
        "[site]\nmode = 'test'\n" + GOOD,
        "2: site.mode: unknown word; one of 'rehearsal', 'live' or 'trial'",
    ),
    # times
    "a duration without its unit": (
        other(SOURCE, SOURCE + "every = '15'\n"),
        "12: sources[one-stop].every: '15' is not a duration; write a whole number and s, m, h or d, or 'n",
    ),
    "a duration without quotes": (
        other(SOURCE, SOURCE + "every = 15\n"),
        '12: sources[one-stop].every: a duration is written in quotes: "15m", "2h", "1 working days"',
    ),
    "a poll in working time": (
        other(SOURCE, SOURCE + "every = '1 working days'\n"),
        "12: sources[one-stop].every: '1 working days' is no fixed time above 0; use s, m, h or d",
    ),
    "a lease of nothing": (
        GOOD + "[run]\nlease = '0s'\n",
        "15: run.lease: '0s' is no fixed time above 0; use s, m, h or d",
    ),
    "hours that end before they begin": (
        "[calendar]\noffice_hours = ['17:00-07:30']\n" + GOOD,
        "2: calendar.office_hours: '17:00-07:30' is no span of hours; write one like 07:30-11:30",
    ),
    "hours that overlap": (
        "[calendar]\noffice_hours = ['07:30-11:30', '11:00-17:00']\n" + GOOD,
        "2: calendar.office_hours: office hours need at least one span, in order, without overlap",
    ),
    "no hours": (
        "[calendar]\noffice_hours = []\n" + GOOD,
        "2: calendar.office_hours: office hours need at least one span, in order, without overlap",
    ),
    "an hour that does not exist": (
        "[digest]\nat = '25:00'\n" + GOOD,
        "2: digest.at: '25:00' is no time of day; write one like 07:30",
    ),
    "an unknown zone": (
        "[site]\ntimezone = 'Asia/Hanoi'\n" + GOOD,
        "2: site.timezone: 'Asia/Hanoi' is no time zone; write one like Asia/Ho_Chi_Minh",
    ),
    "a zone that leads out of its folder": (
        "[site]\ntimezone = '../../etc/passwd'\n" + GOOD,
        "2: site.timezone: '../../etc/passwd' is no time zone; write one like Asia/Ho_Chi_Minh",
    ),
    "an unknown country": (
        "[calendar]\ncountry = 'vn'\n" + GOOD,
        "2: calendar.country: no country 'vn' is known; did you mean 'VN'?",
    ),
    "a day that does not exist": (
        "[calendar]\ndays_off = ['2026-02-31']\n" + GOOD,
        '2: calendar.days_off[1]: expected a date like "2026-12-31"',
    ),
    "a day that is off and worked": (
        "[calendar]\ndays_off = ['2026-03-02']\ndays_worked = ['2026-03-02']\n" + GOOD,
        "3: calendar.days_worked: 2026-03-02 is a day off and a day worked; keep one of the two",
    ),
    "a week without a working day": (
        '[calendar]\nweekend = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\n' + GOOD,
        '2: calendar.weekend: no day of the week is left to work; write ["sat", "sun"]',
    ),
    "a weekday that is none": (
        "[calendar]\nweekend = ['CN']\n" + GOOD,
        "2: calendar.weekend[1]: unknown word; one of 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'",
    ),
    "a format of times that reads nothing": (
        GOOD + "[sources.times]\nformat = 'dd/mm/yyyy'\n",
        "15: sources[one-stop].times.format: 'dd/mm/yyyy' is no format of times; write \"iso\" or one like",
    ),
    # what a source means
    "two sources of one name": (
        GOOD + GOOD[GOOD.index("[[") :],
        "15: sources[one-stop].name: a second source named 'one-stop'; give each its own name",
    ),
    "an unknown dataset": (
        other('dataset = "files"', 'dataset = "file"'),
        "9: sources[one-stop].dataset: unknown dataset 'file'; did you mean 'files'?",
    ),
    "an unknown field": (
        other('code = "Ma"', 'code = "Ma"\ndue_date = "Hen"'),
        "14: sources[one-stop].fields.due_date: unknown field of files; did you mean 'due_at'?",
    ),
    "a field that alertd derives": (
        other('code = "Ma"', 'code = "Ma"\nis_open = "Mo"'),
        "14: sources[one-stop].fields.is_open: alertd derives this field itself; leave the line out",
    ),
    "an empty column": (
        other('code = "Ma"', 'code = ""'),
        "13: sources[one-stop].fields.code: the column's name is empty; leave the line out where the source has",
    ),
    "a column that is a number": (
        other('code = "Ma"', 'code = "Ma"\nunit = 3'),
        "14: sources[one-stop].fields.unit: a field is mapped to a column's name in quotes, or to { count |",
    ),
    "a count of something else": (
        other('code = "Ma"', 'code = "Ma"\nunit = { count = "A" }'),
        '14: sources[one-stop].fields.unit: a count is a number, and this field is none; use { last = "List",',
    ),
    "the last of a list without its part": (
        other('code = "Ma"', 'code = "Ma"\napology_at = { last = "A" }'),
        '14: sources[one-stop].fields.apology_at: { last = … } needs field = "Column": which part of the item',
    ),
    "an unknown word of ours": (
        other('code = "Ma"', 'code = "Ma"\nstatus = "TT"\n[sources.values.status]\n"4" = "proccessing"'),
        "16: sources[one-stop].values.status.4: unknown word 'proccessing' of status; did you mean 'processing'?",
    ),
    "words for no field": (
        GOOD + '[sources.values.status]\n"4" = "processing"\n',
        (
            "14: sources[one-stop].values.status: words for a field that is not mapped; map status under [sources.fields], or "
            "correct its name here; mapped are code"
        ),
    ),
    "an age that is none": (
        other(SOURCE, SOURCE + "as_of = 'yesterday'\n"),
        "12: sources[one-stop].as_of: unknown word 'yesterday'; one of filename, newest, poll",
    ),
    "an age by the name of a file that is none": (
        other(SOURCE, SOURCE + "as_of = 'filename'\n"),
        '12: sources[one-stop].as_of: only a spreadsheet has a file\'s name; write "poll" or "newest"',
    ),
    # addresses
    "an address that is none": (
        other("https://city.example/ho-so", "city.example/ho-so"),
        "11: sources[one-stop].url: not an address of the form https://host/path; write it in full",
    ),
    "a login over plain http": (
        other(SOURCE, 'url = "http://city.example/"\n') + AUTH + "token = { env = 'CITY' }\n",
        "11: sources[one-stop].url: a secret would travel over plain http to city.example; use https",
    ),
    "a password in a source's address": (
        other("https://city", "https://user:hunter2@city"),
        '11: sources[one-stop].url: a password in the address; write auth = { … }, or url = { env = "NAME" } and',
    ),
    "a token in a source's address": (
        other("ho-so", "ho-so?access_token=hunter2"),
        '11: sources[one-stop].url: a password in the address; write auth = { … }, or url = { env = "NAME" } and',
    ),
    "a password in the store's address": (
        "[store]\nurl = 'postgresql://a:hunter2@db/x'\n" + GOOD,
        '2: store.url: a password in the address; write url = { env = "NAME" } and keep the whole address there',
    ),
    "a password behind the store's address": (
        "[store]\nurl = 'postgresql://db/x?password=hunter2'\n" + GOOD,
        '2: store.url: a password in the address; write url = { env = "NAME" } and keep the whole address there',
    ),
    "a store in another database": (
        "[store]\nurl = 'mysql://db/x'\n" + GOOD,
        "2: store.url: alertd keeps its data in SQLite or PostgreSQL, not in mysql; write sqlite:///alertd.db or",
    ),
    "a store that is no address": (
        "[store]\nurl = 'alertd.db'\n" + GOOD,
        "2: store.url: no database address; write sqlite:///alertd.db or postgresql+psycopg://host/name",
    ),
    "a store in memory": (
        "[store]\nurl = 'sqlite://'\n" + GOOD,
        "2: store.url: no file is named; write sqlite:///alertd.db",
    ),
    "mail that anybody could read": (
        other('host = "127.0.0.1"', 'host = "mail.example"'),
        "5: email.security: none is accepted for loopback only, not for mail.example; use starttls or tls",
    ),
    "mail without a sender": (
        other('sender = "alertd <a@h.example>"\n', ""),
        '3: email: sender is missing; write sender = "alertd <alertd@example.gov.vn>"',
    ),
    "a sender with a header of its own": (
        other('"alertd <a@h.example>"', '"a@h.example\\nBcc: b@h.example"'),
        "6: email.sender: a line break in the address; write it on one line",
    ),
    "a login without its password": (
        other("host =", 'username = "a"\nhost ='),
        '3: email: password is missing; write password = { env = "NAME" }',
    ),
    "a gateway without its scheme": (
        GOOD + "[http]\nurl = 'gateway/send'\n",
        "15: http.url: not an address of the form https://host/path; write it in full",
    ),
    "a gateway's secret over plain http": (
        GOOD + "[http]\nurl = 'http://sms.example/'\nheaders = { Authorization = { env = 'CITY' } }\n",
        "15: http.url: a secret would travel over plain http to sms.example; use https",
    ),
    # secrets
    "a secret that is not set": (
        GOOD + AUTH + "token = { env = 'NOT_SET' }\n",
        "17: sources[one-stop].auth.token: the environment variable NOT_SET is not set; set it for the user that",
    ),
    "a secret of many lines": (
        GOOD + AUTH + "token = { env = 'TWO_LINES' }\n",
        "17: sources[one-stop].auth.token: the environment variable TWO_LINES holds more than one line; write",
    ),
    "a secret in the config": (
        GOOD + AUTH + "token = 'hunter2'\n",
        '17: sources[one-stop].auth.token: a secret is written as { env = "NAME" } or { file = "PATH" }, never',
    ),
    "a bot's token in the config": (
        GOOD + "[telegram]\ntoken = '1:hunter2'\n",
        '15: telegram.token: a secret is written as { env = "NAME" } or { file = "PATH" }, never in config.toml',
    ),
    "a mail password in the config": (
        other("host =", 'username = "a"\npassword = "hunter2"\nhost ='),
        '5: email.password: a secret is written as { env = "NAME" } or { file = "PATH" }, never in config.toml',
    ),
    "a secret header in the config": (
        GOOD + "[http]\nurl = 'https://g.example/'\nheaders = { Authorization = 'hunter2' }\n",
        '16: http.headers.Authorization: a secret in config.toml itself; write { env = "NAME" }',
    ),
    "a source's secret header in the config": (
        other(SOURCE, SOURCE + "headers = { X-Api-Key = 'hunter2' }\n"),
        "12: sources[one-stop].headers.X-Api-Key: a secret in config.toml itself; write auth = { kind =",
    ),
    "a source's secret parameter in the config": (
        other(SOURCE, SOURCE + "parameters = { api_key = 'hunter2' }\n"),
        '12: sources[one-stop].parameters.api_key: a secret in config.toml itself; write url = { env = "NAME" }',
    ),
    "a secret that names nothing": (
        GOOD + AUTH + "token = { env = '' }\n",
        "17: sources[one-stop].auth.token: env needs a name in quotes",
    ),
    "a secret of another kind": (
        GOOD + AUTH + "token = { vault = 'x' }\n",
        '17: sources[one-stop].auth.token: a secret is written as { env = "NAME" } or { file = "PATH" }, never',
    ),
    "a secret's file that is not there": (
        GOOD + AUTH + "token = { file = 'nowhere' }\n",
        "17: sources[one-stop].auth.token: the secret file nowhere cannot be read (No such file or directory);",
    ),
    "a secret's file that others may read": (
        GOOD + AUTH + "token = { file = 'open.txt' }\n",
        "17: sources[one-stop].auth.token: the secret file open.txt can be read or written by others; chmod 600",
    ),
    "a secret's file that is empty": (
        GOOD + AUTH + "token = { file = 'empty.txt' }\n",
        "17: sources[one-stop].auth.token: the secret file empty.txt is empty",
    ),
    "a secret's file that is no text": (
        GOOD + AUTH + "token = { file = 'binary' }\n",
        "17: sources[one-stop].auth.token: the secret file binary is not UTF-8 text; write the secret alone into",
    ),
    "a login without a token": (
        GOOD + AUTH,
        '15: sources[one-stop].auth: token is missing; write token = { env = "NAME" }',
    ),
    "a basic login without a password": (
        GOOD + '[sources.auth]\nkind = "basic"\nusername = "a"\n',
        '14: sources[one-stop].auth: basic needs a login and a password; write username = "…", password = { env',
    ),
    "a token without a kind of login": (
        GOOD + "[sources.auth]\ntoken = { env = 'CITY' }\n",
        '14: sources[one-stop].auth: a secret without a kind; write kind = "bearer", "basic" or "header"',
    ),
}


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY", "hunter2")
    monkeypatch.setenv("TWO_LINES", "hunter2\nX-Admin: 1")
    monkeypatch.delenv("NOT_SET", raising=False)
    for name, content, mode in (
        ("open.txt", b"hunter2", 0o644),
        ("empty.txt", b" \n", 0o600),
        ("binary", b"\xff\xfe", 0o600),
    ):
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(mode)


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize(("text", "told"), ONE_FAULT.values(), ids=ONE_FAULT)
def test_a_fault_is_told_with_its_line_its_key_and_its_cure(tmp_path: Path, text: str, told: str) -> None:
    (found,) = faults(tmp_path, text)
    assert f"{found.line}: {found.what}; {found.cure}".startswith(told)
    assert found.file == str(tmp_path / "config.toml")
    assert "hunter2" not in str(found)


@pytest.mark.usefixtures("secrets")
def test_all_faults_of_a_config_come_at_once_and_in_its_order(tmp_path: Path) -> None:
    text = (
        "[site]\nlanguage = 'fr'\n[store]\nurl = 'mysql://x/y'\n[digest]\natt = '7'\n[units]\n[[sources]]\nname = 'a'\n"
        "dataset = 'filez'\nkind = 'http'\nurl = 'http://city.example/'\nevery = '5'\n"
        "[sources.auth]\nkind = 'bearer'\ntoken = { env = 'NOT_SET' }\n[sources.fields]\ncode = ''\n"
        "[telegram]\ntoken = 'hunter2'\n"
    )
    found = faults(tmp_path, text)
    assert [fault.line for fault in found] == [2, 4, 6, 13, 16, 18, 20]
    assert all(fault.cure or "a secret is written" in fault.what or "column" in fault.what for fault in found)
    assert "hunter2" not in str([str(fault) for fault in found])


def test_a_source_that_is_whole_is_judged_although_another_one_is_not(tmp_path: Path) -> None:
    text = (
        GOOD
        + "[[sources]]\nname = 'b'\ndataset = 'filez'\nkind = 'spreadsheet'\npath = '*.csv'\n"
        + "fields = { code = 'c' }\n[site]\nmode = 5\n"
    )
    assert [fault.what.split(":")[0] for fault in faults(tmp_path, text)] == ["sources[b].dataset", "site.mode"]


def test_a_text_over_many_lines_does_not_move_the_line_of_a_fault(tmp_path: Path) -> None:
    text = GOOD + '[http]\nbody = """\n[digest]\natt = 5\n"""\n[digest]\natt = 5\n'
    assert [fault.line for fault in faults(tmp_path, text)] == [20]


def test_too_many_sources_are_refused_as_one_fault(tmp_path: Path) -> None:
    each = "[[sources]]\nname = 'n{0}'\ndataset = 'files'\nkind = 'spreadsheet'\npath = '*.csv'\nfields = {{ code = 'c' }}\n"
    text = "[units]\n" + "".join(each.format(number) for number in range(201))
    (found,) = faults(tmp_path, text)
    assert found.what == "sources: 201 sources, at most 200"


# --- secrets ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("reference", ["{ env = 'CITY' }", "{ file = 'secret' }"])
def test_a_secret_is_read_and_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reference: str) -> None:
    monkeypatch.setenv("CITY", " hunter2\n")
    (tmp_path / "secret").write_text("hunter2\n", encoding="utf-8")
    (tmp_path / "secret").chmod(0o600)
    text = (
        GOOD.replace('host = "127.0.0.1"', f'host = "127.0.0.1"\nusername = "a"\npassword = {reference}')
        + f"\n[sources.auth]\nkind = 'bearer'\ntoken = {reference}\n[telegram]\ntoken = {reference}\n"
        + f"[http]\nurl = 'https://g.example/'\nheaders = {{ Authorization = {reference} }}\n"
    )
    settings = load_settings(write(tmp_path, text))
    token = settings.sources[0].auth.token
    assert token is not None
    assert token.reveal() == "hunter2"
    assert str(token) in ("env:CITY", "file:secret")
    for shown in (repr(settings), str(settings), f"{token!r} {token}", settings.model_dump_json(fallback=str)):
        assert "hunter2" not in shown


def test_a_secret_may_be_a_whole_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE", "postgresql://alertd:hunter2@db.example/alertd")
    settings = load_settings(write(tmp_path, "[store]\nurl = { env = 'STORE' }\n" + GOOD))
    assert "hunter2" not in repr(settings)


def test_a_secret_address_that_is_none_is_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE", "hunter2 is no address")
    (found,) = faults(tmp_path, "[store]\nurl = { env = 'STORE' }\n" + GOOD)
    assert "hunter2" not in str(found)
    assert found.what == "store.url: no database address"


# --- what can be run, but hardly is what was meant -------------------------------------------------------------------
def test_a_config_that_tells_nobody_is_warned_of(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("[email]")].replace('contacts = "contacts.csv"\n', "") + GOOD[GOOD.index("[[") :]
    text += 'supplement_requested_at = "A"\n'
    found = warnings_of(load_settings(write(tmp_path, text)))
    assert [fault.what.split(":")[0] for fault in found] == [
        "sources[one-stop].fields",
        "no channel is set up",
        "units.contacts",
    ]
    assert all(fault.warning and fault.cure for fault in found)
