"""alertd db: upgrade, backup, restore and clock."""

import os
import shutil
import subprocess
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import func, select
from sqlalchemy.engine import URL

from alertd.check import modes
from alertd.cli.common import AsJson, Config, Now, clock_from, load, who
from alertd.cli.progress import progress
from alertd.cli.store_clock import put_clock_right
from alertd.errors import CannotRun
from alertd.model.notices import notices_table
from alertd.model.words import NoticeState
from alertd.settings.address import store_url
from alertd.store import audit, backup
from alertd.store.database import HEAD, Store, open_store
from alertd.store.site import LAST_BACKUP, keep_fact

app = typer.Typer(
    add_completion=False,
    help="The store: bring it up to date, copy it, put a copy back, undo a clock that was ahead.",
    no_args_is_help=True,
)

_TO_SEND = (NoticeState.PENDING, NoticeState.RETRY, NoticeState.UNCERTAIN, NoticeState.SENDING)


@app.command()
def upgrade(config: Config = None) -> None:
    """Bring the store to this program's schema; every start does the same."""
    store = open_store(store_url(load(config)), upgrade=False)
    try:
        before = store.version()
        done = store.upgrade()
    finally:
        store.close()
    print(f"{store.shown}: from {before or 'nothing'} to {HEAD}" if done else f"{store.shown}: {HEAD}, up to date")


@app.command("backup")
def make_backup(
    file: Annotated[Path, typer.Argument(help="A file that is not there yet.")],
    config: Config = None,
) -> None:
    """Copy the store into a new file; alertd may run meanwhile."""
    store = Store(store_url(load(config)))
    try:
        if store.file is None:
            _dump(store.url, file)
        else:
            with progress("copying") as bar:
                backup.copy(store.file, file, bar.reach)
        _note(store, file)
    finally:
        store.close()
    print(f"{store.shown}: copied to {file} ({file.stat().st_size / 1024**2:.1f} MB)")
    for seen in modes.backup_folder(file.absolute()):
        print(f"{seen.what}; {seen.cure}")


def _note(store: Store, file: Path) -> None:
    """Where `doctor` looks at its rights. A store that cannot be written now is copied all the same."""
    with suppress(CannotRun):
        if store.version() == HEAD:
            with store.write() as session:
                keep_fact(session, LAST_BACKUP, str(file.absolute()))


@app.command("restore")
def put_back(
    file: Annotated[Path, typer.Argument(help="What `alertd db backup` wrote.")],
    config: Config = None,
) -> None:
    """Put a backup in the store's place; the old one is kept beside it. Stop alertd first."""
    url, clock = store_url(load(config)), clock_from(None)
    store = Store(url)
    store.close()
    if store.file is None:
        raise CannotRun(_restore_by_hand(store.url, file))
    with progress("restoring") as bar:
        kept = backup.restore(file, store.file, bar.reach, stamp=f"{clock.now().astimezone():%Y%m%dT%H%M%S}")
    print(f"{store.shown}: restored from {file}")
    if kept is not None:
        print(f"the store as it was is kept as {kept}")
    _after_restore(url, file, clock.now())


@app.command("clock")
def clock_put_right(
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, nothing is changed.")] = False,
    reason: Annotated[str, typer.Option(help="What was wrong with the clock, for the audit.")] = "",
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show what was written by a clock that was ahead, and with --yes take it back to now; then cycles can run again."""
    put_clock_right(config, now, yes=yes, reason=reason, as_json=as_json)


def _after_restore(url: str, file: Path, now: datetime) -> None:
    """Evidence of what was done; and a warning, because what was sent after the backup is not known to it."""
    store = open_store(url)
    try:
        with store.write() as session:
            audit.record(
                session, at=now, actor=who(), action="store.restore", subject="store", detail={"from": str(file)}
            )
            waiting = select(func.count()).where(notices_table.c.state.in_([state.value for state in _TO_SEND]))
            count = session.connection().execute(waiting).scalar_one()
    finally:
        store.close()
    if count:
        print(
            f"{count} notices were waiting when the backup was made and go out at the next run; "
            "look at `alertd notices list` first, and discard what has been sent since"
        )


def _dump(url: URL, file: Path) -> None:
    """By PostgreSQL's own tool. The password goes by the environment: everybody can read the words of a command."""
    words = ["pg_dump", "--format=custom", "--no-owner", f"--file={file}", f"--dbname={_without_password(url)}"]
    tool = shutil.which("pg_dump")
    if tool is None:
        raise CannotRun(
            f"pg_dump is not installed here; install PostgreSQL's client, or run elsewhere: {' '.join(words)}"
        )
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise CannotRun(f"{file} cannot be written ({error.strerror}); name a file that is not there yet") from None
    done = subprocess.run(  # noqa: S603 - our own words
        [tool, *words[1:]], env={**os.environ, **_password(url)}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        file.unlink(missing_ok=True)
        raise CannotRun(f"pg_dump failed: {' '.join(done.stderr.split()) or done.returncode}")


def _without_password(url: URL) -> str:
    """As libpq reads it. (``URL.set`` takes None for "leave it".)"""
    query = {name: value for name, value in url.query.items() if "password" not in name}
    shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    return shown.render_as_string(hide_password=False)


def _password(url: URL) -> dict[str, str]:
    return {"PGPASSWORD": str(url.password)} if url.password else {}


def _restore_by_hand(url: URL, file: Path) -> str:
    command = f"pg_restore --clean --if-exists --no-owner --single-transaction --dbname={_without_password(url)} {file}"
    return f"a PostgreSQL store is restored by PostgreSQL's own tool; stop alertd, then: {command}"
