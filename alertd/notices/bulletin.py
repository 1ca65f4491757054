"""What people hear of the monthly bulletin: the office of a draft and of a release, each unit of its own files and of its result.

The figures come as values from whoever makes the bulletin; here is decided who hears of them, and how they travel.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby

from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.bulletins import MonthFile
from alertd.model.message import Attachment
from alertd.model.reach import Recipient
from alertd.model.words import ChannelName, NoticeKind
from alertd.notices import bulletin_sheets, spreadsheet
from alertd.notices.audience import destination
from alertd.notices.bulletin_figures import Headline, Result
from alertd.notices.bulletin_sheets import Called
from alertd.notices.clean import one_line
from alertd.notices.compose import Composer
from alertd.notices.drafted import drafted
from alertd.notices.put import Draft, by_mail, put
from alertd.notices.writer import Desk

_NAMES = 60  # characters of a unit's name in a line of figures


@dataclass(frozen=True, slots=True)
class Reader:
    """Who hears of some units, by his number in this run: of his own, or in the place of their heads."""

    number: int
    recipient: Recipient
    to: Recipient
    results: tuple[Result, ...]

    @property
    def meant(self) -> Recipient | None:
        return None if self.to.person == self.recipient.person else self.recipient

    @property
    def received(self) -> int:
        return sum(each.received for each in self.results)


FilesOf = Callable[[Mapping[str, int]], Iterator[MonthFile]]  # unit → its reader's number; by number and unit


def readers_of(desk: Desk, results: Iterable[Result]) -> tuple[Reader, ...]:
    """Each person once, with all units for which he answers; units of which nobody at all can be told are left out."""
    found: dict[str, Reader] = {}
    for result in results:
        recipient = desk.reach.answering(result.unit)
        to = destination(desk, recipient)
        if recipient is None or to is None:
            continue
        known = found.get(recipient.person)
        if known is None:
            found[recipient.person] = Reader(len(found) + 1, recipient, to, (result,))
        else:
            found[recipient.person] = replace(known, results=(*known.results, result))
    return tuple(found.values())


def tell_draft(
    session: Session, desk: Desk, at: AsOf, cycle: int, headline: Headline, chart: Attachment | None
) -> bool:
    """That a draft is there, to the office, with its chart; False where nobody there can be reached."""
    return _tell_office(session, desk, at, cycle, "bulletin", headline, chart)


def tell_release(
    session: Session, desk: Desk, at: AsOf, cycle: int, headline: Headline, chart: Attachment | None
) -> bool:
    """That an edition is released, the same way."""
    return _tell_office(session, desk, at, cycle, "bulletin_released", headline, chart)


def heads_of(desk: Desk, results: Iterable[Result]) -> tuple[Reader, ...]:
    """The same without the office: what it would hear in the place of others stands in the bulletin."""
    office = desk.reach.office()
    others = (reader for reader in readers_of(desk, results) if reader.recipient.instead is None)
    return tuple(each for each in others if office is None or each.recipient.person != office.person)


def tell_results(
    session: Session, desk: Desk, at: AsOf, cycle: int, headline: Headline, heads: Sequence[Reader]
) -> int:
    """To each head his unit's result as it was released: one short message without sound."""
    drafts: list[Draft] = []
    for head in heads:
        drafts += _drafts(session, desk, at, "bulletin_result", headline, head, quiet=True)
    return len(put(session, drafts, at, cycle))


