"""One thing that somebody wrote or pressed, handled in a transaction of its own; what nobody foresaw in it is passed over."""

from sqlmodel import Session

from alertd.alerts import acknowledge, disputes
from alertd.alerts.disputes import Raised, Terms
from alertd.contacts import inbox
from alertd.contacts.turn import Disputed
from alertd.errors import AlertdError, Refused
from alertd.model.asof import AsOf
from alertd.model.message import Incoming, Reply
from alertd.settings.shapes import Settings
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
        replies = handled.replies
        if handled.dispute is not None and not _raised(session, site, handled.dispute, at):
            replies = (handled.dispute.late,)
        site.readers.note(session, handled.changes, at)
    return replies


def _raised(session: Session, site: Site, wanted: Disputed, at: AsOf) -> bool:
    """False where somebody else was first."""
    raised = Raised(wanted.name, wanted.person, wanted.notice)
    try:
        disputes.dispute(session, wanted.alert, raised, reason=wanted.reason, at=at, terms=terms_of(site.settings))
    except Refused:  # before anything was written
        return False
    return True


def terms_of(settings: Settings) -> Terms:
    """How long what may take, as the site has it."""
    own = settings.disputes
    return Terms(own.quiet, own.corrected_within, own.longest_exclusion)
