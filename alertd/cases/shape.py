"""The shape of a file of tests: every key with its sentence, for the docs and for editors (JSON Schema). No check of meaning."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from alertd.errors import Said
from alertd.model.dataset import Field as DatasetField
from alertd.model.dataset import FieldType
from alertd.model.datasets import DATASETS
from alertd.model.words import Level, Reason
from alertd.rules.deadline import ADDED
from alertd.rules.file_kind import FileKind
from alertd.rules.shape import Day, LevelWord, Line, Lines, SendWord, Shape

AlertWord = Literal["none", "reminder", "warning", "critical"]
EndWord = Literal["resolved", "moved_on", "gone", "excluded"]
LanguageWord = Literal["vi", "en"]
GONE = "gone"
NONE = "none"
assert set(LevelWord.__args__) | {NONE} == set(AlertWord.__args__)  # type: ignore[attr-defined]
assert set(EndWord.__args__) < set(map(str, Reason))  # type: ignore[attr-defined]
assert {level.word for level in Level} == set(LevelWord.__args__)  # type: ignore[attr-defined]

_JSON: dict[FieldType, list[dict[str, Any]]] = {
    FieldType.TEXT: [{"type": "string"}],
    FieldType.WORD: [{"type": "string"}],
    FieldType.INTEGER: [{"type": "integer"}],
    FieldType.DECIMAL: [{"type": "number"}],
    FieldType.BOOLEAN: [{"type": "boolean"}],
    FieldType.MOMENT: [{"type": "string"}],
    FieldType.DATE: [{"type": "string"}],
}


def value_schema(*fields: DatasetField) -> dict[str, Any]:
    """What an editor may know of a field's value: its type, its words, both its names; `none` or nothing at all: it is empty.
    Fields of several datasets may have one name: the value is right for any of them, and the last one says what it is called."""
    kinds: list[dict[str, Any]] = []
    words = dict.fromkeys(word for field in fields for word in field.words)
    if words:
        kinds.append({"enum": [*words, NONE]})
    for field in fields:
        if not field.words:
            kinds += [kind for kind in _JSON[field.type] if kind not in kinds]
        if field.type in (FieldType.INTEGER, FieldType.DECIMAL, FieldType.BOOLEAN) and {"const": NONE} not in kinds:
            kinds.append({"const": NONE})
    said = fields[-1]
    return {"description": f"{said.vi} / {said.en}", "anyOf": [*kinds, {"type": "null"}]}


def _values_schema(*, given: bool) -> dict[str, Any]:
    fields: dict[str, list[DatasetField]] = {} if given else {field.name: [field] for field in ADDED}
    for dataset in DATASETS.values():
        for field in dataset.given if given else dataset.declared:
            fields.setdefault(field.name, []).append(field)
    made = {name: value_schema(*alike) for name, alike in sorted(fields.items())}
    return {"type": "object", "properties": made, "additionalProperties": False}


def _day_as_text(value: Any) -> Any:
    """YAML has made a day of `2026-10-05` and left `2026-10-05 08:00` a text."""
    return value.isoformat() if type(value) is date else value


Moment = Annotated[
    str,
    BeforeValidator(_day_as_text),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([ T]\d{1,2}:\d{2})?$"}),
]
RECORD_SCHEMA = _values_schema(given=True)
FACTS_SCHEMA = _values_schema(given=False) | {"minProperties": 1}
_ONE_RECORD = {"anyOf": [RECORD_SCHEMA, {"const": GONE}]}
_RECORDS = {"type": "object", "minProperties": 1, "additionalProperties": _ONE_RECORD}
Values = Annotated[dict[str, Any], WithJsonSchema(RECORD_SCHEMA)]
Facts = Annotated[dict[str, Any], Field(min_length=1), WithJsonSchema(FACTS_SCHEMA)]
OneRecord = Annotated[
    dict[str, Any] | str, WithJsonSchema(_ONE_RECORD)
]  # its values, or that no source lists it any more
Records = Annotated[dict[str, Any], Field(min_length=1), WithJsonSchema(_RECORDS)]


class UnitShape(Shape):
    name: Line | None = Field(None, description="Its full name, as notices print it.")
    head: Line | None = Field(None, description="The name of its head; `none`: nobody is named.")
    until: Day | None = Field(None, description="Its last day.")
    successor: str | None = Field(None, description="The unit that takes over what it leaves behind.")


class StepShape(Shape):
    at: Moment | None = Field(
        None,
        description="The moment, in the site's zone: 2026-10-08 08:00; a day alone means the opening of the office.",
    )
    record: OneRecord | None = Field(
        None,
        description="One record: the fields that matter, or what changes in it; `gone`: no source lists it any more.",
    )
    records: Records | None = Field(None, description="Several records by a letter: `{A: {…}, B: {…}}`.")
    alert: AlertWord | None = Field(None, description="What stands then: none, reminder, warning or critical.")
    alerts: Annotated[dict[str, AlertWord], Field(min_length=1)] | None = Field(
        None, description="The same for several records: `{A: warning, B: none}`."
    )
    unit: str | None = Field(None, description="The unit under which it stands; `none`: no unit is known.")
    to: str | None = Field(None, description="Who hears of it: the unit whose head does, or office.")
    measure: int | None = Field(None, description="The measure of the rule.")
    facts: Facts | None = Field(None, description="Fields of the record as the rule sees them, with their values.")
    told: SendWord | None = Field(None, description="How it is told: digest, office_hours or at_once.")
    ends: EndWord | None = Field(
        None, description="Why an alert that stood has ended: resolved, moved_on (by time alone), gone or excluded."
    )
    says: Lines | None = Field(None, description="What the notice says, in part: a text, or a list of texts.")
    says_not: Lines | None = Field(None, description="What it must not say.")
    language: LanguageWord | None = Field(None, description="The language in which its reader is written to: vi or en.")


class TestShape(StepShape):
    __test__ = False  # no test of pytest's

    name: Line = Field(description="What is true of the rule, as a sentence.")
    rule: str | None = Field(None, description="The rule that is tested, where the file is about several.")
    days_off: list[Day] = Field([], description="Days off, on top of the site's calendar.")
    days_worked: list[Day] = Field([], description="Days worked, whatever the site's calendar says.")
    steps: Annotated[list[StepShape], Field(min_length=1)] | None = Field(
        None, description="Further moments of the same records, one after the other."
    )


class TestsShape(Shape):
    """A file of tests, beside the rules in the folder tests."""

    __test__ = False

    rule: str | None = Field(None, description="The rule that is tested: its id.")
    common: Values | None = Field(None, description="What all records of the file have in common.")
    units: dict[str, UnitShape] = Field({}, description="Further units, by code, besides the made-up ones.")
    days_off: list[Day] = Field([], description="Days off for all tests of the file, on top of the site's calendar.")
    days_worked: list[Day] = Field([], description="Days worked for all tests of the file.")
    tests: Annotated[list[TestShape], Field(min_length=1)] = Field(description="The tests, one after the other.")


TESTS = FileKind(
    shape=TestsShape,
    noun=Said("file of tests", "tệp kiểm thử"),
    begin=Said(
        "begin it with rule: and tests:, each on a line of its own",
        "bắt đầu tệp bằng rule: và tests:, mỗi khóa một dòng",
    ),
    smaller=Said("one file of tests per rule", "mỗi quy tắc một tệp kiểm thử"),
    samples={
        "tests": Said(
            "write tests: and below it a line - name: … for each test",
            "viết tests: rồi bên dưới mỗi kiểm thử một dòng - name: …",
        )
    },
    most_bytes=256 * 1024,  # fifty tests have some 20,000
    most_nodes=20_000,
)
EXPECTING = ("alert", "alerts", "unit", "to", "measure", "facts", "told", "ends", "says", "says_not")
