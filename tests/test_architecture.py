"""The house keeps its own rules: who may import whom, what a module owes its reader, what must never stand in the repo."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

import pytest
import sqlalchemy as sa

from alertd.model import alerts, audit, notices, people, polls  # noqa: F401 - the tables register themselves
from alertd.model.base import metadata
from alertd.settings.example import example_toml
from alertd.settings.kinds import Shape
from alertd.settings.load import load_settings
from alertd.settings.shape_complaints import OWN, shape_of
from alertd.settings.shapes import Bounces, Settings
from alertd.settings.shipped import shipped
from alertd.settings.source_shapes import SourceSettings

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "alertd"
MIGRATIONS = PACKAGE / "store" / "migrations"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if MIGRATIONS not in path.parents)


def inside(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def is_ignored(path: Path, patterns: Sequence[str], *, folder: bool) -> bool:
    """As .gitignore has it, of the patterns that ours is made of: ``/folder/``, ``folder/``, ``*.ending``."""
    here = f"/{path.relative_to(ROOT).as_posix()}"
    for pattern in patterns:
        if pattern.endswith("/") and not folder:
            continue
        name = pattern.rstrip("/")
        if fnmatch(here, name) if name.startswith("/") else fnmatch(path.name, name):
            return True
    return False


def texts_of_the_repo() -> Iterator[Path]:
    """What git keeps; a walk through README.md leaves a venv and a site behind. Of folders that begin with a dot: .ci alone."""
    ignored = [line for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines() if line.strip()]
    for folder, folders, files in os.walk(ROOT):
        here = Path(folder)
        folders[:] = [
            name
            for name in folders
            if name == ".ci" or not (name.startswith(".") or is_ignored(here / name, ignored, folder=True))
        ]
        kept = (here / name for name in files if not name.endswith((".png", ".gz", ".xlsx", ".docx")))
        yield from (path for path in kept if not is_ignored(path, ignored, folder=False))


def test_what_git_does_not_keep_is_not_looked_at() -> None:
    patterns = ["/site/", "__pycache__/", "*.db"]
    assert is_ignored(ROOT / "alertd" / "__pycache__", patterns, folder=True)
    assert not is_ignored(ROOT / "alertd" / "__pycache__", patterns, folder=False)
    assert is_ignored(ROOT / "docs" / "a.db", patterns, folder=False)
    assert not is_ignored(ROOT / "alertd" / "site", patterns, folder=True)
    assert not is_ignored(ROOT / "alertd" / "site.py", patterns, folder=False)


# --- imports ---------------------------------------------------------------------------------------------------------
def test_imports_run_down_and_every_room_has_its_floor() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_is_imported_without_a_config_a_network_or_a_trace_on_the_disk(tmp_path: Path) -> None:
    """In a process of its own, in an empty folder, where opening a connection or writing a file is an error."""
    names = [".".join(path.with_suffix("").relative_to(ROOT).parts).removesuffix(".__init__") for path in MODULES]
    names.remove("alertd.reports.drawing")  # a process of its own; matplotlib looks for its fonts when it is imported
    code = """
import importlib, json, sys
def guard(event, found):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.mkdir", "sqlite3.connect"):
        raise AssertionError(f"{event} {found} at import")
    if event == "open" and isinstance(found[1], str) and set(found[1]) & set("wax+"):
        raise AssertionError(f"{found[0]} is written at import")
sys.addaudithook(guard)
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
"""
    words = [sys.executable, "-B", "-W", "error", "-c", code, json.dumps(names)]
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, cwd=tmp_path, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_help_needs_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    code = """
import sys
from alertd.cli import main
sys.argv = ["alertd", "--help"]
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
print("loaded:", *sorted({"sqlmodel", "sqlalchemy", "telegram", "requests", "jinja2", "alembic"} & set(sys.modules)))
"""
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=bare, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "loaded:"
    assert "Usage" in done.stdout


def test_the_daemon_holds_no_library_that_it_does_not_need_at_rest(tmp_path: Path) -> None:
    """Charts and forms are made by processes of their own, tables by commands; of all countries the calendar needs one."""
    code = """
