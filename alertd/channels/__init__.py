"""The ways out and in: text in, Outcome out; what people send back comes as Incoming. No session, no template."""

import sys

# The bot's HTTP library brings a command line of its own where rich and click happen to be installed; nobody here types it, and it
# keeps 5 MB and a tenth of the daemon's start. None is Python's word for "not installed", which the library is prepared for.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
