"""JSON Schemas of rules, tests and units, for editors that complete and check while somebody types. Pure, from the shapes.

What a schema cannot know is left to `alertd check`: what a condition means, and which units and templates the office has of its
own. Those that are known are offered, others are not refused.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from alertd.cases.shape import EXPECTING, FACTS_SCHEMA, RECORD_SCHEMA, TestsShape
from alertd.model.dataset import Dataset, FieldType
from alertd.model.datasets import DATASETS
from alertd.model.rule import Addressee
from alertd.rules.deadline import ADDED
from alertd.rules.shape import RuleShape
from alertd.settings.tables import UNITS

DRAFT = "http://json-schema.org/draft-07/schema#"
FOLDER = ".schema"  # beside the rules
_CODE = r"^\S(.*\S)?$"
_DAYS = r"^\d{1,15} ?(d|working days?)$"
_COLUMNS = {
    "code": "Its code, as the sources write it; each once.",
    "name": "Its full name, as notices print it.",
    "kind": "What it is: ward, department, …; the unit of kind office gets the city digest.",
    "parent": "The code of the unit above it.",
    "valid_from": "Its first day, YYYY-MM-DD; empty: always.",
    "valid_to": "Its last day, YYYY-MM-DD; empty: it lasts.",
}
_DATED = ("valid_from", "valid_to")


def schemas(*, templates: Collection[str] = (), units: Collection[str] = ()) -> dict[str, dict[str, Any]]:
    """By the kind of file: rule, test, units. ``templates``, ``units``: names that an editor offers."""
    return {"rule": _rule(templates, units), "test": _test(), "units": _units()}


def as_text(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def _rule(templates: Collection[str], units: Collection[str]) -> dict[str, Any]:
    made = _plain(RuleShape.model_json_schema())
    keys = made["properties"]
    keys["dataset"] |= {"enum": list(DATASETS)}
    words = [kind.value for kind in Addressee if kind is not Addressee.UNIT]
    keys["to"] = _offered(keys["to"], [*words, *sorted(units)], _CODE)
    if templates:
        keys["template"] = _offered(keys["template"], sorted(templates), _CODE)
    for period in (
        made["$defs"]["DeadlineShape"]["properties"]["within"],
        made["$defs"]["DeadlineShape"]["properties"]["within_if"]["additionalProperties"],
    ):
        period["pattern"] = _DAYS
    made["$defs"]["LevelsShape"]["minProperties"] = 1
    made["oneOf"] = [{"required": ["levels"]}, {"required": ["level"]}]
    made["allOf"] = [_of_dataset(dataset) for dataset in DATASETS.values()]
    return _headed("A rule of alertd", made)


def _of_dataset(dataset: Dataset) -> dict[str, Any]:
    """What the names of its fields allow in the other keys."""
    names = [*dataset.fields, *(field.name for field in ADDED if field.name not in dataset.fields)]
    counting = [field.name for field in dataset.declared if field.number]
    flags = [field.name for field in dataset.declared if field.type is FieldType.BOOLEAN]
    deadline: Any = False
    if counting:
        deadline = {"properties": {"counted_from": {"enum": counting}, "within_if": {"propertyNames": {"enum": flags}}}}
    return {
        "if": {"properties": {"dataset": {"const": dataset.name}}, "required": ["dataset"]},
        "then": {"properties": {"show": {"items": {"enum": names}}, "deadline": deadline}},
    }


def _test() -> dict[str, Any]:
    made = _plain(TestsShape.model_json_schema())
    defs = made["$defs"]
    expects: list[dict[str, Any]] = [{"required": [name]} for name in EXPECTING]
    defs["StepShape"]["anyOf"] = expects
    defs["StepShape"]["required"] = ["at"]
    # what stands at the top of a test is a moment itself, or what the records of its steps begin with
    defs["TestShape"]["anyOf"] = [{"required": ["steps"]}, *({"required": ["at", name]} for name in EXPECTING)]
    for each in (defs["StepShape"], defs["TestShape"]):
        each["not"] = {"required": ["record", "records"]}
    made = _named(made, {"Record": RECORD_SCHEMA, "Facts": FACTS_SCHEMA})
    return _headed("Tests of a rule of alertd", made)


def _units() -> dict[str, Any]:
    """Of a table the rows: what stands in each column."""
    columns = (*UNITS.required, *UNITS.optional)
    properties: dict[str, Any] = {name: {"type": "string", "description": _COLUMNS[name]} for name in columns}
    for name in UNITS.required:
        properties[name]["minLength"] = 1
    for name in _DATED:
        properties[name]["pattern"] = r"^(\d{4}-\d{2}-\d{2})?$"
    row = {"type": "object", "properties": properties, "required": list(UNITS.required), "additionalProperties": False}
    return _headed("Rows of units.csv", {"type": "array", "items": row})


def _headed(title: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": DRAFT, "title": title, **schema}


def _offered(schema: Mapping[str, Any], known: Collection[str], pattern: str) -> dict[str, Any]:
    kept = {name: value for name, value in schema.items() if name not in ("type", "pattern")}
    return {**kept, "anyOf": [{"enum": list(known)}, {"type": "string", "pattern": pattern}]}


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the titles that are but the names of keys."""

    def cleaned(value: Any, *, names: bool = False) -> Any:
        if isinstance(value, dict):
            return {
                key: cleaned(inner, names=key in ("properties", "$defs"))
                for key, inner in value.items()
                if names or key != "title" or not isinstance(inner, str)
            }
        return [cleaned(each) for each in value] if isinstance(value, list) else value

    return dict(cleaned(schema))


def _named(schema: dict[str, Any], parts: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """What is the same in many places stands once."""

    def with_names(value: Any) -> Any:
        for name, part in parts.items():
            if value == part:
                return {"$ref": f"#/$defs/{name}"}
        if isinstance(value, dict):
            return {key: with_names(inner) for key, inner in value.items()}
        return [with_names(each) for each in value] if isinstance(value, list) else value

    named = with_names(schema)
    # in draft 7 nothing counts beside a $ref
    named["$defs"] |= parts
    return dict(named)
