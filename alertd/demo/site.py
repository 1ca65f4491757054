"""Write the make-believe city as a site that alertd can run: config, tables, secrets; and move its sources to a moment."""

import csv
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from string import Template
from urllib.parse import urljoin

import xlsxwriter

from alertd.demo.bot_api import TOKEN
from alertd.demo.city import City
from alertd.demo.days import MORNINGS, ZONE
from alertd.demo.feed import Feed
from alertd.demo.index import BEFORE, CLOSED, RUNNING, computed
from alertd.demo.mistake import slipped
from alertd.demo.papers import COLUMNS, HEADER, Cell
from alertd.demo.people import people
from alertd.demo.tasks import COLUMNS as TASK_COLUMNS
from alertd.demo.units import DATA, units
from alertd.model.directory import Contact
from alertd.settings.shipped import shipped
from alertd.settings.source_shapes import Paging

FILES = "/ho-so"  # where the feed lists them
PORTAL = "/cong-dvcqg/ho-so"
INDEX_OF_UNITS, INDEX_OF_CITY = "/cong-dvcqg/chi-so/don-vi", "/cong-dvcqg/chi-so/thanh-pho"  # and the month
CATALOGUE = "catalogue.db"
TASKS = "van-ban.db"
_FEED_TOKEN = "a-token-for-a-feed-that-exists-only-here"  # noqa: S105 - of a server that exists only here
_PAGING = Paging(style="page", size="pageSize", per_page=1000)
_CONTACTS = ("unit", "role", "name", "title", "email", "language", "from", "to")
_TITLE = "DANH SÁCH THỦ TỤC HÀNH CHÍNH PHẢI CÔNG BỐ, CÔNG KHAI"
_TYPED_EVERY = 7  # of so many rows, one has its days typed as text
CLOSED_ON = MORNINGS[1].date()  # the catalogue is being rebuilt on that day, and has no table


def write_site(
    folder: Path,
    *,
    city: City,
    feed_url: str,
    bot_url: str,
    mail_port: int,
    store_url: str = "sqlite:///alertd.db",
    now: datetime = MORNINGS[0],
) -> Path:
    """A whole site in ``folder`` (made if missing), in trial mode, as of ``now``; gives the config's path. ``feed_url``: of
    the list that `serve_files` registers."""
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    for name in ("units.csv", "successors.csv", "owners.csv", "targets.csv"):
        shutil.copyfile(DATA / name, folder / name)
    write_contacts(folder / "contacts.csv", people(units(), city.seed))
    shutil.copytree(shipped("rules"), folder / "rules", dirs_exist_ok=True)
    shutil.copytree(shipped("templates"), folder / "templates", dirs_exist_ok=True)
    _write_secrets(folder / "secrets")
    given = {
        "store_url": store_url,
        "feed_url": feed_url,
        "portal_url": urljoin(feed_url, PORTAL),
        "units_index_url": urljoin(feed_url, INDEX_OF_UNITS) + "/{period}",
        "city_index_url": urljoin(feed_url, INDEX_OF_CITY) + "/{period}",
        "bot_url": bot_url,
        "mail_port": mail_port,
        "catalogue_url": f"sqlite:///{CATALOGUE}",
        "tasks_url": f"sqlite:///{TASKS}",
    }
    template = Template((DATA / "city.toml").read_text(encoding="utf-8"))
    config = folder / "config.toml"
    config.write_text(template.substitute({key: json.dumps(value) for key, value in given.items()}), encoding="utf-8")
    move_files(folder, city, now)
    return config


def serve_files(feed: Feed, city: City, now: datetime, *, mistaken: bool = False) -> str:
    """Let the feed list the files as of ``now``, and what the national portal says of them; gives the address of the files.
    It opens to nobody without the site's token. ``mistaken``: the city's own list alone errs."""
    login = {"Authorization": f"Bearer {_FEED_TOKEN}"}
    files = slipped(city.files(now), now) if mistaken else city.files(now)
    feed.serve(PORTAL, city.portal(now), paging=_PAGING, login=login)
    for month in (BEFORE, CLOSED, RUNNING):
        told = {"updatedAt": computed(month, now).isoformat()}
        feed.serve(f"{INDEX_OF_UNITS}/{month}", city.index_of_units(month, now), login=login, envelope=told)
        feed.serve(f"{INDEX_OF_CITY}/{month}", [city.index_of_city(month, now)], login=login, envelope=told)
    return feed.serve(FILES, files, paging=_PAGING, login=login)


def move_files(folder: Path, city: City, now: datetime) -> None:
    """Drop a new workbook into the inbox and rewrite the catalogue and the document system, as of ``now``."""
    write_announcements(
        folder / "inbox" / f"cong-bo-{now.astimezone(ZONE):%Y-%m-%d}.xlsx", city.announcements(now), now
    )
    write_catalogue(folder / CATALOGUE, city.catalogue(now), closed=now.astimezone(ZONE).date() == CLOSED_ON)
    write_table(folder / TASKS, "nhiem_vu", TASK_COLUMNS, city.tasks(now))


def write_contacts(path: Path, contacts: Iterable[Contact]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(_CONTACTS)
        for each in contacts:
            days = (day.isoformat() if day else "" for day in (each.valid_from, each.valid_to))
            table.writerow([each.unit, each.role, each.name, each.title, each.email, each.language, *days])


def write_announcements(path: Path, rows: Sequence[Sequence[Cell]], now: datetime) -> None:
    """As offices make them: a title above the header, days as Excel's or typed, codes that Excel took for numbers."""
    partial = path.with_name(f".{path.name}")  # a drop folder sees whole files only
    with xlsxwriter.Workbook(str(partial)) as book:
        book.set_properties({"created": now.replace(tzinfo=None)})
        day_format = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("TTHC")
        sheet.write_string(0, 0, _TITLE)
        sheet.write_row(2, 0, HEADER)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date) and number % _TYPED_EVERY:
                    sheet.write_datetime(number + 3, column, datetime.combine(cell, datetime.min.time()), day_format)
                elif isinstance(cell, date):
                    sheet.write_string(number + 3, column, f"{cell:%d/%m/%Y}")
                elif cell is not None and column == 0 and cell.endswith("0"):
                    sheet.write_number(number + 3, column, float(cell))
                elif cell is not None:
                    sheet.write_string(number + 3, column, cell)
    arrived = now.timestamp()
    os.utime(partial, (arrived, arrived))
    partial.replace(path)


def write_catalogue(path: Path, rows: Iterable[Sequence[str | int]], *, closed: bool = False) -> None:
    """``closed``: the table that alertd asks for is not there."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE IF EXISTS thu_tuc")
    write_table(path, "thu_tuc_moi" if closed else "thu_tuc", COLUMNS, rows)


def write_table(path: Path, table: str, columns: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> None:
    """In the place of what was there."""
    marks = ", ".join("?" * len(columns))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - names of our own


def _write_secrets(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, secret in {"city.token": _FEED_TOKEN, "telegram.token": TOKEN}.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(secret, encoding="utf-8")