import sys
import alertd.cli.running, alertd.daemon
from alertd.settings.calendar import calendar_of, unknown_country
from alertd.settings.shapes import Calendar, Settings, Site
assert not unknown_country("VN")
calendar_of(Settings.model_construct(site=Site(), calendar=Calendar()))
heavy = {"matplotlib", "numpy", "PIL", "docx", "docxtpl", "lxml", "openpyxl", "alembic", "rich", "pygments", "click"}
print("loaded:", *sorted(heavy & set(sys.modules)), *(name for name in sys.modules if name.startswith("holidays.countries")))
"""
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=bare, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "loaded:"


def test_no_import_hides_a_circle_and_late_ones_have_a_reason() -> None:
    """Late imports keep the command line fast, and alembic out of a process whose schema is up to date."""
    found = []
    for path in MODULES:
        tree = tree_of(path)
        if any(
            isinstance(node, ast.Name | ast.Attribute) and "TYPE_CHECKING" in ast.dump(node) for node in ast.walk(tree)
        ):
            found.append(f"{inside(path)}: TYPE_CHECKING")
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
            late = (node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom))
            found += [
                f"{inside(path)}:{node.lineno}: late import" for node in late if PACKAGE / "cli" not in path.parents
            ]
    found = [each for each in found if not each.startswith("alertd/store/database.py")]
    assert found == []


# --- what a module owes its reader -----------------------------------------------------------------------------------
def test_every_module_says_its_duty_in_its_first_sentence() -> None:
    python = [path for path in texts_of_the_repo() if path.suffix == ".py"]
    silent = [inside(path) for path in python if path.stat().st_size and not ast.get_docstring(tree_of(path))]
    assert silent == []


def test_no_module_is_longer_than_300_lines() -> None:
    lengths = {inside(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}


def test_only_the_dialect_asks_which_database_it_is() -> None:
    """Besides those that are told by SQLAlchemy (a type), that judge the text of an address, or that read somebody else's
    database."""
    allowed = {
        "alertd/store/dialect.py",
        "alertd/model/base.py",
        "alertd/settings/address.py",
        "alertd/settings/cross_checks.py",
        "alertd/intake/sources/database.py",
    }
    asks = re.compile(r"dialect\.name|is_sqlite|get_backend_name|drivername (?:==|!=|in|not)")
    found = {inside(path) for path in MODULES if asks.search(path.read_text(encoding="utf-8"))}
    assert found - allowed == set()


def test_time_is_a_parameter_everywhere_but_where_it_comes_in() -> None:
    """It comes in by the commands, the daemon and the demo. A file in a folder has the age that the disk gives it."""
    allowed = ("alertd/daemon.py", "alertd/cli/", "alertd/demo/", "alertd/intake/sources/spreadsheet.py")
    clocks = re.compile(r"(?:^|\.)(?:datetime\.(?:now|utcnow|today)|date\.today|time\.(?:time|localtime|gmtime))$")
    found = [
        f"{inside(path)}:{node.lineno}: {ast.unparse(node)}"
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and clocks.search(ast.unparse(node))
    ]
    assert [each for each in found if not each.startswith(allowed)] == []


def test_words_of_closed_lists_are_stored_as_their_values() -> None:
    """An Enum column would store the member's name, and a default that is a member would be written as one."""
    columns = [column for table in metadata.sorted_tables for column in table.columns]
    assert [str(column) for column in columns if isinstance(column.type, sa.Enum)] == []
    given = [(str(column), column.default.arg) for column in columns if isinstance(column.default, sa.ColumnDefault)]
    assert [name for name, value in given if isinstance(value, str) and type(value) is not str] == []


# --- config.example.toml ---------------------------------------------------------------------------------------------
def test_the_example_config_is_written_from_the_settings() -> None:
    assert (ROOT / "config.example.toml").read_text(encoding="utf-8") == example_toml(), "run `make example`"


def test_the_example_config_can_be_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY_TOKEN", "s3cret")
    path = tmp_path / "config.toml"
    path.write_text(example_toml(), encoding="utf-8")
    assert [source.name for source in load_settings(path).sources] == ["one-stop", "drop folder"]


