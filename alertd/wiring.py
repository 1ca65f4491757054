"""With what: Settings → Site. The only module that names concrete sources, channels and the store."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from alertd.channels.base import Channel, Inbox
from alertd.channels.email import EmailChannel
from alertd.channels.http import HttpChannel
from alertd.channels.return_box import return_box
from alertd.channels.telegram import TelegramChannel
from alertd.channels.telegram_inbox import TelegramInbox
from alertd.channels.telegram_line import TelegramLine
from alertd.contacts import refresh
from alertd.errors import Fault, Misconfigured
from alertd.intake.site import IntakeSite
from alertd.intake.sources.build import open_source
from alertd.model.apologies import Drafting
from alertd.model.clock import Clock
from alertd.model.directory import Directory
from alertd.model.message import Outgoing
from alertd.model.source import Source
from alertd.model.words import ChannelName
from alertd.notices.gateway import gateway_body
from alertd.notices.policy import Policy
from alertd.notices.templates import Templates
from alertd.paper.form import drafting, faults_of, form_path
from alertd.repair import waiting
from alertd.reports.outlook import looking
from alertd.rules.in_force import Known, RulesInForce
from alertd.rules.load import load_rules
from alertd.rules.rulebook import Rulebook
from alertd.rules.waiting import Speech
from alertd.settings.address import store_url
from alertd.settings.calendar import calendar_of
from alertd.settings.shapes import Settings
from alertd.settings.shipped import shipped
from alertd.settings.tables import load_directory
from alertd.site import Site
from alertd.store import calendar as calendar_table
from alertd.store import site as site_facts
from alertd.store.database import Store, open_store


def templates_of(settings: Settings) -> Templates:
    """The office's own templates where it has any, else those that alertd ships."""
    return Templates(settings.path(settings.templates.folder), shipped("templates"))


def form_of(settings: Settings) -> Path:
    """The form of apologies: the office's own, where it has one."""
    return form_path(settings.path(settings.templates.folder), shipped("templates"), settings.apologies.form)


def form_faults(settings: Settings, *, shipped_too: bool = False) -> list[Fault]:
    """What is wrong with the form of apologies, where drafts are made; with the one that alertd ships only if asked for."""
    form, own = settings.apologies.form, form_of(settings)
    if not settings.apologies.drafts or (not shipped_too and _same(own, shipped("templates") / form)):
        return []
    return faults_of(own)


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()


def drafting_of(settings: Settings) -> Drafting | None:
    return drafting(form_of(settings)) if settings.apologies.drafts else None


def rules_of(settings: Settings, directory: Directory, templates: Templates) -> tuple[Rulebook, list[Fault]]:
    """All rules of the site's folder and every fault in them; a broken one is set aside. In mode live others may be in force."""
    return load_rules(
        settings.path(settings.rules.folder),
        language=settings.site.language,
        units=directory.names,
        templates=templates.names(),
    )


def in_force_of(settings: Settings) -> RulesInForce:
    """What knows the rules in force: those of the folder, in mode live those that were released."""
    speech = Speech(settings.site.language, settings.site.timezone)
    return RulesInForce(settings.path(settings.rules.folder), live=settings.site.mode == "live", speech=speech)


def rules_in_force(settings: Settings, store: Store, clock: Clock, directory: Directory) -> Rulebook:
    """The rules by which alertd works now. Reads only."""
    known = Known(directory.names, templates_of(settings).names())
    return in_force_of(settings).now(store, clock, known, note=False)


def store_of(settings: Settings) -> Store:
    """The store, upgraded to this program's schema. Raises CannotRun."""
    return open_store(store_url(settings))


