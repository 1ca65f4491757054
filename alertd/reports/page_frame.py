"""The frame of every HTML page that alertd writes to a file: it runs and fetches nothing, whatever stands in a name."""

from markupsafe import Markup

# The browser itself is told so.
_PAGE = Markup("""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title} – {site}</title>
<style>{css}</style>
</head>
<body>
{body}
</body>
</html>
""")


def framed(body: Markup, *, language: str, title: str, site: str, css: str) -> str:
    """``title`` and ``site`` are escaped here; ``body`` is so already, ``css`` is our own."""
    return str(_PAGE.format(language=language, title=title, site=site, css=Markup(css), body=body))  # noqa: S704 - our own
