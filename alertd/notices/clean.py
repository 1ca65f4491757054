"""Text from outside made fit for one line of a message: no control or direction marks, no line breaks, not too long. Pure."""

import unicodedata

LONGEST = 160  # characters of one value in a message; the whole value stands in the store
_JOINER = "\u200d"  # holds an emoji together


def one_line(text: str, most: int = LONGEST) -> str:
    """White space folded; what is longer than ``most`` characters ends with an ellipsis."""
    if not text.isprintable():
        text = "".join(_shown(character) for character in text)
    folded = " ".join(text.split())
    return folded if len(folded) <= most else folded[: most - 1].rstrip() + "…"


def _shown(character: str) -> str:
    """Marks that turn the direction of a text or hide in it go; line breaks and other control characters become a blank."""
    category = unicodedata.category(character)
    if category == "Cf":
        return character if character == _JOINER else ""
    if category in ("Cs", "Co", "Cn"):
        return "�"
    return " " if category in ("Cc", "Zl", "Zp", "Zs") else character
