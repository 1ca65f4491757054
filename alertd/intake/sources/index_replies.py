"""Replies of the index → flat records, one per unit and indicator, under the names of our fields. What is null stays null.

Three shapes, told apart by what stands in them: the older call's rows (one per unit: six groups, the total and the place); the
trees of 2026 (``data.parent``/``children``: counts of files; ``data.overview``/``evaluation``: metrics of a group); the
national record of a unit (``groupScores``, ``componentIndicators``, ``rank``). The parent of a tree calls ``totalScore`` and
``totalMaxScore`` what its children call ``score`` and ``maxScore``. Of a unit its code is taken where there is one, else its
full name. Values are not read here: that is for the readers of fields.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from alertd.errors import Said, SourceFailed
from alertd.intake.sources.paging import MISSING, dig
from alertd.model.index_words import TOTAL, known
from alertd.settings.index_shapes import GIVEN
from alertd.settings.source_shapes import SourceSettings

Record = dict[str, Any]
Node = Mapping[str, Any]

# The older rows: a column for each group and one for the total; the place in the ranking is the total's.
_ROW_GROUPS = ("TDGQ", "MDHL", "MDSH", "TTTT", "CLGQ", "CKMB")
_ROW_TOTAL, _ROW_RANK = "TONG_SCORE", "ROW_STT"
_DEEP = 10  # levels of children
_NOTHING: Mapping[str, Any] = dict.fromkeys(GIVEN)  # so that no column looks as if it had gone from the source


def readings_in(document: Any, settings: SourceSettings, period: str, place: str) -> list[Record]:
    """Raises SourceFailed("schema") for a reply of no known shape; one without any unit gives none."""
    asked = settings.index
    found = dig(document, settings.records)
    if found is MISSING:
        at = settings.records
        raise _unknown(place, Said(f"nothing stands at {at!r} (records)", f"không có gì ở {at!r} (records)"))
    if settings.reply == "index_rows":
        rows = list(_rows(_list_in(found, place), place))
    else:
        rows = list(_evaluations(found, asked.group, place))
    computed = dig(document, asked.computed_at) if asked.computed_at else None
    wanted = set(asked.only)
    return [
        {**_NOTHING, **row, "period": period, "computed_at": None if computed is MISSING else computed}
        for row in rows
        if not wanted or {row["unit"], row["unit_name"]} & wanted
    ]


def _rows(rows: list[Any], place: str) -> Iterator[Record]:
    for row in rows:
        if not isinstance(row, Mapping):
            continue
        columns = [name for name in (*_ROW_GROUPS, _ROW_TOTAL) if name in row]
        if not columns:
            names = ", ".join((*_ROW_GROUPS, _ROW_TOTAL))
            raise _unknown(
                place, Said(f"a row has none of the columns {names}", f"dòng không có cột nào trong {names}")
            )
        unit = _unit(row.get("MA_COQUAN"), row.get("TEN_COQUAN") or row.get("TEN"))
        for name in columns:
            indicator = known(name)
            code = indicator.code if indicator else name
            yield {**unit, "indicator": code, "score": row[name], "rank": row.get(_ROW_RANK) if code == TOTAL else None}


def _evaluations(found: Any, group: str, place: str) -> Iterator[Record]:
    for document in found if isinstance(found, list) else [found]:
        inner = document.get("data", document) if isinstance(document, Mapping) else None
        for each in inner if isinstance(inner, list) else [inner]:
            if not isinstance(each, Mapping):
                raise _unknown(
                    place, Said("neither a tree nor a record", "không phải cây đơn vị, cũng không phải bản ghi")
                )
            yield from _evaluation(each, group, place)


def _evaluation(data: Node, group: str, place: str) -> Iterator[Record]:
    if "groupScores" in data or "componentIndicators" in data:
        yield from _national(data)
    elif "overview" in data or "evaluation" in data:
        for node in _nodes(data.get("overview"), data.get("evaluation")):
            yield from _grouped(node, group, place)
    elif "parent" in data or "children" in data:
        for node in _nodes(data.get("parent"), data.get("children")):
            yield from _grouped(node, group, place)
    else:
        names = ", ".join(map(str, list(data)[:20]))
        raise _unknown(place, Said(f"there are: {names or 'no names at all'}", f"hiện có: {names or 'không mục nào'}"))


def _nodes(first: Any, others: Any, depth: int = 0) -> Iterator[Node]:
    """The parent, and whatever stands below."""
    for node in (first, *(others if isinstance(others, list) else ())):
        if isinstance(node, Mapping):
            yield node
            if depth < _DEEP:
                yield from _nodes(None, node.get("children"), depth + 1)


def _grouped(node: Node, group: str, place: str) -> Iterator[Record]:
    """One unit's score in one group, with the metrics of which it is made."""
    metrics = _metrics(node)
    code = group or _group_of(node, metrics)
    if not code:
        raise _unknown(
            place, Said("it does not show its group; write index.group", "không rõ nhóm chỉ số; khai index.group")
        )
    unit = _unit(node.get("departmentCode"), node.get("departmentName"))
    yield {**unit, **_group(code, node)}
    for metric in metrics:
        yield {**unit, **_metric(metric)}


