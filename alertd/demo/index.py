"""What the national portal's index (Decision 766) says of the make-believe city and its units: two closed months and the running
one. Scores are made up, and sum up; the city's own are worked out from counts by the formulas of the index."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from alertd.demo.days import MORNINGS, ZONE
from alertd.model.directory import UnitRow
from alertd.model.index_words import GROUPS, INDICATORS, OF_THE_PROVINCE
from alertd.reports.score import Counted, Scale, ratio_of, score_of

Record = dict[str, Any]

CLOSED, BEFORE, RUNNING = "2026-09", "2026-08", "2026-10"
_RESTATED_ON = MORNINGS[1]
_RESTATED = 162  # hundredths that one unit loses by it
_ANNOUNCED = 51.0  # per cent of PUBLISH_ON_TIME that the city has by it
_ENDS = {BEFORE: "20260831", CLOSED: "20260930"}
_COLUMN = {"ONLINE": "CLGQ"}  # what the older call calls a group
_THRESHOLDS = {"REUSED_DIGITIZED_DATA": 80.0, "DOSSIER_RECEIVING_SATISFACTION": 90.0}
# The share of its maximum that a group has in most units, from and to.
_USUAL = {
    "CKMB": (0.62, 0.95),
    "TDGQ": (0.80, 0.99),
    "ONLINE": (0.55, 0.90),
    "TTTT": (0.52, 0.95),
    "MDHL": (0.70, 0.97),
    "MDSH": (0.51, 0.85),
}
_FELL = 5  # units whose total fell by some points in the closed month
# Per cent that the city has of each indicator, month by month: before, closed, running.
_CITY = {
    "PUBLISH_ON_TIME": (55.0, 62.0, 71.0),
    "PUBLIC_UPDATE_ON_TIME": (80.0, 83.0, 75.0),
    "PUBLIC_CONTENT_FULL": (92.0, 92.0, 92.0),
    "DOSSIER_SYNC": (97.0, 96.0, 95.0),
    "ORIGINAL_RESULT_AVAILABLE": (51.0, 48.0, 44.0),
    "SO_HOA_GIAY_TO_GIAI_QUYET": (19.0, 17.0, 18.0),
    "REUSED_DIGITIZED_DATA": (34.0, 35.0, 36.0),
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": (6.0, 7.0, 9.0),
    "CITIZEN_DATA_CONNECTED_DOSSIER": (41.0, 43.0, 46.0),
    "CITIZEN_DATA_CONNECTED_FORMALITY": (38.0, 38.0, 38.0),
    "DOSSIER_RECEIVING_SATISFACTION": (74.0, 71.0, 76.0),
    "PETITION_PROCESSING_ON_TIME": (64.0, 60.0, 66.0),
    "PETITION_HANDLING_SATISFACTION": (58.0, 57.0, 61.0),
}
_FEW = {  # denominators that are no counts of files
    "PUBLISH_ON_TIME": 29,
    "PUBLIC_UPDATE_ON_TIME": 24,
    "PUBLIC_CONTENT_FULL": 73,
    "CITIZEN_DATA_CONNECTED_FORMALITY": 73,
    "PETITION_PROCESSING_ON_TIME": 214,
    "PETITION_HANDLING_SATISFACTION": 214,
}
_PLAIN = {"ONLINE": (9.21, 9.06, 9.34), "TTTT": (5.02, 4.71, 4.88)}  # groups without parts
_PLACES = (27, 31, 30)
# Of one the portal tells no counts.
_GIVEN: Record = {
    "code": "ELECTRONIC_CERTIFIED_COPY",
    "numerator": None,
    "denominator": None,
    "ratio": 100,
    "score": 2,
    "maxScore": 2,
}
_PART = {"CKMB": "CongKhaiMinhBach", "TDGQ": "TienDoGiaiQuyet", "MDSH": "SoHoaHoSo", "MDHL": "MucDoHaiLong"}


def computed(month: str, now: datetime) -> datetime:
    """When the portal worked the month out: a closed one on the fifth, the last of them once more, the running one every day."""
    if month == BEFORE:
        return datetime(2026, 9, 5, 6, 0, tzinfo=ZONE)
    if month == CLOSED:
        now = min(max(now, MORNINGS[0]), _RESTATED_ON)
    return now.astimezone(ZONE).replace(hour=6, minute=0, second=0, microsecond=0)


def unit_rows(units: Sequence[UnitRow], late: Mapping[str, float], month: str, now: datetime) -> list[Record]:
    """As the older call has them: one row a unit, every value a text. ``late``: how badly (0 to 1) each keeps its promises."""
    able = [unit for unit in units if unit.valid_to is None and unit.code in late]
    falling = {unit.code for unit in random.Random("falling").sample(able, _FELL)}
    one = max(able, key=lambda unit: (late[unit.code], unit.code)).code
    rows: list[Record] = []
    for unit in able:
        scores = _of_unit(unit.code, late[unit.code], month)
        if month == CLOSED and unit.code in falling:
            scores["TTTT"] -= 260
        if month == CLOSED and unit.code == one and now >= _RESTATED_ON:
            scores["TDGQ"] -= _RESTATED
        groups = {_COLUMN.get(code, code): _points(score) for code, score in scores.items()}
        total = sum(scores.values())
        rows.append({"MA_COQUAN": unit.code, "TEN_COQUAN": unit.name, **groups, "TONG_SCORE": _points(total)})
    rows.sort(key=lambda row: (-float(row["TONG_SCORE"]), row["MA_COQUAN"]))
    return [row | {"ROW_STT": str(place)} for place, row in enumerate(rows, 1)]


def city_record(files: Sequence[Record], month: str, now: datetime) -> Record:
    """The city itself, as the national record has it. ``files``: that were taken in within the month; what is unfinished counts
    as of its end."""
    turn = (BEFORE, CLOSED, RUNNING).index(month)
    begun = [file for file in files if file["NgayHenTra"]]
    until = _ENDS.get(month, f"{now.astimezone(ZONE):%Y%m%d}")
    in_time = sum((file["NgayKetThucXuLy"] or until)[:8] <= file["NgayHenTra"][:8] for file in begun)
    progress = _metric("TDGQ", in_time, len(begun))
    parts: Record = {"TDGQ_TienDoGiaiQuyet": progress | {"totalReceived": len(begun), "totalOnTime": in_time}}
    groups = {"TDGQ": progress["score"]}
    for group in ("CKMB", "MDSH", "MDHL"):
        shares = {code: shares[turn] for code, shares in _CITY.items() if INDICATORS[code].group == group}
        if month == CLOSED and group == "CKMB" and now >= _RESTATED_ON:
            shares["PUBLISH_ON_TIME"] = _ANNOUNCED
        metrics = [_of_city(code, share, turn, len(begun)) for code, share in shares.items()]
        if group == "MDSH":
            metrics.append(_GIVEN)
        groups[group] = round(sum(metric["score"] or 0 for metric in metrics), 2)
        whole = INDICATORS[group].maximum
        parts[f"{group}_{_PART[group]}"] = {"score": groups[group], "maxScore": whole, "metrics": metrics}
    groups |= {code: values[turn] for code, values in _PLAIN.items()}
    return {
        "departmentName": "UBND Thành phố Hà Nội",
        "departmentCode": "H26",
        "totalScore": round(sum(groups.values()), 2),
        "totalMaxScore": 100,
        "rank": _PLACES[turn],
        "groupScores": groups,
        "componentIndicators": parts,
    }


def _of_unit(code: str, late: float, month: str) -> dict[str, int]:
    """Hundredths of a point by group: what a unit usually has, and a little more or less of it in this month."""
    rng, moving = random.Random(f"index {code}"), random.Random(f"index {code} {month}")
    scores = {}
    for group in GROUPS:
        low, high = _USUAL[group]
        share = low + (high - low) * rng.random()
        if group == "TDGQ":
            share -= 0.35 * late
        if month == RUNNING:
            share += 0.02 * moving.random()
        scores[group] = round(min(share, 1.0) * (INDICATORS[group].maximum - OF_THE_PROVINCE[group]) * 100)
    return scores


def _of_city(code: str, share: float, turn: int, files: int) -> Record:
    denominator = _FEW.get(code, files)
    if turn == 2:  # the month has only begun
        denominator = {"PUBLISH_ON_TIME": 7, "PUBLIC_UPDATE_ON_TIME": 4}.get(code, denominator)
    return {"code": code} | _metric(code, round(denominator * share / 100), denominator)


def _metric(code: str, numerator: int, denominator: int) -> Record:
    whole = INDICATORS[code].maximum
    counted = Counted(numerator, denominator)
    score, ratio = score_of(counted, Scale(whole * 100, _THRESHOLDS.get(code, 100.0))), ratio_of(counted)
    return {
        "numerator": numerator,
        "denominator": denominator,
        "ratio": None if ratio is None else ratio / 100,
        "score": None if score is None else score / 100,
        "maxScore": whole,
    }


def _points(hundredths: int) -> str:
    return f"{hundredths / 100:.2f}"
