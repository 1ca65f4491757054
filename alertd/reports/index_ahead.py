"""What the index report says of the days ahead as lines of text: the last savable moment, and the forecast. Pure."""

from collections.abc import Iterator

from alertd.reports.forecast import Figure
from alertd.reports.index import Report
from alertd.reports.index_page import Voice

_SHOWN = 10  # lines of a list


def last_moment(report: Report, voice: Voice) -> Iterator[str]:
    found = report.outlook
    yield voice.say("outlook", day=voice.day(found.until))
    if not found.open:
        yield voice.say("outlook_none")
        return
    key = "outlook_late" if found.late else "outlook_fine"
    yield voice.say(key, open=voice.files(found.open), late=voice.files(found.late), weeks=found.weeks)
    for each in found.sections[:_SHOWN]:
        pace = voice.number(each.per_day, 1)
        given = {"late": voice.number(each.late), "open": voice.files(each.open), "pace": pace}
        yield f"- {voice.say('section', section=_place(report, voice, each.unit, each.section), **given)}"
    if len(found.sections) > _SHOWN:
        yield f"- {voice.say('more_sections', more=voice.number(len(found.sections) - _SHOWN))}"
    if found.first:
        yield voice.say("take_first")
        for urgent in found.first:
            place = _place(report, voice, urgent.unit, urgent.section)
            yield f"- {voice.say('urgent', code=urgent.code, due=voice.day(urgent.due), section=place)}"
        yield voice.say("overdue_too")


def expected(report: Report, voice: Voice) -> Iterator[str]:
    found = report.forecast
    yield voice.say("forecast")
    if found is None:
        yield voice.say("no_files")
        return
    tally, weeks = found.tally, report.outlook.weeks
    counts = {name: voice.number(getattr(tally, name)) for name in ("on_time", "late", "pending")}
    yield voice.say("counted", received=voice.files(tally.received), **counts)
    if tally.without_due:
        yield voice.say("without_due", count=voice.files(tally.without_due))
    if not tally.pending:
        yield _figure("final", found.least, voice)
    else:
        yield _figure("least", found.least, voice)
        if found.expected is not None:
            kept = f"{voice.hundredths(found.kept)}%"
            yield _figure("expected", found.expected, voice, kept=kept, weeks=weeks)
        yield _figure("most", found.most, voice)
        if found.expected is None:
            yield voice.say("too_few", weeks=weeks)
    portal = report.portal_on_time
    if portal is not None:
        yield _line("portal", portal.ratio, portal.score, voice)


def _figure(key: str, found: Figure, voice: Voice, **given: object) -> str:
    return _line(key, found.ratio, found.score, voice, **given)


def _line(key: str, ratio: int | None, score: int | None, voice: Voice, **given: object) -> str:
    name = voice.say(key, **given)
    return f"- {voice.say('figure', name=name, ratio=voice.hundredths(ratio), score=voice.hundredths(score))}"


def _place(report: Report, voice: Voice, unit: str | None, section: str | None) -> str:
    """The section, with its unit in the report of the whole city."""
    named = section or voice.say("section_none")
    return f"{named}, {voice.unit(unit or '')}" if report.is_city else named