def tell_rows(
    session: Session,
    desk: Desk,
    at: AsOf,
    cycle: int,
    headline: Headline,
    readers: Sequence[Reader],
    files_of: FilesOf,
) -> int:
    """To each reader the files of his units of the month, one workbook with a sheet a unit; one workbook at a time in memory."""
    drafts: dict[int, list[Draft]] = {
        reader.number: _drafts(session, desk, at, "bulletin_rows", headline, reader, files=True) for reader in readers
    }
    ids = put(session, [draft for mine in drafts.values() for draft in mine], at, cycle)
    carriers: dict[int, tuple[int, ...]] = {}
    for number, mine in drafts.items():
        sent = [ids[draft.once] for draft in mine if draft.once in ids and _carries(desk, draft)]
        if sent:
            carriers[number] = tuple(sent)
    of = {reader.number: reader for reader in readers if reader.number in carriers}
    wanted = {result.unit: reader.number for reader in of.values() for result in reader.results}

    def books() -> Iterator[spreadsheet.Enclosure]:
        for number, files in groupby(files_of(wanted), key=lambda file: file.number):
            language = desk.language(of[number].recipient.contact)
            units = {result.unit: result.received for result in of[number].results}
            called = Called(language, headline.month, portal=headline.portal)
            yield carriers[number], bulletin_sheets.book(desk, at, called, units, files)

    if wanted:
        spreadsheet.attach(session, desk, at, (), books())
    return len(ids)


def _tell_office(
    session: Session, desk: Desk, at: AsOf, cycle: int, kind: str, headline: Headline, chart: Attachment | None
) -> bool:
    office = desk.reach.office()
    if office is None:
        return False
    reader = Reader(0, office, office, ())
    drafts = _drafts(session, desk, at, kind, headline, reader, files=chart is not None)
    ids = put(session, drafts, at, cycle)
    carriers = tuple(ids[draft.once] for draft in drafts if draft.once in ids and _carries(desk, draft))
    if chart is not None and carriers:
        spreadsheet.attach(session, desk, at, (), [(carriers, chart)])
    return True


def _drafts(
    session: Session,
    desk: Desk,
    at: AsOf,
    kind: str,
    headline: Headline,
    reader: Reader,
    *,
    files: bool = False,
    quiet: bool = False,
) -> list[Draft]:
    name_of = desk.reach.directory.name_of
    why = reader.recipient.instead
    rows = tuple(
        asdict(each)
        | {
            "name": one_line(name_of(each.unit), _NAMES),
            "reason": _instead(desk, each.unit) if why is not None else "",
        }
        for each in reader.results
    )
    sources = {each.name for each in desk.settings.sources if each.dataset == "files"}
    composer = Composer(desk, at, ())
    more = {
        "bulletin": headline,
        "result_rows": rows,
        "figure_sources": tuple(composer.source(name) for name in desk.freshness if name in sources),
        "mailed": bool(by_mail(reader.to.ways)),
    }
    units = [each.unit for each in reader.results] if why is None else []
    attached = files and _takes_files(desk, reader.to)
    letter = composer.letter(kind, reader.to, reader.meant, units, attached=attached, more=more)
    first = reader.results[0].unit if reader.results else ""
    return drafted(
        session,
        desk,
        at,
        letter,
        reader.to,
        kind=NoticeKind.SYSTEM,
        about=f"bulletin|{headline.month}",
        once=f"{kind}:{headline.month}:{headline.edition}:{first}",
        unit=reader.recipient.unit,
        meant_for=reader.recipient.person if reader.meant is not None else "",
        files=files and not _into_chat(desk, reader.to.ways[0].channel),
        quiet=quiet,
    )


def _instead(desk: Desk, unit: str) -> str:
    recipient = desk.reach.answering(unit)
    return recipient.instead.value if recipient is not None and recipient.instead is not None else ""


def _takes_files(desk: Desk, to: Recipient) -> bool:
    return bool(by_mail(to.ways)) or _into_chat(desk, to.ways[0].channel)


def _carries(desk: Desk, draft: Draft) -> bool:
    way = (draft.ways or draft.to.ways)[0].channel
    return way is ChannelName.EMAIL or _into_chat(desk, way)


def _into_chat(desk: Desk, channel: ChannelName) -> bool:
    return channel is ChannelName.TELEGRAM and desk.settings.telegram.attachments
