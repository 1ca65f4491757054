"""alertd version."""

import typer

from alertd import __version__

app = typer.Typer(add_completion=False)


@app.command()
def version() -> None:
    """Say which alertd this is."""
    print(__version__)
