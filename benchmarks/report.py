"""One JSON line a case: ours beside a floor of the same run, their ratio, and the goal it is held to."""

import json
import sys


def report(case: str, *, ours: float, floor: float, ratio: float, goal: str, unit: str, met: bool) -> None:
    """``ratio`` as the goal is written (ours against the floor); ``unit`` of ours and floor."""
    line = {
        "case": case,
        "ours": round(ours, 4),
        "floor": round(floor, 4),
        "unit": unit,
        "ratio": round(ratio, 3),
        "goal": goal,
        "met": met,
    }
    print(json.dumps(line), flush=True)


def at_least(case: str, *, ours: float, floor: float, goal: float, unit: str) -> None:
    """More is better (records a second): ours ÷ floor has to reach the goal."""
    ratio = ours / floor
    report(case, ours=ours, floor=floor, ratio=ratio, goal=f">= {goal}", unit=unit, met=ratio >= goal)


def at_most(case: str, *, ours: float, floor: float, goal: float, unit: str) -> None:
    """Less is better (seconds): ours ÷ floor has to stay below the goal."""
    ratio = ours / floor
    report(case, ours=ours, floor=floor, ratio=ratio, goal=f"<= {goal}", unit=unit, met=ratio <= goal)


def said(text: str) -> None:
    """What a reader of the figures should know; not on stdout, which holds the lines alone."""
    print(text, file=sys.stderr, flush=True)
