"""The cure for a misspelt word."""

from collections.abc import Collection
from difflib import get_close_matches


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Names the nearest of the known words, or all of them where none is near."""
    words = list(map(str, known))  # members of a StrEnum would be shown as such
    near = get_close_matches(word, sorted(words), n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(words)}"
