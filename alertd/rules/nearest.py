"""The cure for a misspelt word: the known one that was meant, by its letters, or by its Vietnamese or English name."""

import unicodedata
from collections.abc import Collection, Mapping
from difflib import get_close_matches

from alertd.errors import Said

_NEAR = 0.6
_LISTED = 12  # words that a person reads through in a message
_LONGEST = 64  # letters: no name is longer, and the search takes its time with more


def nearest(word: str, known: Collection[str], names: Mapping[str, str] | None = None) -> str:
    """The known word that was meant, or empty. ``names``: what people call it, by what it is called here."""
    if len(word) > _LONGEST:
        return ""
    folded: dict[str, str] = {}
    for each in sorted(map(str, known)):
        folded.setdefault(plain(each), each)
    found = _closest(plain(word), folded)
    if found or not names:
        return found
    by_name: dict[str, str] = {}
    for name, meant in names.items():
        if meant in known:
            by_name.setdefault(plain(name), meant)
    return _closest(plain(word), by_name)


def _closest(word: str, folded: Mapping[str, str]) -> str:
    if word in folded:
        return folded[word]
    near = get_close_matches(word, sorted(folded), n=1, cutoff=_NEAR) if word else []
    return folded[near[0]] if near else ""


def plain(word: str) -> str:
    """Without marks, spaces, dashes and capitals: ``Ngày hẹn trả`` and ``ngay_hen_tra`` are one."""
    letters = unicodedata.normalize("NFD", word.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters.lower() if letter.isalnum())


def meant(word: str) -> Said:
    return Said(f"did you mean {word!r}?", f"có phải là {word!r}?")


def did_you_mean(
    word: str, known: Collection[str], names: Mapping[str, str] | None = None, *, rest: str = "", most: int = _LISTED
) -> Said:
    """Names the nearest of the known words; where none is near all of them in the order of their declaration, or the first
    of very many and, by the command ``rest``, where the others are listed."""
    if found := nearest(word, known, names):
        return meant(found)
    return listed(known, rest, most)


def listed(known: Collection[str], rest: str = "", most: int = _LISTED) -> Said:
    words = [str(each) for each in known]
    if not words:
        return Said("", "")
    shown = ", ".join(words[:most])
    if len(words) <= most:
        return Said(f"known are {shown}", f"dùng được: {shown}")
    if rest:
        return Said(f"known are {shown}, …; `{rest}` lists all", f"dùng được: {shown}, …; lệnh `{rest}` liệt kê đủ")
    return Said(f"known are {shown}, …", f"dùng được: {shown}, …")
