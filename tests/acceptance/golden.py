"""Texts that people receive, kept whole in files beside the tests: a change of a word is seen, read and agreed to."""

import os
import re
from difflib import unified_diff
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"
WRITE = "ALERTD_GOLDEN"  # set to `write`, the files are made anew; read the difference before it is committed

# What differs from run to run and from database to database says nothing about a text.
_VARYING = (
    (re.compile(r"\b\d+:(?=[0-9a-f]{32}\b)"), "<row>:"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<hash>"),
    (re.compile(r"\b[0-9a-f]{12,63}\b"), "<hash>"),
    (
        re.compile(r"(Thông báo số|Notice no\.) \d+ · (mã kiểm tra|code) [2-9A-Y]{4}-[2-9A-Y]{4}"),
        r"\1 <number> · \2 <code>",
    ),
    (re.compile(r"(Số|No\.) \d+, (mã|code) [2-9A-Y]{4}-[2-9A-Y]{4}"), r"\1 <number>, \2 <code>"),
    (re.compile(r"(thông báo số|notice no\.) \d+"), r"\1 <number>"),
    # a message may have gone in the very second of the digest before
    (re.compile(r"\d+(?= thông báo đã gửi| notices sent)"), "<count>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:<port>"),
    (re.compile(r"/[^\s\"']*/(?=(config\.toml|contacts\.csv|units\.csv|inbox|rules|templates)\b)"), "<folder>/"),
)


def golden(scene: str, name: str, text: str) -> None:
    """Assert that ``text`` is what stands in texts/SCENE/NAME.txt; hashes, ports and folders are made alike first."""
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").strip().splitlines()]
    path = FOLDER / scene / f"{name}.txt"
    if os.environ.get(WRITE) == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert path.exists(), f"{path} is missing; {WRITE}=write makes it"
    known = path.read_text(encoding="utf-8").splitlines()
    assert lines == known, "\n".join(unified_diff(known, lines, str(path), "now", lineterm=""))
