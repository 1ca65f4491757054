"""The tests that a rule lacks, for `alertd rules test --suggest`: from records of the site's store, and made-up ones."""

import sys
from datetime import UTC, datetime, time

from alertd.cases.coverage import Covered, Looking
from alertd.cases.real import Real, real_records
from alertd.cases.run import Runner
from alertd.cases.suggest import Suggester
from alertd.cases.suggested_yaml import suggested_yaml
from alertd.errors import AlertdError
from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.rules.evaluate import live_mode
from alertd.settings.address import store_url
from alertd.settings.shapes import Settings
from alertd.store.calendar import current
from alertd.store.database import HEAD, Store

_LEFT_OUT = {
    "vi": "chưa xem được kho dữ liệu ({why}); mọi đề xuất đều là hồ sơ giả định",
    "en": "the store was not looked at ({why}); all that is proposed is made up",
}


def suggested(settings: Settings, runner: Runner, covered: Covered, directory: Directory, language: str) -> str:
    """A file of tests for what ``covered`` names as not tried. The store is only read."""
    calendar = runner.calendar
    today = calendar.next_working(calendar.today(datetime.now(UTC)))
    opening = calendar.hours[0][0] if calendar.hours else time(8)
    now = datetime.combine(today, max(opening, time(8)), calendar.zone)
    missing = list(covered.missing)
    real = _real(settings, runner, covered, directory, now, language) if missing else []
    suggester = Suggester(runner, covered.plan, now, missing)
    found = list(suggester.suggest(real))
    return suggested_yaml(covered.plan, found, suggester.missing, language, directory.by_code)


def _real(
    settings: Settings, runner: Runner, covered: Covered, directory: Directory, now: datetime, language: str
) -> list[Real]:
    look = runner.look or Looking(frozenset())
    try:
        store = Store(store_url(settings))
        try:
            if (store.file is not None and not store.file.is_file()) or store.version() != HEAD:
                return []
            with store.read() as session:
                at = AsOf(now, current(session, runner.calendar), live_mode(session, now))
                return real_records(session, covered.plan, covered.missing, directory, at, look.weekend)
        finally:
            store.close()
    except AlertdError as error:
        print(_LEFT_OUT[language].format(why=error), file=sys.stderr)
        return []
