"""The cure for a misspelt word of a rule."""

from collections.abc import Collection

from alertd.settings.complaint import nearest


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Names the nearest of the known words, or all of them, in the order of their declaration, where none is near."""
    return nearest(word, known) or f"known are {', '.join(map(str, known))}"
