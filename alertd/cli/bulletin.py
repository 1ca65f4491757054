"""alertd bulletin."""

from pathlib import Path
from typing import Annotated, Any

import typer

from alertd.cli.common import AsJson, Config, Language, Now, show_json, who
from alertd.cli.site import open_site
from alertd.cli.whole import put_whole
from alertd.errors import CannotRun, Refused, Said, in_language
from alertd.model.asof import AsOf
from alertd.model.period import Period
from alertd.monthly import bulletin as bulletin_now
from alertd.reports import editions
from alertd.reports.bulletin_charts import poster
from alertd.reports.bulletin_document import document
from alertd.reports.bulletin_html import page
from alertd.reports.bulletin_voice import Voice
from alertd.reports.bulletin_xlsx import workbook
from alertd.reports.charts import Form, draw
from alertd.reports.editions import Edition
from alertd.reports.month import month_given
from alertd.site import Site, as_believed, as_counted

app = typer.Typer(add_completion=False)
_HASH = 12  # characters of a content's hash that are shown

_SAYS = {
    "vi": {
        "draft": "Bản tin {month}, lần công bố thứ {edition}: DỰ THẢO, bản {content}, tổng hợp lúc {at}.",
        "released": "Bản tin {month}, lần công bố thứ {edition}: {by} phát hành lúc {at}.",
        "replaced": "Bản tin {month}, lần công bố thứ {edition}: đã có bản công bố sau thay thế.",
        "next": "Xem các tệp trên, rồi phát hành: alertd bulletin {month} --release --content {content} --reason “…”",
        "file": "  {path}",
        "nothing": "Số liệu không đổi so với bản dự thảo đang có.",
    },
    "en": {
        "draft": "Bulletin of {month}, edition {edition}: DRAFT {content}, drawn up at {at}.",
        "released": "Bulletin of {month}, edition {edition}: released by {by} at {at}.",
        "replaced": "Bulletin of {month}, edition {edition}: a later edition has taken its place.",
        "next": 'Look at the files above, then release it: alertd bulletin {month} --release --content {content} --reason "…"',
        "file": "  {path}",
        "nothing": "The figures are as in the draft that is there already.",
    },
}


@app.command()
def bulletin(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="Of which month, written as 2024-09.")],
    draft: Annotated[
        bool, typer.Option("--draft", help="Draw a draft up anew, also where an edition is released.")
    ] = False,
    release: Annotated[bool, typer.Option("--release", help="Release the draft: it is printed as it stands.")] = False,
    edition: Annotated[int | None, typer.Option(help="An earlier edition; by default the draft, or the last.")] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who releases; by default the user at the keyboard.")] = "",
    reason: Annotated[str, typer.Option(help="Why, or on whose order; it stays in the audit.")] = "",
    content: Annotated[
        str, typer.Option(metavar="HASH", help="The draft that was looked at; another one is refused.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the files go; by default bulletin-MONTH here.")
    ] = None,
    language: Annotated[Language | None, typer.Option("--language", help="By default the site's.")] = None,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """The monthly bulletin: every unit's result as a page, a workbook and a chart; a draft until somebody releases it."""
    wanted = month_given(month)
    with open_site(config, now, writes=True) as site:
        tongue = language.value if language else site.language
        try:
            found, same = _edition(
                site, wanted, draft=draft, release=release, number=edition, by=by, reason=reason, content=content
            )
        except Refused as error:
            raise Refused(in_language(error.args[0], tongue)) from None
        voice = Voice(tongue, site.settings.site.timezone, found.bulletin.hide_below)
    if as_json:
        show_json(_as_json(found, voice))
        return
    paths = _write(found, voice, out or Path(f"bulletin-{wanted}"))
    _show(found, voice, paths, same=same)


def _edition(
    site: Site, month: Period, *, draft: bool, release: bool, number: int | None, by: str, reason: str, content: str
) -> tuple[Edition, bool]:
    """The edition that is asked for, and whether a new draft would have said the same."""
    site = as_believed(site)
    at = AsOf(site.clock.now(), site.calendar)
    with site.store.write() as session:
        at = AsOf(at.now, as_counted(session, site).calendar)
        _refuse_the_future(month, at)
        if release:
            if not reason.strip():
                raise Refused(
                    Said(
                        'a release needs a reason, or on whose order it is: --reason "…"',
                        "phát hành cần ghi lý do hoặc theo chỉ đạo của ai: --reason “…”",
                    )
                )
            return editions.release(
                session, month, by=by or who(), reason=reason.strip(), now=at.now, content=content
            ), False
        there = editions.editions(session, month)
        kept = True
        if draft or not there:
            kept = editions.keep_draft(session, bulletin_now(session, site, at, month), by=by or who())
            there = editions.editions(session, month)
    if number is None:
        return there[0], not kept
    found = next((each for each in there if each.number == number), None)
    if found is None:
        known = ", ".join(str(each.number) for each in reversed(there))
        raise Refused(
            Said(
                f"there is no edition {number} of {month}; there are {known}",
                f"không có lần công bố thứ {number} của {month.named('vi')}; hiện có: {known}",
            )
        )
    return found, False


def _refuse_the_future(month: Period, at: AsOf) -> None:
    if month.first > at.today:
        raise Refused(
            Said(f"{month} has not begun", f"{month.named('vi')} chưa bắt đầu"),
        )


def _write(found: Edition, voice: Voice, folder: Path) -> list[Path]:
    stem = f"bulletin-{found.bulletin.month}"
    made = {
        f"{stem}.html": page(found.bulletin, voice).encode(),
        f"{stem}.xlsx": workbook(found.bulletin, voice),
        f"{stem}.png": draw([poster(found.bulletin, voice)], Form.PNG)[0],
    }
    try:
        return put_whole(folder, made)
    except OSError as error:
        raise CannotRun(f"{folder}: {error.strerror}; name another folder with --out") from None


def _show(found: Edition, voice: Voice, paths: list[Path], *, same: bool) -> None:
    says = _SAYS[voice.language]
    when = found.released_at or found.made_at
    print(
        says[found.state.value].format(
            month=voice.month(found.bulletin),
            edition=found.number,
            content=found.content[:_HASH],
            at=voice.moment(when),
            by=found.released_by,
        )
    )
    for path in paths:
        print(says["file"].format(path=path))
    if same:
        print(says["nothing"])
    if found.released_at is None:
        print(says["next"].format(month=found.bulletin.month, content=found.content[:_HASH]))


def _as_json(found: Edition, voice: Voice) -> dict[str, Any]:
    return {
        "month": found.bulletin.month,
        "edition": found.number,
        "state": found.state.value,
        "content": found.content,
        "made_at": found.made_at.astimezone(voice.zone).isoformat(),
        "released_at": found.released_at.astimezone(voice.zone).isoformat() if found.released_at else None,
        "released_by": found.released_by or None,
        "reason": found.reason or None,
        **document(found.bulletin, voice),
    }
