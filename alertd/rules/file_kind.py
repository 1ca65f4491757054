"""Kinds of YAML files that the office writes: the shape, the name, how one begins, and how large one can be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic.fields import FieldInfo

from alertd.errors import Said
from alertd.rules.shape import RuleShape, Shape


@dataclass(frozen=True, slots=True)
class FileKind:
    """``noun``: what one is called in messages (``rule``); ``begin``: the cure where a file is none; ``samples``: by key, how
    to write a key that is missing or empty, or whose value is none; ``names``: what people call a key, by which key is meant;
    ``smaller``: the cure where one is too large."""

    shape: type[Shape]
    noun: Said
    begin: Said
    smaller: Said
    samples: Mapping[str, Said]
    names: Mapping[str, str] = field(default_factory=dict)
    most_bytes: int = 64 * 1024  # a rule has some 2,000
    most_deep: int = 8
    most_nodes: int = 2_000

    @property
    def keys(self) -> dict[str, FieldInfo]:
        return keys_of(self.shape)


def keys_of(shape: type[Any]) -> dict[str, FieldInfo]:
    """The keys of a shape as they are written in a file."""
    return {field.alias or name: field for name, field in shape.model_fields.items()}


def _sample(written: str) -> Said:
    return Said(f"write {written}", f"đề nghị viết {written}")


RULE = FileKind(
    shape=RuleShape,
    noun=Said("rule", "quy tắc"),
    begin=Said(
        "begin it with id: and title:, each on a line of its own",
        "đề nghị bắt đầu tệp bằng id: và title:, mỗi khóa một dòng",
    ),
    smaller=Said("one rule per file; take data out of it", "mỗi tệp một quy tắc; bỏ dữ liệu ra khỏi tệp"),
    samples={
        "id": Said("write id: NAME, the file's name without .yaml", "đề nghị viết id: TÊN, là tên tệp bỏ đuôi .yaml"),
        "title": Said("write title: {vi: …, en: …}", "đề nghị viết title: {vi: …, en: …}"),
        "dataset": Said("write dataset: files", "đề nghị viết dataset: files (hoặc announcements, procedures)"),
        "when": Said("write the condition, such as when: is_open", "đề nghị viết điều kiện, ví dụ when: is_open"),
        "basis": Said(
            "write a line for each, as in - Nghị định 118/2025/NĐ-CP",
            "đề nghị viết mỗi văn bản một dòng, ví dụ - Nghị định 118/2025/NĐ-CP",
        ),
        "deadline": _sample("deadline: {counted_from: submitted_at, within: 5 working days}"),
        "measure": _sample("measure: working_days_late"),
        "levels": _sample("levels: {reminder: 1, warning: 5}"),
        "level": _sample("level: warning"),
        "except": Said(
            "write a line for each, as in - {when: unit = 'H26.1', reason: …, until: 2026-12-05}",
            "đề nghị viết mỗi ngoại lệ một dòng, ví dụ - {when: unit = 'H26.1', reason: …, until: 2026-12-05}",
        ),
        "send": _sample("send: {reminder: digest, warning: office_hours}"),
        "show": _sample("show: [section, apology_at]"),
        "action": _sample("action: {vi: …, en: …}"),
        "to": Said("write to: unit_head", "đề nghị viết to: unit_head (thủ trưởng đơn vị)"),
    },
    names={
        "tiêu đề": "title",
        "tên": "title",
        "căn cứ": "basis",
        "bộ dữ liệu": "dataset",
        "dữ liệu": "dataset",
        "hạn": "deadline",
        "thời hạn": "deadline",
        "khi": "when",
        "điều kiện": "when",
        "số đo": "measure",
        "mức": "levels",
        "các mức": "levels",
        "trừ": "except",
        "ngoại lệ": "except",
        "kết thúc khi": "ends_when",
        "gửi đến": "to",
        "đến": "to",
        "nơi nhận": "to",
        "gửi": "send",
        "cách gửi": "send",
        "nhắc lại": "repeat",
        "mẫu": "template",
        "hiển thị": "show",
        "việc cần làm": "action",
    },
)
