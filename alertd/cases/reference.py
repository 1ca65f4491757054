"""The parts of docs/rules.md about tests that are written from declarations: keys, made-up units, what a record has by itself."""

from typing import Any

from alertd.cases.edges import WHAT
from alertd.cases.given import DEFAULTS
from alertd.cases.people import CODES
from alertd.cases.shape import StepShape, TestShape, TestsShape
from alertd.rules.file_kind import keys_of
from alertd.rules.reference import table


def parts() -> dict[str, str]:
    """What stands in the page behind each mark, by its name."""
    moment = keys_of(StepShape)
    own = {name: field for name, field in keys_of(TestShape).items() if name not in moment}
    return {
        "test file keys": _keys(keys_of(TestsShape)),
        "test keys": _keys(own | moment),
        "made-up units": table(("code", "what it is"), ((f"`{code}`", what) for code, what in CODES.items())),
        "record defaults": table(
            ("dataset", "a record has by itself"),
            ((f"`{name}`", _defaults(values)) for name, values in DEFAULTS.items()),
        ),
        "edges": table(
            ("edge", "nghĩa", "what is tried"), ((f"`{edge}`", what.vi, str(what)) for edge, what in WHAT.items())
        ),
    }


def _keys(keys: dict[str, Any]) -> str:
    rows = (
        (f"`{name}`", "yes" if field.is_required() else "", field.description or "") for name, field in keys.items()
    )
    return table(("key", "needed", "what it says"), rows)


def _defaults(values: Any) -> str:
    shown = (f"`{name}: {'A' if '{' in value else value}`" for name, value in values.items())
    return ", ".join(shown)
