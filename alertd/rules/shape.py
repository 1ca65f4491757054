"""The shape of a rule's file: every key with its sentence, for the docs and for editors (JSON Schema). No check of meaning."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema

from alertd.model.duration import Duration
from alertd.model.words import Send
from alertd.rules import shape_said as say
from alertd.rules.wrong import Unshaped

LONGEST = 1_000  # characters of a text
_BUDGET = re.compile(r"^\s*([1-9]\d{0,5}) a day per head\s*$")
NO_YEARS = 36_500  # days of a period, at most
SendWord = Literal["digest", "office_hours", "at_once"]
LevelWord = Literal["reminder", "warning", "critical"]
assert set(SendWord.__args__) == set(map(str, Send))  # type: ignore[attr-defined]


class Shape(BaseModel):
    """Strict: YAML has already said what is a number, a text, a date. An unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)


def _one_line(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if len(value) > LONGEST:
        raise Unshaped(say.too_long(len(value), LONGEST))
    if not (joined := " ".join(value.split())):
        raise Unshaped(say.EMPTY_TEXT)
    if not joined.isprintable():
        odd = next(char for char in joined if not char.isprintable())
        raise Unshaped(say.unreadable(odd))
    return joined


def _duration(value: Any) -> Any:
    if isinstance(value, Duration):
        return value
    try:
        read = Duration.parse(value) if isinstance(value, str) else None
    except ValueError:
        read = None
    if read is None:
        raise Unshaped(say.no_duration(value))
    if not read.amount:
        raise Unshaped(say.no_time(str(value)))
    return read


def _budget(value: Any) -> Any:
    found = _BUDGET.match(value) if isinstance(value, str) else None
    if found is None:
        raise Unshaped(say.NO_BUDGET)
    return int(found[1])


def _day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Unshaped(say.no_day_as_text(value)) from None
    return value


def _kind(value: Any) -> str:
    return {dict: "mapping", list: "list", int: "number"}.get(type(value), "text")


Line = Annotated[str, BeforeValidator(_one_line)]
Period = Annotated[
    Duration,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,15} ?(s|m|h|d|working days?|working hours?)$"}),
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Budget = Annotated[
    int,
    BeforeValidator(_budget),
    WithJsonSchema({"type": "string", "pattern": r"^[1-9]\d{0,5} a day per head$"}),
]
Lines = Annotated[
    Annotated[str, Tag("text")] | Annotated[list[str], Field(min_length=1), Tag("list")], Discriminator(_kind)
]
Step = Annotated[Annotated[int, Tag("number")] | Annotated[str, Tag("text")], Discriminator(_kind)]


class TextsShape(Shape):
    vi: Line | None = Field(None, description="In Vietnamese.")
    en: Line | None = Field(None, description="In English.")


Texts = Annotated[Annotated[TextsShape, Tag("mapping")] | Annotated[Line, Tag("text")], Discriminator(_kind)]


class BasisShape(Shape):
    text: Line = Field(description="The legal text as notices name it.")
    since: Day | None = Field(None, alias="from", description="First day on which it holds.")
    until: Day | None = Field(None, description="Last day on which it holds.")


Basis = Annotated[Annotated[BasisShape, Tag("mapping")] | Annotated[Line, Tag("text")], Discriminator(_kind)]


class DeadlineShape(Shape):
    counted_from: str = Field(description="The field from whose day it counts; that day itself is not counted.")
    within: Period = Field(description="How long: n working days, or nd for calendar days.")
    within_if: dict[str, Period] = Field({}, description="Another length where a yes/no field holds: {fast_track: …}.")


class LevelsShape(Shape):
    reminder: Step | None = Field(None, description="A step of the measure, or a condition.")
    warning: Step | None = Field(None, description="The same for the level above.")
    critical: Step | None = Field(None, description="The same for the worst level.")


class ExceptShape(Shape):
    when: Lines = Field(description="Records for which the rule does not count.")
    reason: Line = Field(description="Why; shown by `alertd explain`.")
    since: Day | None = Field(None, alias="from", description="First day on which it holds.")
    until: Day | None = Field(None, description="Last day on which it holds.")


class SendShape(Shape):
    reminder: SendWord = Field("digest", description="How a reminder is told.")
    warning: SendWord = Field("office_hours", description="How a warning is told.")
    critical: SendWord = Field("office_hours", description="How the worst level is told.")


class RuleShape(Shape):
    """One rule, as it stands in a file of its own."""

    id: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$",
        description="Its name: that of the file, without `.yaml`; a-z, 0-9, - and _.",
    )
    title: Texts = Field(description="Title of its section in notices: `{vi: …, en: …}`, or one text.")
    basis: list[Basis] = Field(
        [], description="The legal texts that it rests on, each with the days on which it holds."
    )
    dataset: str = Field(
        description="What it looks at: files, assignments, index_readings …; `alertd rules fields` lists them."
    )
    deadline: DeadlineShape | None = Field(
        None, description="A due date of the rule's own; lateness then counts from it, and `due_on` is that day."
    )
    when: Lines = Field(description="The condition, or a list of lines that must all hold.")
    measure: str | None = Field(
        None, description="The number by which it gets worse: a field that counts, or an expression of one."
    )
    levels: LevelsShape | None = Field(
        None,
        description="From which step of the measure on, or under which condition, each level holds; the highest counts.",
    )
    level: LevelWord | None = Field(None, description="Instead of `levels`: the one level that every finding has.")
    exceptions: list[ExceptShape] = Field(
        [], alias="except", description="Records that it leaves out, each with the reason and the days."
    )
    ends_when: Lines | None = Field(
        None, description="An alert stays until this holds, even where `when` no longer does; keeps it from flickering."
    )
    to: str = Field(
        description="Whose matter it is: unit_head, office, owner of announcing, owner of publishing, or a unit's code."
    )
    send: SendShape = Field(
        default_factory=SendShape, description="When each level is told: digest, office_hours or at_once."
    )
    repeat: Period | None = Field(
        None, description="Told again after this time as long as nobody has answered; without it, never."
    )
    at_most: Budget | None = Field(
        None,
        description="`5 a day per head`: of more records than that a head hears in his digest only, and the office is told.",
    )
    template: str = Field("default", description="The template of its section in notices.")
    show: list[str] = Field([], description="Further fields that lists and notices show.")
    action: Texts | None = Field(None, description="What has to be done, as notices ask for it.")
    act_within: Period | None = Field(None, description="By when, counted from the notice.")


KEYS = {field.alias or name: field for name, field in RuleShape.model_fields.items()}
