"""The digests of one day put into the outbox: each with its list, its drafts and what it shows, or all of them without words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from alertd.model.message import Message
from alertd.model.words import NoticeKind
from alertd.notices import apologies, outlook, spreadsheet
from alertd.notices.audience import Audience
from alertd.notices.city import mark_answers
from alertd.notices.daily import Daily, Page
from alertd.notices.put import DIGEST, NO_WORDS, Draft, put
from alertd.notices.render import Rendered, button
from alertd.notices.shown import shown_of
from alertd.notices.spreadsheet import MOST_DAILY, Wanted


@dataclass(frozen=True, slots=True)
class Made:
    """What a batch came to: the notice of each recipient by his number, and what it shows besides what it tells (notice,
    alert, level)."""

    written: int
    linked: Mapping[int, int]
    shown: Sequence[tuple[int, int, int]]


def put_digests(daily: Daily, batch: Sequence[Audience], cycle: int | None) -> Made:
    """The digests of some recipients, rendered, with their lists; for a replay that counts, without their words."""
    if daily.desk.wordless:
        return _without_words(daily, batch, cycle)
    return _put_pages(daily, daily.pages(batch), cycle)


def _without_words(daily: Daily, batch: Sequence[Audience], cycle: int | None) -> Made:
    """Who gets one, when, and of how many alerts it tells. What the next digests are compared with is left behind as always."""
    drafts = {}
    for audience in batch:
        if daily.is_city(audience):
            counts = daily.city_left_behind(audience, None)
            drafts[audience.number] = _draft(daily, audience, NoticeKind.OFFICE, counts, NO_WORDS)
        else:
            counts = daily.left_behind(audience, None)
            drafts[audience.number] = _draft(daily, audience, NoticeKind.DIGEST, counts, NO_WORDS)
    ids = put(daily.session, list(drafts.values()), daily.at, cycle)
    linked = {number: ids[draft.once] for number, draft in drafts.items() if draft.once in ids}
    return Made(len(ids), linked, ())


def _put_pages(daily: Daily, pages: Sequence[Page], cycle: int | None) -> Made:
    drafts: list[Draft] = []
    for page in pages:
        done = daily.rendered(page)
        draft = _worded(daily, page, done)
        drafts += apologies.carried(daily.desk, draft, page.letter.drafts, summary=done.summary)
    ids = put(daily.session, drafts, daily.at, cycle)
    wanted, linked = [], {}
    shown: list[tuple[int, int, int]] = []
    besides: list[spreadsheet.Enclosure] = []
    for page in pages:
        once, letter = daily.once(page.audience), page.letter
        notices = tuple(ids[key] for key in (once, f"{once}:list") if key in ids)
        if once not in ids:
            continue
        linked[page.audience.number] = ids[once]
        shown += [(ids[once], alert, level) for alert, level in shown_of(letter)]
        if letter.attached:
            number = page.audience.number
            wanted.append(
                Wanted(number, notices, letter.language, letter.unit, letter.sections, page.extra, MOST_DAILY)
            )
        if page.kind is NoticeKind.OFFICE:
            mark_answers(daily.session, letter.more["answer_rows"], daily.at.now)
            besides += outlook.enclosed(daily.session, daily.desk, daily.at, letter.more, notices)
    enclosed = {page.audience.number: page.enclosed for page in pages if page.enclosed is not None}
    besides += apologies.kept(daily.session, daily.desk, drafts, enclosed, ids)
    spreadsheet.attach(daily.session, daily.desk, daily.at, wanted, besides)
    return Made(len(ids), linked, shown)


def _worded(daily: Daily, page: Page, done: Rendered) -> Draft:
    rules = daily.desk.rules.rules
    used = [section.rule for section in page.letter.sections] or [rule for rule in page.counts if rule in rules]
    versions = [rules[rule].version for rule in used]
    # where each record stands by its code; in a rehearsal the office would dispute it in the head's place
    shown = page.kind is NoticeKind.DIGEST and not page.audience.meant and bool(page.letter.tasks or page.letter.ahead)
    dispute = button(daily.desk.templates, page.letter.language, "dispute_button") if shown else ""
    made = _draft(daily, page.audience, page.kind, page.counts, done.message)
    return replace(made, rule_versions=versions, dispute=dispute)


def _draft(
    daily: Daily, audience: Audience, kind: NoticeKind, counts: Mapping[str, Mapping[str, int]], message: Message
) -> Draft:
    """A digest of this day, whatever it says."""
    return Draft(
        kind=kind,
        to=audience.to,
        message=message,
        once=daily.once(audience),
        unit=audience.recipient.unit,
        meant_for=audience.person if audience.meant else "",
        urgency=DIGEST,
        counts=counts,
        digest_on=daily.at.today,
    )
