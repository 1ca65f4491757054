"""alertd apologies: draft, causes."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from alertd import wiring
from alertd.cli.common import AsJson, Config, Now, show_json, show_table
from alertd.cli.site import open_site
from alertd.errors import CannotRun, Refused, Said, in_language
from alertd.explain.find import nearest
from alertd.model.asof import AsOf
from alertd.model.cause_words import called
from alertd.model.files import files_table
from alertd.notices.clean import one_line
from alertd.notices.form_words import columns, form_of, name_of
from alertd.paper.form import drafting
from alertd.reports.causes import UnitCauses, causes_of
from alertd.reports.month import month_given
from alertd.rules.evaluate import live_mode
from alertd.site import Site

app = typer.Typer(add_completion=False, help="Apologies for late files, and causes of delay.", no_args_is_help=True)

_f = files_table.c


@app.command()
def draft(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Code of the file.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write it; by default here, by the file's code.")
    ] = None,
    config: Config = None,
    now: Now = None,
) -> None:
    """Write the draft of form 04 for one file, as it goes along with notices; nothing is kept or sent."""
    key = key.encode(errors="replace").decode().strip()
    with open_site(config, now) as site:
        with site.store.read() as session:
            at = AsOf(site.clock.now(), site.calendar, live_mode(session, site.clock.now()))
            wanted = select(*columns(at)).where(_f.code == key, _f.preferred.is_(True))
            row = session.connection().execute(wanted, at.parameters).mappings().first()
            if row is None:
                near = nearest(session, key)
                cure = f"did you mean {' or '.join(near)}?" if near else "see `alertd alerts list` for codes"
                raise Refused(f"no file has the code {one_line(key, 80)!r}; {cure}")
        form = wiring.form_of(site.settings)
        made = drafting(form)([form_of(site.settings, site.directory, at, row)])
        if isinstance(made, Said):
            raise CannotRun(f"{form}: {in_language(made, site.settings.site.language)}")
    path = out if out is not None else Path(name_of(row["code"]))
    try:
        path.write_bytes(made[0])
    except OSError as error:
        raise CannotRun(f"{path}: cannot be written ({error.strerror}); name another place with --out") from None
    print(f"wrote {path}")


@app.command()
def causes(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="Of the files that became late in it: 2024-09.")],
    unit: Annotated[str | None, typer.Option(metavar="CODE", help="Of this unit.")] = None,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Causes of delay by unit and kind: as heads gave them, else as the source records them."""
    asked = month_given(month)
    with open_site(config, now) as site, site.store.read() as session:
        at = AsOf(site.clock.now(), site.calendar, live_mode(session, site.clock.now()))
        found = causes_of(session, at, asked.first, asked.last, site.settings.apologies.causes)
        units = [each for each in found.units if unit is None or each.unit == unit]
        if as_json:
            show_json([_json(each) for each in units])
            return
        rows = [_row(site, each, site.directory.name_of(each.unit) or "–") for each in units]
        if unit is None and len(rows) > 1:
            rows.append(_row(site, found.total, "total"))
    show_table("Causes of delay", ("unit", "late", "no cause", "causes"), rows, empty="no file became late in it")


def _row(site: Site, found: UnitCauses, name: str) -> tuple[object, ...]:
    language = site.settings.site.language
    kinds = "; ".join(f"{called(kind, language)}: {count}" for kind, count in found.kinds.items())
    return name, found.late, found.unknown, kinds


def _json(found: UnitCauses) -> dict[str, object]:
    kinds = {kind.value: count for kind, count in found.kinds.items()}
    return {"unit": found.unit, "late": found.late, "said": found.said, "unknown": found.unknown, "kinds": kinds}
