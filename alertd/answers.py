"""One thing that somebody wrote or pressed, handled in a transaction of its own; what nobody foresaw in it is passed over."""

from alertd.alerts import acknowledge
from alertd.contacts import inbox
from alertd.errors import AlertdError
from alertd.model.asof import AsOf
from alertd.model.message import Incoming, Reply
from alertd.site import Site


def answered(site: Site, incoming: Incoming) -> tuple[Reply, ...]:
    """Do what it asks, and give the replies; none where it was handled before, or cannot be."""
    at = AsOf(site.clock.now(), site.calendar)
    try:
        return _handle(site, incoming, at)
    except AlertdError:
        raise
    except Exception as error:  # noqa: BLE001 - one message that nobody foresaw must not keep all others, and the cycle, waiting
        with site.store.write() as session:
            inbox.pass_over(session, incoming, type(error).__name__, at, language=site.language)
        return ()


def _handle(site: Site, incoming: Incoming, at: AsOf) -> tuple[Reply, ...]:
    with site.store.write() as session:
        handled = inbox.handle(session, incoming, site.directory, at, language=site.language)
        if (wanted := handled.acknowledge) is not None:
            acknowledge.acknowledge_notice(session, wanted.notice_id, by=wanted.name, at=at)
        site.readers.note(session, handled.changes, at)
    return handled.replies
