"""What config.example.toml shows of a source of the index: its values where they are no defaults, and what follows its tables."""

SETTINGS = {
    "name": '"national portal"',
    "dataset": '"index_readings"',
    "kind": '"http"',
    "url": '"https://portal.example.gov.vn/reporting/evaluation/progress-tree"',
    "method": '"POST"',
    "body": '{ departmentCode = "H26", year = "{year}", month = "{month}" }',
    "reply": '"index_evaluation"',
    "every": '"1h"',
    "stale_after": '"1 working days"',
    "running": '"month"',
    "before": "2",
}
# Keys that this source shows; those of the first one that it shares are left out.
KEYS = frozenset(
    (
        "name",
        "dataset",
        "kind",
        "url",
        "method",
        "body",
        "body_as",
        "reply",
        "records",
        "every",
        "stale_after",
        "index",
    )
)
HEAD = """\
# This one asks the national portal for the index, one request per period, by the account that was agreed
# (its [sources.auth] is written as above); it is off.
# Where the period stands in url, parameters or body: {period} is 2024-09, 2024-Q3 or 2024; {year}, {quarter}, {month} (09),
# {month_number} (9), {first_day} and {last_day} (2024-09-01) are parts of it. It needs no [sources.fields].
"""
TAIL = """\

# Their unit = ours, where the reply calls one otherwise than units.csv (by its code, or by its name where it has none).
[sources.values.unit]
"UBND Thành phố Hà Nội" = "H26"
"""