def _national(data: Node) -> Iterator[Record]:
    unit = _unit(data.get("departmentCode"), data.get("departmentName"))
    yield {**unit, **_scored(TOTAL, data), "rank": data.get("rank")}
    parts, scores = data.get("componentIndicators"), data.get("groupScores")
    nodes = {str(name).partition("_")[0]: node for name, node in _items(parts) if isinstance(node, Mapping)}
    for code, score in _items(scores):
        nodes[str(code)] = {"score": score, **nodes.get(str(code), {})}
    for code, node in nodes.items():
        yield {**unit, **_group(code, node)}
        for metric in _metrics(node):
            yield {**unit, **_metric(metric)}


def _group(code: str, node: Node) -> Record:
    """Only of progress the group's own counts are those of its score: files on time of files received."""
    counts = {}
    if code == "TDGQ":
        counts = {"numerator": node.get("totalOnTime"), "denominator": node.get("totalReceived")}
    return {**_scored(code, node), **counts}


def _metric(metric: Node) -> Record:
    counts = {"numerator": metric.get("numerator"), "denominator": metric.get("denominator")}
    return {**_scored(str(metric.get("code") or ""), metric), **counts}


def _scored(code: str, node: Node) -> Record:
    return {
        "indicator": code,
        "ratio": node.get("ratio"),
        "score": node["score"] if "score" in node else node.get("totalScore"),
        "maximum": node["maxScore"] if "maxScore" in node else node.get("totalMaxScore"),
        "quality": node.get("dataQualityStatus"),
    }


def _group_of(node: Node, metrics: list[Node]) -> str:
    """By the metrics that it is made of, or by counts that only progress has; empty where neither shows."""
    groups = Counter(found.group for metric in metrics if (found := known(str(metric.get("code") or ""))))
    if groups:
        return groups.most_common(1)[0][0]
    return "TDGQ" if "totalOnTime" in node else ""


def _metrics(node: Node) -> list[Node]:
    metrics = node.get("metrics")
    return [metric for metric in metrics if isinstance(metric, Mapping)] if isinstance(metrics, list) else []


def _items(found: Any) -> Iterator[tuple[Any, Any]]:
    yield from found.items() if isinstance(found, Mapping) else ()


def _unit(code: Any, name: Any) -> Record:
    return {"unit": code or name, "unit_name": name}


def _list_in(found: Any, place: str) -> list[Any]:
    if isinstance(found, Mapping) and isinstance(found.get("data"), list):
        found = found["data"]
    if not isinstance(found, list):
        raise _unknown(place, Said("no list of rows", "không có danh sách các dòng"))
    return found


def _unknown(place: str, what: Said) -> SourceFailed:
    return SourceFailed(
        "schema",
        f"{place}: no reply of the index that alertd knows: {what}; check url, body, reply and records",
        vi=f"{place}: trả lời không đúng dạng số liệu Bộ chỉ số mà alertd biết ({what.vi}); đề nghị kiểm tra url, body, reply và"
        " records",
    )
