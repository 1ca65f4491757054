"""The bulletin's calendar: units get their own files, the draft is made, a release is told; each once, in a cycle, when its time
has come.

The figures are read by reports/, the messages written by notices/; here is the order, and what is remembered of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from alertd.alerts import holds
from alertd.errors import CannotRun, in_language
from alertd.model.alerts import Cycle
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.bulletins import EditionState, MonthFile, bulletins_table, previews_table
from alertd.model.message import Attachment
from alertd.model.period import Period, month_of
from alertd.monthly import figures, headline_of, result_of
from alertd.notices import bulletin as telling
from alertd.notices.bulletin import Reader
from alertd.notices.writer import Desk
from alertd.reports import editions
from alertd.reports.bulletin import Bulletin, read
from alertd.reports.bulletin_charts import poster
from alertd.reports.bulletin_voice import Voice
from alertd.reports.charts import Chart, Form, draw
from alertd.reports.month import month_given
from alertd.reports.month_files import month_files
from alertd.reports.schedule import Schedule
from alertd.reports.sync import pair_in
from alertd.site import Site
from alertd.store import troubles
from alertd.store.site import keep_fact, read_fact

_AT_ONCE = 20_000  # files in the lists of one cycle: a row costs 0.1 ms, while nobody else can write
_PATIENCE = 30.0  # seconds for a chart, while nobody else can write
_CHART = "bulletin:chart"  # the trouble of a chart that could not be drawn
_DRAFTED, _TOLD, _SHOWN = "bulletin:drafted", "bulletin:told", "bulletin:shown"  # facts, each with its month
_FIGURES = "bulletin:figures"  # the fact that holds those of which units got their lists today
_b, _p, _cycles = bulletins_table.c, previews_table.c, table_of(Cycle).c
_FAILED = {
    "vi": "Không vẽ được biểu đồ của bản tin {month}: {why}; thông báo đã gửi không kèm biểu đồ",
    "en": "The chart of the bulletin of {month} could not be drawn: {why}; the notice went out without it",
}
Draw = Callable[[Sequence[Chart], Form], list[bytes]]


def publish(
    session: Session, site: Site, desk: Desk, at: AsOf, cycle: int, *, held: bool, drawing: Draw | None = None
) -> int:
    """What is due of the bulletin by now, in the cycle's transaction; gives how many messages. ``held``: the cycle waits for the
    office, and so do the lists of the units. Where messages are only counted, nothing is published."""
    if desk.wordless or not site.derives:
        return 0
    return _Publisher(session, site, desk, at, cycle, drawing or _draw).publish(held=held)


def _draw(charts: Sequence[Chart], form: Form) -> list[bytes]:
    return draw(charts, form, seconds=_PATIENCE)


@dataclass(frozen=True)
class _Publisher:
    session: Session
    site: Site
    desk: Desk
    at: AsOf
    cycle: int
    drawing: Draw

    @property
    def plan(self) -> Schedule:
        settings = self.desk.settings
        return Schedule(self.at.calendar, settings.bulletin.day, settings.digest.at, settings.bulletin.units_before)

    def publish(self, *, held: bool) -> int:
        told = 0
        if self.desk.settings.bulletin.day:
            if not held and self._by_day():
                told += self._show()
            self._make()
            if self._by_day():
                told += self._tell_draft()
        return told + (self._tell_releases() if self._by_day() else 0)

    def _by_day(self) -> bool:
        """Nobody is woken for a bulletin: on working days, from the hour of the digests to the end of office hours."""
        calendar, now = self.at.calendar, self.at.now
        begun = calendar.local(now).time() >= self.desk.settings.digest.at
        return calendar.is_working(self.at.today) and begun and now < calendar.closing(self.at.today)

    def _known(self, what: str, month: Period) -> bool:
        return read_fact(self.session, f"{what}:{month}") is not None

    def _keep(self, what: str, month: Period) -> None:
        keep_fact(self.session, f"{what}:{month}", self.at.now.isoformat())

    def _came_after(self, moment: datetime) -> bool:
        """That alertd began its work here only then: it has not seen that month, and says nothing of it unless it is asked."""
        first = self.session.connection().execute(select(func.min(_cycles.now))).scalar()
        return first is None or first > moment

    # --- the units' own files -----------------------------------------------------------------------------------------
    def _show(self) -> int:
        """To those who have not got theirs yet, so many at once as a cycle bears; the others follow with the next ones."""
        month = self.plan.shown_by(self.at.now)
        if self._known(_SHOWN, month):
            return 0
        released = editions.released(self.session, month) is not None
        if released or self._came_after(self.plan.rows_at(month)):
            self._keep(_SHOWN, month)
            return 0
        if holds.open_holds(self.session):
            return 0
        made = self._of_the_day(month)
        done = set(self.session.connection().execute(select(_p.unit).where(_p.month == str(month))).scalars())
        waiting = [result_of(row, made) for row in made.rows if row.received and row.unit not in done]
        readers = telling.readers_of(self.desk, waiting)
        some = _first(readers)
        if not some:
            if not waiting:
                self._keep(_SHOWN, month)
                keep_fact(self.session, _FIGURES, "")
            return 0
        pair = pair_in(self.session, self.desk.settings, self.at)

        def files(of: Mapping[str, int]) -> Iterator[MonthFile]:
            return month_files(self.session, self.at, month, of, pair)

        headline = replace(headline_of(made, self.at), portal=pair is not None)
        draft_at = self.plan.draft_at(month)
        if draft_at > self.at.now:
            headline = replace(headline, by=self.at.calendar.local(draft_at))
        written = telling.tell_rows(self.session, self.desk, self.at, self.cycle, headline, some, files)
        sent = [
            {"month": str(month), "unit": result.unit, "at": self.at.now}
            for reader in some
            for result in reader.results
        ]
        self.session.connection().execute(insert(previews_table), sent)
        return written

    def _of_the_day(self, month: Period) -> Bulletin:
        """Units that get their lists on one day get figures of one moment: read once, for it takes seconds."""
        kept = read_fact(self.session, _FIGURES)
        made = read(kept) if kept else None
        today = self.at.calendar.midnight(self.at.today)
        if made is None or made.month != str(month) or made.made_at < today:
            made = figures(self.session, self.site, self.at, month, self.desk.freshness)
            keep_fact(self.session, _FIGURES, made.json())
        return made

    # --- the draft ----------------------------------------------------------------------------------------------------
    def _make(self) -> None:
        """Once a month, at its moment or with the first cycle after it. What somebody drew up by hand before is drawn up anew;
        what somebody has released already stays as it is."""
        month = self.plan.drafted_by(self.at.now)
        if self._known(_DRAFTED, month):
            return
        self._keep(_DRAFTED, month)
        if self._came_after(self.plan.draft_at(month)) or editions.released(self.session, month) is not None:
            self._keep(_TOLD, month)
            return
        made = figures(self.session, self.site, self.at, month, self.desk.freshness)
        editions.keep_draft(self.session, made, by="")

    def _tell_draft(self) -> int:
        month = self.plan.drafted_by(self.at.now)
        if self._known(_TOLD, month) or not self._known(_DRAFTED, month):
            return 0
        draft = editions.draft(self.session, month)
        if draft is not None:
            headline = replace(headline_of(draft.bulletin, self.at, draft.content), units=self._shown(month))
            chart = self._chart(draft.bulletin)
            if not telling.tell_draft(self.session, self.desk, self.at, self.cycle, headline, chart):
                return 0  # nobody at the office can be reached; with a later cycle perhaps
        self._keep(_TOLD, month)
        return int(draft is not None)

    def _shown(self, month: Period) -> int:
        count = select(func.count()).select_from(previews_table).where(_p.month == str(month))
        return int(self.session.connection().execute(count).scalar_one())

    # --- a release ----------------------------------------------------------------------------------------------------
    def _tell_releases(self) -> int:
        """Of each edition that somebody released since, unless another one has taken its place meanwhile. Heads hear of the first
        one of a recent month that is told, and of a later one where their own figures are others; of an old month that was
        printed afterwards nobody but the office hears."""
        connection = self.session.connection()
        untold = (_b.released_at <= self.at.now) & _b.told_at.is_(None)
        standing = untold & (_b.state == EditionState.RELEASED.value)
        rows = connection.execute(
            select(_b.month, _b.content, _b.reason, _b.document).where(standing).order_by(_b.id)
        ).all()
        told = 0
        for row in rows:
            made = read(row.document)
            if self.desk.reach.office() is None:
                return told
            recent = month_given(made.month) >= month_of(self.at.today).before.before
            heard = connection.execute(select(_b.id).where(_b.month == row.month, _b.told_at.is_not(None))).first()
            others = {each.unit for each in made.amended}
            results = [
                result_of(each, made)
                for each in made.rows
                if recent and each.received and (heard is None or each.unit in others)
            ]
            heads = telling.heads_of(self.desk, results)
            units = sum(len(each.results) for each in heads)
            headline = headline_of(made, self.at, row.content)
            headline = replace(headline, reason=row.reason, units=units, again=heard is not None)
            chart = self._chart(made)
            told += telling.tell_release(self.session, self.desk, self.at, self.cycle, headline, chart)
            told += telling.tell_results(self.session, self.desk, self.at, self.cycle, headline, heads)
            mine = untold & (_b.month == row.month)
            connection.execute(update(bulletins_table).where(mine).values(told_at=self.at.now))
        return told

    # --- what both need -----------------------------------------------------------------------------------------------
    def _chart(self, made: Bulletin) -> Attachment | None:
        """The head chart; where it cannot be drawn, the office hears why, and the message goes without."""
        language = self.desk.settings.site.language
        try:
            (content,) = self.drawing([poster(made, self._voice(made))], Form.PNG)
        except CannotRun as error:
            why = in_language(error.args[0], language)
            said = _FAILED[language].format(month=month_given(made.month).named(language), why=why)
            troubles.tell(self.session, [(_CHART, said)], now=self.at.now)
            return None
        troubles.over(self.session, [_CHART], now=self.at.now)
        return Attachment(f"bulletin-{made.month}.png", "image/png", content)

    def _voice(self, made: Bulletin) -> Voice:
        site = self.desk.settings.site
        return Voice(site.language, site.timezone, made.hide_below)


def _first(readers: Sequence[Reader]) -> list[Reader]:
    """As many as a cycle bears, one at least."""
    some: list[Reader] = []
    for reader in readers:
        if some and sum(each.received for each in some) + reader.received > _AT_ONCE:
            break
        some.append(reader)
    return some