def channels_of(settings: Settings, clock: Clock) -> tuple[dict[ChannelName, Channel], Inbox | None]:
    """The ways out and in that are set up. Nothing is connected yet. Raises Misconfigured."""
    channels: dict[ChannelName, Channel] = {}
    inbox = None
    if settings.telegram.token is not None:
        line = TelegramLine(settings.telegram)  # one line for both: a bot works in one loop only
        channels[ChannelName.TELEGRAM] = TelegramChannel(line)
        inbox = TelegramInbox(line, clock=clock.now)
    if settings.email.host:
        channels[ChannelName.EMAIL] = EmailChannel(settings.email, folder=settings.folder, clock=clock.now)
    if settings.http.url:
        channels[ChannelName.HTTP] = HttpChannel(settings.http, render_body=_body(settings))
    return channels, inbox


def sources_of(settings: Settings, clock: Clock) -> dict[str, Source]:
    """The sources by name. Nothing is opened yet."""
    folder, zone = settings.folder, settings.site.timezone
    return {
        source.name: open_source(source, folder=folder, zone=zone, sleep=clock.sleep) for source in settings.sources
    }


def build(settings: Settings, clock: Clock, *, strict: bool = False) -> tuple[Site, list[Fault]]:
    """The whole site, and what is wrong with its tables and rules (it runs without those). Nothing is read or sent yet.

    Units and people are those that are believed: where a table cannot be, what the store holds of it. Raises Misconfigured
    where no unit is known, and, if ``strict``, for any fault in tables and rules (those of a live site wait), before the
    store is touched; CannotRun where the store is unwell.
    """
    directory, faults = load_directory(settings)
    if not directory.units and strict:
        raise Misconfigured(faults)
    templates = templates_of(settings)
    in_force = in_force_of(settings)
    draft = in_force.draft(clock, Known(directory.names, templates.names())).faults
    # on a live site what stands in the folder is not in force, and must not keep a mended config from being read
    weighed = faults if settings.site.mode == "live" else [*faults, *draft]
    if strict and (stopping := [fault for fault in weighed if not fault.warning]):
        raise Misconfigured(stopping)
    faults = [*faults, *draft]
    wanted = calendar_of(settings)
    with ExitStack() as opened:
        channels, inbox = channels_of(settings, clock)
        for channel in channels.values():
            opened.callback(channel.close)
        store = store_of(settings)
        opened.callback(store.close)
        with store.write() as session:
            site_facts.claim_mode(session, settings.site.mode)
            now = clock.now()
            calendar, days = calendar_table.agreed(session, wanted, wanted.today(now))
            calendar_table.sync(session, calendar)
            waiting.watch(session, days, wanted, language=settings.site.language, now=now)
        tables = refresh.peek(store, settings, calendar, clock)
        if not tables.directory.units:
            raise Misconfigured(faults)
        if tables.doubted:
            faults = [*faults, *tables.doubts()]
        rules = in_force.now(store, clock, Known(tables.directory.names, templates.names()), note=False)
        site = Site(
            settings=settings,
            store=store,
            calendar=calendar,
            directory=tables.directory,
            rules=rules,
            templates=templates,
            sources=sources_of(settings, clock),
            channels=channels,
            inbox=inbox,
            returns=return_box(settings.email, settings.folder),
            reading=IntakeSite(
                calendar=calendar,
                directory=tables.directory,
                announcements=settings.announcements,
                zone=settings.site.timezone,
                language=settings.site.language,
                authorities={source.name: source.authority for source in settings.sources},
            ),
            policy=_policy(settings),
            clock=clock,
            worker=f"{refresh.this_host()}:{os.getpid()}",
            tables=tables.version,
            in_force=in_force,
            close=opened.pop_all().close,
            drafting=drafting_of(settings),
            looking=looking(settings),
        )
    return site, faults


def _policy(settings: Settings) -> Policy:
    run, telegram = settings.run, settings.telegram
    return Policy(
        attempts=run.attempts,
        give_up_after=run.give_up_after.span(),
        lease=run.lease.span(),
        bot_interval=1 / telegram.per_second,
        chat_interval=1 / telegram.per_chat_second,
        group_interval=60 / telegram.per_group_minute,
        documents=telegram.attachments,
        language=settings.site.language,
    )


def _body(settings: Settings) -> Callable[[Outgoing], str]:
    return gateway_body(settings.http.body)
