"""What people write by hand, without what identifies a citizen: numbers of telephones and of identity papers, mail addresses.
Pure."""

import re

_CODE = r"(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Za-z]\d{2}(?:\.\d{1,4})*-\d{6}-\d{4,6}"  # of a file, as people type it
FILE_CODE = re.compile(_CODE)
_KEPT = (
    _CODE + r"|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b|\b\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2})?\b"  # a day
)
# A Vietnamese telephone number has 9 to 11 digits, an identity card 9 or 12, a passport a letter and 7 or 8.
_HIDDEN = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\d(?:[ .-]?\d){8,}|\b[A-Z]\d{7,8}\b"
_EITHER = re.compile(f"(?P<kept>{_KEPT})|(?:{_HIDDEN})")
MASK = "[…]"


def masked(text: str, own: str = "") -> str:
    """The text with each such number or address as `MASK`; codes of files and days stay, and so does ``own``, the code of the
    record of which it is said. Names cannot be told from words."""
    either = re.compile(f"(?P<kept>{re.escape(own)}|{_KEPT})|(?:{_HIDDEN})") if own else _EITHER
    return either.sub(lambda found: found["kept"] or MASK, text)
