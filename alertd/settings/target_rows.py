"""Rows of the table of targets: which share of its files a unit has to get online in a period. A bad one is set aside."""

import re
from collections.abc import Callable, Collection

from alertd.model.period import period_of
from alertd.model.targets import Target
from alertd.settings import table_said as said
from alertd.settings.csv_table import Columns, Row

TARGETS = Columns(("period", "online"), ("unit",))

# 80 | 80% | 82.5 | 82,5 %
_SHARE = re.compile(r"([+-]?\d{1,6})(?:[.,](\d{1,6}))?\s*%?")


def target_rows(codes: Collection[str]) -> Callable[[Row], Target]:
    """``codes``: of the units that there are. The first of two rows for one unit and period stands."""
    lines: dict[tuple[str, str], int] = {}

    def make(row: Row) -> Target:
        unit, period = row.text("unit"), row.needed("period").upper()
        if unit and unit not in codes:
            row.complain("unit", said.unknown_unit("unit", unit, codes))
        if period and not period_of(period) is not None:
            row.complain("period", said.no_period(row.text("period")))
        elif (unit, period) in lines:
            row.complain("period", said.second_target(unit, period, lines[unit, period]))
        target = Target(unit, period, _share(row))
        row.whole()
        lines[unit, period] = row.line
        return target

    return make


def _share(row: Row) -> int:
    """In hundredths of a per cent."""
    text = row.needed("online")
    found = _SHARE.fullmatch(text)
    if found is None:
        if text:
            row.complain("online", said.no_share(text))
        return 0
    share = round(float(f"{found[1]}.{found[2] or 0}") * 100)
    if not 0 <= share <= 10_000:
        row.complain("online", said.beyond_the_whole(text))
    elif 0 < share < 100:  # 0.6 is how a spreadsheet may write 60%; a target that everybody reaches would say nothing
        row.complain("online", said.share_as_fraction(text))
    return share
