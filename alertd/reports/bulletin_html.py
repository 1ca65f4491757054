"""A bulletin as one HTML page for the public and for paper: nothing from elsewhere, no script. Everything is escaped."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from alertd.reports import bulletin_charts as charts
from alertd.reports.bulletin import Bulletin, Row
from alertd.reports.bulletin_style import CSS
from alertd.reports.bulletin_voice import HIDDEN, Voice
from alertd.reports.charts import Chart, Form, draw
from alertd.reports.page_frame import framed
from alertd.reports.ranking import by_overdue, compared

# A text, a number.
_HEADS = (Markup("<th>{}</th>"), Markup('<th class="num">{}</th>'))
_CELLS = (Markup("<td>{}</td>"), Markup('<td class="num">{}</td>'))
_RANKED = (  # what makes the rank stands beside it, on a telephone as well
    "on_time_rate",
    "received",
    "ended",
    "on_time",
    "late",
    "overdue",
    "online_rate",
    "average_working_days",
)
_RESULT = (
    "received",
    "ended",
    "on_time",
    "late",
    "on_time_rate",
    "overdue",
    "online_rate",
    "average_working_days",
)


def page(bulletin: Bulletin, voice: Voice) -> str:
    """The whole page. Raises CannotRun where the charts cannot be drawn."""
    drawn = _Drawn(bulletin, voice)
    body = Markup("\n").join([_header(bulletin, voice), *_parts(bulletin, voice, drawn), _notes(bulletin, voice)])
    title = voice.say("title", month=voice.month(bulletin))
    return framed(body, language=voice.language, title=title, site=bulletin.site, css=CSS)


class _Drawn:
    """All charts of the page, drawn at once; by what they show."""

    def __init__(self, bulletin: Bulletin, voice: Voice) -> None:
        named: list[tuple[str, Chart]] = []
        for group in ("departments", "communes"):
            named += [(group, chart) for chart in charts.by_unit(bulletin, voice, group)]
        made = {
            "movers": charts.movers(bulletin, voice),
            "overdue": charts.ageing(bulletin, voice),
            "publication": charts.publication(bulletin, voice),
            "online": charts.online(bulletin, voice),
            "months": charts.months(bulletin, voice),
        }
        named += [(name, chart) for name, chart in made.items() if chart is not None]
        files = draw([chart for _, chart in named], Form.SVG)
        self._files = [(name, chart.title, svg) for (name, chart), svg in zip(named, files, strict=True)]

    def of(self, name: str) -> Markup:
        return Markup("").join(_figure(title, svg) for known, title, svg in self._files if known == name)


def _figure(title: str, svg: bytes) -> Markup:
    text = svg.decode()
    drawing = Markup(text[text.index("<svg") :])  # noqa: S704 - drawn by ourselves, its texts escaped by the drawing
    return Markup('<figure class="chart" role="img" aria-label="{}">{}</figure>').format(title, drawing)


def _header(bulletin: Bulletin, voice: Voice) -> Markup:
    draft = Markup('<p class="draft">{}</p>') if bulletin.released_at is None else Markup("<p>{}</p>")
    state = draft.format(voice.state(bulletin))
    doubts = Markup("").join(Markup('<p class="doubt">{}</p>').format(said) for said in voice.doubts(bulletin))
    return Markup('<header><p class="site">{}</p><h1>{}</h1><p>{}</p>{}<p class="note">{} {}</p>{}</header>').format(
        bulletin.site,
        voice.say("title", month=voice.month(bulletin)),
        voice.say("edition", edition=bulletin.edition),
        state,
        voice.notes(bulletin)[0],
        voice.say("may_change"),
        doubts,
    )


def _parts(bulletin: Bulletin, voice: Voice, drawn: _Drawn) -> Iterator[Markup]:
    yield _section(voice.say("I"), _city(bulletin, voice), drawn.of("months"))
    moves = compared(bulletin.rows)
    ranking = [drawn.of("movers") if moves else _nothing(voice, "not_compared")]
    for group in ("departments", "communes"):
        rows = [row for row in bulletin.rows if row.group == group]
        if rows:
            ranking += [
                Markup("<h3>{}</h3>").format(voice.say(group)),
                _ranking(rows, voice, moves=moves),
                drawn.of(group),
            ]
    yield _section(voice.say("II"), *ranking)
    yield _section(voice.say("III"), drawn.of("overdue"), _overdue(bulletin, voice))
    yield _section(voice.say("IV"), drawn.of("publication"), _publication(bulletin, voice))
    yield _section(voice.say("V"), drawn.of("online"), _online(bulletin, voice))
    yield _section(voice.say("VI"), _index(bulletin, voice))
    yield _section(voice.say("VII"), _causes(bulletin, voice))
    yield _section(voice.say("VIII"), _amended(bulletin, voice))


def _section(title: str, *parts: Markup) -> Markup:
    return Markup("<section><h2>{}</h2>{}</section>").format(title, Markup("").join(parts))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, texts: int = 1, wide: bool = False) -> Markup:
    """``texts``: so many first columns are texts, the others numbers (the last too where it is ``wide``)."""

    def cell(forms: tuple[Markup, Markup], place: int, text: str, count: int) -> Markup:
        number = place >= texts and not (wide and place == count - 1)
        return forms[number].format(text)

    top = Markup("").join(cell(_HEADS, place, text, len(head)) for place, text in enumerate(head))
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(cell(_CELLS, place, text, len(row)) for place, text in enumerate(row))
        )
        for row in rows
    )
    return Markup('<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>').format(
        top, body
    )


def _nothing(voice: Voice, word: str = "nothing") -> Markup:
    return Markup("<p>{}</p>").format(voice.say(word))


def _city(bulletin: Bulletin, voice: Voice) -> Markup:
    if not bulletin.city.received:
        return _nothing(voice, "no_figures")
    cards = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(voice.say(name), voice.cell(bulletin.city, name))
        for name in _RESULT
    )
    return Markup('<dl class="cards">{}</dl>').format(cards)


def _ranking(rows: Sequence[Row], voice: Voice, *, moves: bool) -> Markup:
    """``moves``: whether there are ranks of last month; else they are a column that says nothing."""
    names = _RANKED[0], *(["move"] if moves else []), *_RANKED[1:]
    head = [voice.say(word) for word in ("rank", "unit", *names, "notes")]
    body = [
        [
            voice.rank(row),
            row.name,
            *(voice.move(row) if name == "move" else voice.cell(row, name) for name in names),
            voice.marks(row),
        ]
        for row in rows
    ]
    return _table(head, body, texts=2, wide=True)


def _overdue(bulletin: Bulletin, voice: Voice) -> Markup:
    rows, others = by_overdue(bulletin.rows)
    if not rows and not others:
        return _nothing(voice)
    head = [voice.say("unit"), voice.say("overdue"), *voice.say("ages").split("|")]
    body = [[row.name, voice.cell(row, "overdue"), *voice.ages(row)] for row in rows]
    made = _table(head, body) if rows else Markup("")
    if others:
        names = "; ".join(row.name for row in others)
        said = voice.say("not_printed", count=voice.number(len(others)), units=names)
        made += Markup('<p class="note">{}</p>').format(said)
    return made


def _publication(bulletin: Bulletin, voice: Voice) -> Markup:
    rows = charts.by_publication(bulletin)
    if not rows:
        return _nothing(voice, "nothing_published")
    head = [voice.say(word) for word in ("unit", "publish_due", "publish_on_time")]
    body = [[row.name, voice.number(row.publish_due), voice.number(row.publish_on_time)] for row in rows]
    return _table(head, body)


def _online(bulletin: Bulletin, voice: Voice) -> Markup:
    rows = charts.by_online(bulletin, voice)
    if not rows:
        return _nothing(voice)
    names = ("received", "online", "online_rate", "online_target")
    body = [[row.name, *(voice.cell(row, name) for name in names)] for row in rows]
    return _table([voice.say("unit"), *(voice.say(name) for name in names)], body)


def _index(bulletin: Bulletin, voice: Voice) -> Markup:
    if not bulletin.index:
        return _nothing(voice, "no_index")
    head = [voice.say(word) for word in ("indicator", "score", "maximum", "change", "computed")]
    body = []
    for line in bulletin.index:
        sign = "+" if (line.change or 0) > 0 else ""
        body.append(
            [
                line.vi if voice.language == "vi" else line.en,
                voice.number(line.score, 2),
                voice.number(line.maximum),
                sign + voice.number(line.change, 2),
                voice.moment(line.computed_at),
            ]
        )
    return _table(head, body, wide=True)


def _causes(bulletin: Bulletin, voice: Voice) -> Markup:
    if not bulletin.causes:
        return _nothing(voice, "no_causes")
    shown = [HIDDEN if voice.few(each.count) else voice.number(each.count) for each in bulletin.causes]
    body = [[voice.cause(each.name), count] for each, count in zip(bulletin.causes, shown, strict=True)]
    return _table([voice.say("cause"), voice.say("files")], body)


def _amended(bulletin: Bulletin, voice: Voice) -> Markup:
    if not bulletin.amended:
        return _nothing(voice, "first" if bulletin.edition == 1 else "unchanged")
    head = [voice.say(word) for word in ("unit", "figure", "before", "after")]
    rows = _table(head, [[each.name, *voice.amended(each)] for each in bulletin.amended], texts=2)
    return _nothing(voice, "first") + rows if bulletin.edition == 1 else rows


def _notes(bulletin: Bulletin, voice: Voice) -> Markup:
    lines = Markup("").join(Markup("<li>{}</li>").format(line) for line in voice.notes(bulletin))
    return Markup("<footer><h2>{}</h2><ul>{}</ul></footer>").format(voice.say("IX"), lines)