def test_every_setting_stands_in_the_example_config() -> None:
    """Those that are off too: a line that begins with # and no space is taken for on."""
    written = tomllib.loads(re.sub(r"(?m)^#(?! )", "", example_toml()))
    sources: dict[str, object] = {}
    for source in written["sources"]:
        sources |= source
    missing = list(_missing(Settings, written | {"sources": sources}, OWN))
    assert missing == []


def _missing(shape: type[Shape], written: dict[str, object], own: frozenset[str] = frozenset()) -> Iterator[str]:
    for name, field in shape.model_fields.items():
        if name in own:
            continue
        if name not in written:
            yield f"{shape.__name__}.{name}"
        elif (inner := shape_of(field.annotation)) and (
            shape is Settings or name in ("paging", "auth", "times", "bounces")
        ):
            part = written[name]
            assert isinstance(part, dict)
            yield from _missing(inner, part)


def test_every_setting_has_a_sentence() -> None:
    shapes = [shape_of(field.annotation) for name, field in Settings.model_fields.items() if name not in OWN]
    nested = [shape_of(SourceSettings.model_fields[name].annotation) for name in ("paging", "auth", "times")]
    nested.append(Bounces)
    bare = [
        f"{shape.__name__}.{name}"
        for shape in (*shapes, *nested)
        if shape is not None
        for name, field in shape.model_fields.items()
        if not field.description
    ]
    assert bare == []


# --- what is shipped -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["rules", "templates", "config.example.toml"])
def test_what_alertd_ships_stands_at_the_top_of_a_checkout(name: str) -> None:
    assert shipped(name) == ROOT / name  # type: ignore[arg-type]


def test_what_alertd_ships_travels_in_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    taken = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert taken == {name: f"alertd/shipped/{name}" for name in ("rules", "templates", "config.example.toml")}


# --- what must never stand in the repo -------------------------------------------------------------------------------
# Every other address is made up (no dot in its host, or .example), or this machine's own: so none is that of an index.
KNOWN_HOSTS = {
    "api.telegram.org",
    "json-schema.org",
    "t.me",
    "schemas.openxmlformats.org",
    "toml.io",
    "a.vn",
    "dangnhap.vn",
}


def test_no_text_holds_an_address_but_the_known_ones() -> None:
    host_of = re.compile(r"https?://(?:[^/@\s]*@)?([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
    found = {
        f"{inside(path)}:{number}: {host}"
        for path in texts_of_the_repo()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for host in map(str.lower, host_of.findall(line))
        if host not in KNOWN_HOSTS and "example" not in host.split(".") and not host.replace(".", "").isdigit()
    }
    assert found == set()


def test_no_text_names_a_place_on_the_machine_where_it_was_written() -> None:
    # an option with an address or a folder of one machine; a service user's home is every machine's
    option = re.compile(r"--(?!home )[a-z-]+[= ](?:\w+://|/)|-(?:index|links)[a-z-]*[= ]\S*[/:]")
    places = [str(place) for place in (ROOT, Path.home()) if len(place.parts) > 1]
    place = re.compile("|".join(rf"(?<![\w.]){re.escape(name)}(?=/|\b)" for name in places) or r"(?!)")
    found = [
        f"{inside(path)}:{number}"
        for path in texts_of_the_repo()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if option.search(line) or place.search(line)
    ]
    assert found == []


def test_lock_files_hold_pinned_names_and_hashes_only() -> None:
    line = re.compile(r"[A-Za-z0-9_.-]+(?:\[[a-z,]+\])?==\S+ \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?|\s*#.*|")
    for name in ("requirements.lock", "requirements-dev.lock"):
        odd = [text for text in (ROOT / name).read_text(encoding="utf-8").splitlines() if not line.fullmatch(text)]
        assert odd == [], name


def test_both_lock_files_agree() -> None:
    pins = [
        dict(re.findall(r"(?m)^([A-Za-z0-9_.-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8")))
        for name in ("requirements.lock", "requirements-dev.lock")
    ]
    assert {name: pin for name, pin in pins[0].items() if pins[1].get(name) != pin} == {}


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["postgres"]
    asked += project["build-system"]["requires"]
    names = {re.split(r"[\[><=~! ]", each)[0].replace(".", "-") for each in asked}
    locked = re.findall(r"(?m)^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert names - set(locked) == set()


def test_what_continuous_integration_runs_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
