"""The first schema: sources and records, alerts and their events, the outbox, people, the audit chain."""

import sqlalchemy as sa
from alembic import op

from alertd.model.base import BIG_ID, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('addresses_down',
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('since', Moment(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('channel', 'address', name=op.f('pk_addresses_down'))
    )
    op.create_table('alert_events',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('alert_id', sa.BigInteger(), nullable=False),
    sa.Column('cycle_id', sa.BigInteger(), nullable=True),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=True),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_before', sa.String(), nullable=True),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('cause', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_events'))
    )
    op.create_index(op.f('ix_alert_events_alert_id'), 'alert_events', ['alert_id'], unique=False)
    op.create_index(op.f('ix_alert_events_cycle_id'), 'alert_events', ['cycle_id'], unique=False)
    op.create_table('alerts',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('rule_version', sa.String(), nullable=False),
    sa.Column('dataset', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('record_id', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('record_changed_at', Moment(), nullable=True),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('measure', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('opened_at', Moment(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('acknowledged_at', Moment(), nullable=True),
    sa.Column('acknowledged_by', sa.String(), nullable=False),
    sa.Column('resolved_at', Moment(), nullable=True),
    sa.Column('times_opened', sa.Integer(), nullable=False),
    sa.Column('told_at', Moment(), nullable=True),
    sa.Column('told_level', sa.Integer(), nullable=True),
    sa.Column('handed_at', Moment(), nullable=True),
    sa.Column('held_by', sa.BigInteger(), nullable=True),
    sa.Column('cause', sa.String(), nullable=True),
    sa.Column('kept_level', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts'))
    )
    op.create_index('ix_alerts_discarded', 'alerts', ['rule', 'key'], unique=False, postgresql_where=sa.text("reason = 'discarded'"), sqlite_where=sa.text("reason = 'discarded'"))
    op.create_index('ix_alerts_held', 'alerts', ['held_by'], unique=False, postgresql_where=sa.text("held_by IS NOT NULL"), sqlite_where=sa.text('held_by IS NOT NULL'))
    op.create_index('ix_alerts_key', 'alerts', ['key'], unique=False)
    op.create_index('ix_alerts_resolved_at', 'alerts', ['resolved_at'], unique=False)
    op.create_index('ix_alerts_standing', 'alerts', ['rule', 'unit', 'key'], unique=False, postgresql_where=sa.text("(state NOT IN ('resolved', 'withdrawn'))"), sqlite_where=sa.text("(state NOT IN ('resolved', 'withdrawn'))"))
    op.create_index('uq_alerts_rule_key', 'alerts', ['rule', 'key'], unique=True)
    op.create_table('announcements',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_named', sa.String(), nullable=True),
    sa.Column('raw_hash', sa.BigInteger(), nullable=False),
    sa.Column('first_event_at', Moment(), nullable=True),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('first_seen_at', Moment(), nullable=False),
    sa.Column('version_since', Moment(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('gone_at', Moment(), nullable=True),
    sa.Column('preferred', sa.Boolean(), nullable=False),
    sa.Column('procedure', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=True),
    sa.Column('field', sa.String(), nullable=True),
    sa.Column('legal_text', sa.String(), nullable=True),
    sa.Column('in_force_on', sa.Date(), nullable=True),
    sa.Column('promulgated_on', sa.Date(), nullable=True),
    sa.Column('fast_track', sa.Boolean(), nullable=True),
    sa.Column('decision', sa.String(), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('announced_on', sa.Date(), nullable=True),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('announce_due_on', sa.Date(), nullable=True),
    sa.Column('publish_due_on', sa.Date(), nullable=True),
    sa.Column('announce_due_no', sa.Integer(), nullable=True),
    sa.Column('publish_due_no', sa.Integer(), nullable=True),
    sa.Column('in_force_no', sa.Integer(), nullable=True),
    sa.Column('promulgated_no', sa.Integer(), nullable=True),
    sa.Column('decided_no', sa.Integer(), nullable=True),
    sa.Column('announced_no', sa.Integer(), nullable=True),
    sa.Column('published_no', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcements'))
    )
    op.create_index('ix_announcements_code', 'announcements', ['code'], unique=False)
    op.create_index('uq_announcements_source_code', 'announcements', ['source', 'code'], unique=True)
    op.create_table('answers',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('notice_id', sa.BigInteger(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('told_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answers'))
    )
    op.create_table('apology_drafts',
    sa.Column('alert_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('notice_id', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('alert_id', 'person', name=op.f('pk_apology_drafts'))
    )
    op.create_index(op.f('ix_apology_drafts_notice_id'), 'apology_drafts', ['notice_id'], unique=False)
    op.create_table('assignments',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_named', sa.String(), nullable=True),
    sa.Column('raw_hash', sa.BigInteger(), nullable=False),
    sa.Column('first_event_at', Moment(), nullable=True),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('first_seen_at', Moment(), nullable=False),
    sa.Column('version_since', Moment(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('gone_at', Moment(), nullable=True),
    sa.Column('preferred', sa.Boolean(), nullable=False),
    sa.Column('title', sa.String(), nullable=True),
    sa.Column('giver', sa.String(), nullable=True),
    sa.Column('assigned_at', Moment(), nullable=True),
    sa.Column('accepted_at', Moment(), nullable=True),
    sa.Column('due_at', Moment(), nullable=True),
    sa.Column('extended_to', Moment(), nullable=True),
    sa.Column('extensions', sa.Integer(), nullable=True),
    sa.Column('done_at', Moment(), nullable=True),
    sa.Column('state', sa.String(), nullable=True),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('assumed_done_at', Moment(), nullable=True),
    sa.Column('due_day_no', sa.Integer(), nullable=True),
    sa.Column('assigned_day_no', sa.Integer(), nullable=True),
    sa.Column('accepted_day_no', sa.Integer(), nullable=True),
    sa.Column('done_day_no', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignments'))
    )
    op.create_index('ix_assignments_code', 'assignments', ['code'], unique=False)
    op.create_index('uq_assignments_source_code', 'assignments', ['source', 'code'], unique=True)
    op.create_table('attempts',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('notice_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('started_at', Moment(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('server_id', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempts'))
    )
    op.create_index(op.f('ix_attempts_notice_id'), 'attempts', ['notice_id'], unique=False)
    op.create_table('audit',
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('previous', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit'))
    )
    op.create_table('believed_tables',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('believed_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_believed_tables'))
    )
    op.create_table('bindings',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('made_at', Moment(), nullable=False),
    sa.Column('confirmed_at', Moment(), nullable=True),
    sa.Column('confirmed_by', sa.String(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('end_reason', sa.String(), nullable=False),
    sa.Column('muted', sa.Boolean(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bindings'))
    )
    op.create_index(op.f('ix_bindings_person'), 'bindings', ['person'], unique=False)
    op.create_index('ix_bindings_user_id', 'bindings', ['user_id'], unique=False)
    op.create_table('bulletin_previews',
    sa.Column('month', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('month', 'unit', name=op.f('pk_bulletin_previews'))
    )
    op.create_table('bulletins',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('month', sa.String(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('content', sa.String(), nullable=False),
    sa.Column('made_at', Moment(), nullable=False),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.Column('released_at', Moment(), nullable=True),
    sa.Column('released_by', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('told_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulletins'))
    )
    op.create_index(op.f('ix_bulletins_month'), 'bulletins', ['month'], unique=False)
    op.create_index('uq_bulletins_draft', 'bulletins', ['month'], unique=True, postgresql_where=sa.text("state = 'draft'"), sqlite_where=sa.text("state = 'draft'"))
    op.create_table('calendar',
    sa.Column('day', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('working', sa.Boolean(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('rolled_number', sa.Integer(), nullable=False),
    sa.Column('due_day', sa.Integer(), nullable=False),
    sa.Column('starts_at', Moment(), nullable=False),
    sa.Column('closes_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_calendar'))
    )
    op.create_index('ix_calendar_number', 'calendar', ['number', 'day'], unique=False)
    op.create_index(op.f('ix_calendar_starts_at'), 'calendar', ['starts_at'], unique=False)
    op.create_table('came_back_files',
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('file_before', sa.String(), nullable=False),
    sa.Column('change', sa.String(), nullable=False),
    sa.Column('before_at', Moment(), nullable=True),
    sa.Column('after_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('source', 'file', name=op.f('pk_came_back_files'))
    )
    op.create_index('ix_came_back_files_change', 'came_back_files', ['source', 'change'], unique=False)
    op.create_table('cause_alerts',
    sa.Column('cause_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('alert_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('cause_id', 'alert_id', name=op.f('pk_cause_alerts'))
    )
    op.create_index('ix_cause_alerts_alert_id', 'cause_alerts', ['alert_id'], unique=False)
    op.create_table('causes',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('way', sa.String(), nullable=False),
    sa.Column('notice_id', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_causes'))
    )
    op.create_index('ix_causes_at', 'causes', ['at'], unique=False)
    op.create_table('cycles',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('now', Moment(), nullable=False),
    sa.Column('rule_set', sa.String(), nullable=False),
    sa.Column('ran', sa.String(), nullable=False),
    sa.Column('faults', sa.String(), nullable=False),
    sa.Column('live_mode', sa.Boolean(), nullable=False),
    sa.Column('findings', sa.Integer(), nullable=False),
    sa.Column('opened', sa.Integer(), nullable=False),
    sa.Column('worse', sa.Integer(), nullable=False),
    sa.Column('resolved', sa.Integer(), nullable=False),
    sa.Column('notices', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('brake', sa.Text(), nullable=False),
    sa.Column('decided_at', Moment(), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('decided_why', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cycles'))
    )
    op.create_index(op.f('ix_cycles_day'), 'cycles', ['day'], unique=False)
    op.create_index('ix_cycles_held', 'cycles', ['id'], unique=False, postgresql_where=sa.text("state = 'held'"), sqlite_where=sa.text("state = 'held'"))
    op.create_table('dispute_asks',
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('notice_id', sa.BigInteger(), nullable=False),
    sa.Column('alert_id', sa.BigInteger(), nullable=True),
    sa.Column('asked_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('channel', 'user_id', name=op.f('pk_dispute_asks'))
    )
    op.create_table('disputes',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('alert_id', sa.BigInteger(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('dataset', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('raised_at', Moment(), nullable=False),
    sa.Column('raised_by', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('notice_id', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('figures', sa.Text(), nullable=False),
    sa.Column('quiet_until', Moment(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('remedy', sa.String(), nullable=False),
    sa.Column('decided_at', Moment(), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('decided_why', sa.Text(), nullable=False),
    sa.Column('correct_by', Moment(), nullable=True),
    sa.Column('exclude_until', sa.Date(), nullable=True),
    sa.Column('confirmed_at', Moment(), nullable=True),
    sa.Column('confirmed_by', sa.String(), nullable=False),
    sa.Column('closed_at', Moment(), nullable=True),
    sa.Column('ended_why', sa.String(), nullable=False),
    sa.Column('told_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disputes'))
    )
    op.create_index(op.f('ix_disputes_alert_id'), 'disputes', ['alert_id'], unique=False)
    op.create_index('ix_disputes_excluded', 'disputes', ['rule', 'key'], unique=False, postgresql_where=sa.text("state = 'upheld' AND remedy = 'excluded'"), sqlite_where=sa.text("state = 'upheld' AND remedy = 'excluded'"))
    op.create_index(op.f('ix_disputes_raised_at'), 'disputes', ['raised_at'], unique=False)
    op.create_index('uq_disputes_open', 'disputes', ['alert_id'], unique=True, postgresql_where=sa.text("state = 'open'"), sqlite_where=sa.text("state = 'open'"))
    op.create_table('field_changes',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_named', sa.String(), nullable=True),
    sa.Column('raw_hash', sa.BigInteger(), nullable=False),
    sa.Column('first_event_at', Moment(), nullable=True),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('first_seen_at', Moment(), nullable=False),
    sa.Column('version_since', Moment(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('gone_at', Moment(), nullable=True),
    sa.Column('preferred', sa.Boolean(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('file', sa.String(), nullable=True),
    sa.Column('file_before', sa.String(), nullable=True),
    sa.Column('procedure', sa.String(), nullable=True),
    sa.Column('section', sa.String(), nullable=True),
    sa.Column('before_at', Moment(), nullable=True),
    sa.Column('after_at', Moment(), nullable=True),
    sa.Column('due_at', Moment(), nullable=True),
    sa.Column('open_at', Moment(), nullable=True),
    sa.Column('seen_at', Moment(), nullable=False),
    sa.Column('seen_day_no', sa.Integer(), nullable=True),
    sa.Column('poll', sa.BigInteger(), nullable=True),
    sa.Column('files', sa.Integer(), nullable=False),
    sa.Column('explained_at', Moment(), nullable=True),
    sa.Column('explained_by', sa.String(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=True),
    sa.Column('last_version', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_field_changes'))
    )
    op.create_index('ix_field_changes_code', 'field_changes', ['code'], unique=False)
    op.create_index('ix_field_changes_standing', 'field_changes', ['file'], unique=False, postgresql_where=sa.text("explained_at IS NULL"), sqlite_where=sa.text('explained_at IS NULL'))
    op.create_index('uq_field_changes_source_code', 'field_changes', ['source', 'code'], unique=True)
    op.create_table('file_copies',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_named', sa.String(), nullable=True),
    sa.Column('raw_hash', sa.BigInteger(), nullable=False),
    sa.Column('first_event_at', Moment(), nullable=True),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('first_seen_at', Moment(), nullable=False),
    sa.Column('version_since', Moment(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('gone_at', Moment(), nullable=True),
    sa.Column('preferred', sa.Boolean(), nullable=False),
    sa.Column('unit_since', Moment(), nullable=True),
    sa.Column('receiving_unit', sa.String(), nullable=True),
    sa.Column('procedure', sa.String(), nullable=True),
    sa.Column('kind', sa.String(), nullable=True),
    sa.Column('status', sa.String(), nullable=True),
    sa.Column('channel', sa.String(), nullable=True),
    sa.Column('submitted_at', Moment(), nullable=True),
    sa.Column('accepted_at', Moment(), nullable=True),
    sa.Column('due_at', Moment(), nullable=True),
    sa.Column('first_due_at', Moment(), nullable=True),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('returned_at', Moment(), nullable=True),
    sa.Column('supplement_requests', sa.Integer(), nullable=True),
    sa.Column('supplement_requested_at', Moment(), nullable=True),
    sa.Column('supplement_answered_at', Moment(), nullable=True),
    sa.Column('apology_at', Moment(), nullable=True),
    sa.Column('section', sa.String(), nullable=True),
    sa.Column('field', sa.String(), nullable=True),
    sa.Column('new_due_at', Moment(), nullable=True),
    sa.Column('paid_online', sa.Boolean(), nullable=True),
    sa.Column('late_cause', sa.String(), nullable=True),
    sa.Column('extended_at', Moment(), nullable=True),
    sa.Column('times_put_off', sa.Integer(), nullable=True),
    sa.Column('by_minute', sa.Boolean(), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('waiting_for_citizen', sa.Boolean(), nullable=False),
    sa.Column('stop_at', Moment(), nullable=True),
    sa.Column('stop_day', sa.Integer(), nullable=True),
    sa.Column('stop_day_no', sa.Integer(), nullable=True),
    sa.Column('due_day', sa.Integer(), nullable=True),
    sa.Column('due_day_no', sa.Integer(), nullable=True),
    sa.Column('submitted_day_no', sa.Integer(), nullable=True),
    sa.Column('accepted_day_no', sa.Integer(), nullable=True),
    sa.Column('received_day', sa.Integer(), nullable=True),
    sa.Column('assumed_end_at', Moment(), nullable=True),
    sa.Column('ended_day', sa.Integer(), nullable=True),
    sa.Column('ended_day_no', sa.Integer(), nullable=True),
    sa.Column('requested_day', sa.Integer(), nullable=True),
    sa.Column('requested_day_no', sa.Integer(), nullable=True),
    sa.Column('answered_day_no', sa.Integer(), nullable=True),
    sa.Column('unit_since_day_no', sa.Integer(), nullable=True),
    sa.Column('apology_day', sa.Integer(), nullable=True),
    sa.Column('apology_due_day', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file_copies'))
    )
    op.create_index('ix_file_copies_changed', 'file_copies', ['changed_at', 'received_day'], unique=False)
    op.create_index('ix_file_copies_code', 'file_copies', ['code'], unique=False)
    op.create_index('ix_file_copies_given_up', 'file_copies', ['ended_day'], unique=False, postgresql_where=sa.text("preferred IS true AND status IN ('refused', 'withdrawn')"), sqlite_where=sa.text("preferred IS 1 AND status IN ('refused', 'withdrawn')"))
    op.create_index('ix_file_copies_missed', 'file_copies', ['source'], unique=False, postgresql_where=sa.text("missed > 0 AND gone_at IS NULL"), sqlite_where=sa.text('missed > 0 AND gone_at IS NULL'))
    op.create_index('ix_file_copies_open_due', 'file_copies', ['due_day_no', 'unit', 'code'], unique=False, postgresql_where=sa.text("preferred IS true AND is_open IS true"), sqlite_where=sa.text('preferred IS 1 AND is_open IS 1'))
    op.create_index('ix_file_copies_open_intake', 'file_copies', ['submitted_day_no'], unique=False, postgresql_where=sa.text("preferred IS true AND is_open IS true AND accepted_at IS NULL"), sqlite_where=sa.text('preferred IS 1 AND is_open IS 1 AND accepted_at IS NULL'))
    op.create_index('ix_file_copies_received', 'file_copies', ['received_day'], unique=False, postgresql_where=sa.text("preferred IS true"), sqlite_where=sa.text('preferred IS 1'))
    op.create_index('ix_file_copies_vanished', 'file_copies', ['procedure', 'accepted_at'], unique=False, postgresql_where=sa.text("gone_at IS NOT NULL AND ended_at IS NULL AND returned_at IS NULL"), sqlite_where=sa.text('gone_at IS NOT NULL AND ended_at IS NULL AND returned_at IS NULL'))
    op.create_index('uq_file_copies_source_code', 'file_copies', ['source', 'code'], unique=True)
    op.create_table('file_history',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('known_from', Moment(), nullable=False),
    sa.Column('known_to', Moment(), nullable=False),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('status', sa.String(), nullable=True),
    sa.Column('due_at', Moment(), nullable=True),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('supplement_requests', sa.Integer(), nullable=True),
    sa.Column('gone_at', Moment(), nullable=True),
    sa.Column('section', sa.String(), nullable=True),
    sa.Column('supplement_requested_at', Moment(), nullable=True),
    sa.Column('supplement_answered_at', Moment(), nullable=True),
    sa.Column('unit_since', Moment(), nullable=True),
    sa.Column('times_put_off', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file_history'))
    )
    op.create_index('ix_file_history_code', 'file_history', ['code', 'id'], unique=False)
    op.create_table('inbox_states',
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('offset', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('channel', name=op.f('pk_inbox_states'))
    )
    op.create_table('index_log',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_named', sa.String(), nullable=True),
    sa.Column('raw_hash', sa.BigInteger(), nullable=False),
    sa.Column('first_event_at', Moment(), nullable=True),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('first_seen_at', Moment(), nullable=False),
    sa.Column('version_since', Moment(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('gone_at', Moment(), nullable=True),
    sa.Column('preferred', sa.Boolean(), nullable=False),
    sa.Column('item', sa.String(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('indicator', sa.String(), nullable=False),
    sa.Column('numerator', sa.BigInteger(), nullable=True),
    sa.Column('denominator', sa.BigInteger(), nullable=True),
    sa.Column('ratio', sa.Integer(), nullable=True),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('maximum', sa.Integer(), nullable=True),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('computed_at', Moment(), nullable=False),
    sa.Column('quality', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_index_log'))
    )
    op.create_index('ix_index_log_changed_at', 'index_log', ['changed_at'], unique=False)
    op.create_index('ix_index_log_code', 'index_log', ['code'], unique=False)
    op.create_index('ix_index_log_computed_at', 'index_log', ['computed_at'], unique=False)
    op.create_index('ix_index_log_item', 'index_log', ['item', 'source', 'computed_at'], unique=False)
    op.create_index('uq_index_log_source_code', 'index_log', ['source', 'code'], unique=True)
    op.create_table('index_readings',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_named', sa.String(), nullable=True),
    sa.Column('raw_hash', sa.BigInteger(), nullable=False),
    sa.Column('first_event_at', Moment(), nullable=True),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('first_seen_at', Moment(), nullable=False),
    sa.Column('version_since', Moment(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('gone_at', Moment(), nullable=True),
    sa.Column('preferred', sa.Boolean(), nullable=False),
    sa.Column('named', sa.String(), nullable=True),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('series', sa.String(), nullable=False),
    sa.Column('indicator', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('group', sa.String(), nullable=True),
    sa.Column('numerator', sa.BigInteger(), nullable=True),
    sa.Column('denominator', sa.BigInteger(), nullable=True),
    sa.Column('ratio', sa.Integer(), nullable=True),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('maximum', sa.Integer(), nullable=True),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('computed_at', Moment(), nullable=True),
    sa.Column('quality', sa.String(), nullable=True),
    sa.Column('is_newest', sa.Boolean(), nullable=False),
    sa.Column('is_closed', sa.Boolean(), nullable=False),
    sa.Column('later_closed', sa.Integer(), nullable=False),
    sa.Column('days_old', sa.Integer(), nullable=False),
    sa.Column('score_before', sa.Integer(), nullable=True),
    sa.Column('score_day_ago', sa.Integer(), nullable=True),
    sa.Column('first_closed_score', sa.Integer(), nullable=True),
    sa.Column('score_last_period', sa.Integer(), nullable=True),
    sa.Column('rank_last_period', sa.Integer(), nullable=True),
    sa.Column('is_lowest', sa.Boolean(), nullable=False),
    sa.Column('maximum_aside', sa.Integer(), nullable=False),
    sa.Column('score_aside', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_index_readings'))
    )
    op.create_index('ix_index_readings_code', 'index_readings', ['code'], unique=False)
    op.create_index('uq_index_readings_source_code', 'index_readings', ['source', 'code'], unique=True)
    op.create_table('invitations',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('proven', sa.Boolean(), nullable=False),
    sa.Column('made_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.Column('used_at', Moment(), nullable=True),
    sa.Column('revoked_at', Moment(), nullable=True),
    sa.Column('warned_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitations_token_hash'))
    )
    op.create_table('notice_alerts',
    sa.Column('notice_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('alert_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('notice_id', 'alert_id', name=op.f('pk_notice_alerts'))
    )
    op.create_index('ix_notice_alerts_alert_id', 'notice_alerts', ['alert_id'], unique=False)
    op.create_table('notice_files',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('notice_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_files'))
    )
    op.create_index(op.f('ix_notice_files_notice_id'), 'notice_files', ['notice_id'], unique=False)
    op.create_table('notices',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('recipient', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('meant_for', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('urgency', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('not_before', Moment(), nullable=True),
    sa.Column('claimed_by', sa.String(), nullable=False),
    sa.Column('lease_until', Moment(), nullable=True),
    sa.Column('sent_at', Moment(), nullable=True),
    sa.Column('confirmed_at', Moment(), nullable=True),
    sa.Column('cycle_id', sa.BigInteger(), nullable=True),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('chat', sa.Text(), nullable=False),
    sa.Column('short', sa.String(), nullable=False),
    sa.Column('buttons', sa.String(), nullable=False),
    sa.Column('silent', sa.Boolean(), nullable=False),
    sa.Column('bulk', sa.Boolean(), nullable=False),
    sa.Column('thread', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('parts_sent', sa.Integer(), nullable=False),
    sa.Column('server_id', sa.String(), nullable=False),
    sa.Column('rule_versions', sa.String(), nullable=False),
    sa.Column('counts', sa.String(), nullable=False),
    sa.Column('once', sa.String(), nullable=True),
    sa.Column('digest_on', sa.Date(), nullable=True),
    sa.Column('other_ways', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=True),
    sa.Column('copy_of', sa.BigInteger(), nullable=True),
    sa.Column('bounced_at', Moment(), nullable=True),
    sa.Column('held_by', sa.BigInteger(), nullable=True),
    sa.Column('bounce', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices')),
    sa.UniqueConstraint('once', name=op.f('uq_notices_once')),
    sa.UniqueConstraint('code', name=op.f('uq_notices_code'))
    )
    op.create_index(op.f('ix_notices_copy_of'), 'notices', ['copy_of'], unique=False)
    op.create_index(op.f('ix_notices_created_at'), 'notices', ['created_at'], unique=False)
    op.create_index(op.f('ix_notices_digest_on'), 'notices', ['digest_on'], unique=False)
    op.create_index('ix_notices_held', 'notices', ['held_by'], unique=False, postgresql_where=sa.text("held_by IS NOT NULL"), sqlite_where=sa.text('held_by IS NOT NULL'))
    op.create_index(op.f('ix_notices_person'), 'notices', ['person'], unique=False)
    op.create_index('ix_notices_sendable', 'notices', ['urgency', 'id'], unique=False, postgresql_where=sa.text("state IN ('pending', 'retry', 'uncertain', 'sending')"), sqlite_where=sa.text("state IN ('pending', 'retry', 'uncertain', 'sending')"))
    op.create_table('paces',
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('next_at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('scope', name=op.f('pk_paces'))
    )
    op.create_table('polls',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('dataset', sa.String(), nullable=False),
    sa.Column('started_at', Moment(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.Column('as_of', Moment(), nullable=True),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.Column('records', sa.Integer(), nullable=False),
    sa.Column('new', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('gone', sa.Integer(), nullable=False),
    sa.Column('rejected', sa.Integer(), nullable=False),
    sa.Column('duplicates', sa.Integer(), nullable=False),
    sa.Column('accepted_because', sa.String(), nullable=False),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('remapped', sa.Boolean(), nullable=False),
    sa.Column('content', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_polls'))
    )
    op.create_index('ix_polls_source_id', 'polls', ['source', 'id'], unique=False)
    op.create_table('procedures',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_named', sa.String(), nullable=True),
    sa.Column('raw_hash', sa.BigInteger(), nullable=False),
    sa.Column('first_event_at', Moment(), nullable=True),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('first_seen_at', Moment(), nullable=False),
    sa.Column('version_since', Moment(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('gone_at', Moment(), nullable=True),
    sa.Column('preferred', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(), nullable=True),
    sa.Column('field', sa.String(), nullable=True),
    sa.Column('content_complete', sa.Boolean(), nullable=True),
    sa.Column('online_level', sa.Integer(), nullable=True),
    sa.Column('fee', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_procedures'))
    )
    op.create_index('ix_procedures_code', 'procedures', ['code'], unique=False)
    op.create_index('uq_procedures_source_code', 'procedures', ['source', 'code'], unique=True)
    op.create_table('rejects',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('poll_id', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('field', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('expected', sa.String(), nullable=False),
    sa.Column('dropped', sa.Boolean(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rejects'))
    )
    op.create_index(op.f('ix_rejects_poll_id'), 'rejects', ['poll_id'], unique=False)
    op.create_table('returned_mails',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('notice_id', sa.BigInteger(), nullable=True),
    sa.Column('detail', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_returned_mails'))
    )
    op.create_index(op.f('ix_returned_mails_notice_id'), 'returned_mails', ['notice_id'], unique=False)
    op.create_table('rule_folders',
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('since', Moment(), nullable=False),
    sa.Column('waiting', sa.Boolean(), nullable=False),
    sa.Column('owners', sa.String(), nullable=False),
    sa.Column('named', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_rule_folders'))
    )
    op.create_table('rule_sets',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('how', sa.String(), nullable=False),
    sa.Column('rules', sa.Text(), nullable=False),
    sa.Column('set_aside', sa.Text(), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=True),
    sa.Column('released_by', sa.String(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('quiet', sa.Boolean(), nullable=False),
    sa.Column('messages', sa.Integer(), nullable=False),
    sa.Column('heads', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_sets'))
    )
    op.create_index(op.f('ix_rule_sets_version'), 'rule_sets', ['version'], unique=False)
    op.create_table('rule_versions',
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('first_seen_at', Moment(), nullable=False),
    sa.Column('runs_since', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_rule_versions'))
    )
    op.create_index(op.f('ix_rule_versions_rule'), 'rule_versions', ['rule'], unique=False)
    op.create_table('site_facts',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_site_facts'))
    )
    op.create_table('source_states',
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('dataset', sa.String(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('mapping', sa.String(), nullable=False),
    sa.Column('believed_poll', sa.BigInteger(), nullable=True),
    sa.Column('believed_at', Moment(), nullable=True),
    sa.Column('as_of', Moment(), nullable=True),
    sa.Column('records', sa.Integer(), nullable=False),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('newest_event_at', Moment(), nullable=True),
    sa.Column('ended_by_absence', sa.Boolean(), nullable=False),
    sa.Column('marks', sa.String(), nullable=False),
    sa.Column('accept_next', sa.String(), nullable=False),
    sa.Column('trouble', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('source', name=op.f('pk_source_states'))
    )
    op.create_table('stage_announcements',
    sa.Column('poll_id', sa.BigInteger(), nullable=False),
    sa.Column('row_no', sa.BigInteger(), nullable=False),
    sa.Column('fresh', sa.Boolean(), nullable=False),
    sa.Column('code', sa.String(), nullable=True),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_named', sa.String(), nullable=True),
    sa.Column('raw_hash', sa.BigInteger(), nullable=True),
    sa.Column('first_event_at', Moment(), nullable=True),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('procedure', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=True),
    sa.Column('field', sa.String(), nullable=True),
    sa.Column('legal_text', sa.String(), nullable=True),
    sa.Column('in_force_on', sa.Date(), nullable=True),
    sa.Column('promulgated_on', sa.Date(), nullable=True),
    sa.Column('fast_track', sa.Boolean(), nullable=True),
    sa.Column('decision', sa.String(), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('announced_on', sa.Date(), nullable=True),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('announce_due_on', sa.Date(), nullable=True),
    sa.Column('publish_due_on', sa.Date(), nullable=True),
    sa.Column('announce_due_no', sa.Integer(), nullable=True),
    sa.Column('publish_due_no', sa.Integer(), nullable=True),
    sa.Column('in_force_no', sa.Integer(), nullable=True),
    sa.Column('promulgated_no', sa.Integer(), nullable=True),
    sa.Column('decided_no', sa.Integer(), nullable=True),
    sa.Column('announced_no', sa.Integer(), nullable=True),
    sa.Column('published_no', sa.Integer(), nullable=True)
    )
    op.create_index('ix_stage_announcements_poll_id_code', 'stage_announcements', ['poll_id', 'code'], unique=False)
    op.create_table('stage_assignments',
    sa.Column('poll_id', sa.BigInteger(), nullable=False),
    sa.Column('row_no', sa.BigInteger(), nullable=False),
    sa.Column('fresh', sa.Boolean(), nullable=False),
    sa.Column('code', sa.String(), nullable=True),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_named', sa.String(), nullable=True),
    sa.Column('raw_hash', sa.BigInteger(), nullable=True),
    sa.Column('first_event_at', Moment(), nullable=True),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('title', sa.String(), nullable=True),
    sa.Column('giver', sa.String(), nullable=True),
    sa.Column('assigned_at', Moment(), nullable=True),
    sa.Column('accepted_at', Moment(), nullable=True),
    sa.Column('due_at', Moment(), nullable=True),
    sa.Column('extended_to', Moment(), nullable=True),
    sa.Column('extensions', sa.Integer(), nullable=True),
    sa.Column('done_at', Moment(), nullable=True),
    sa.Column('state', sa.String(), nullable=True),
    sa.Column('is_open', sa.Boolean(), nullable=True),
    sa.Column('assumed_done_at', Moment(), nullable=True),
    sa.Column('due_day_no', sa.Integer(), nullable=True),
    sa.Column('assigned_day_no', sa.Integer(), nullable=True),
    sa.Column('accepted_day_no', sa.Integer(), nullable=True),
    sa.Column('done_day_no', sa.Integer(), nullable=True)
    )
    op.create_index('ix_stage_assignments_poll_id_code', 'stage_assignments', ['poll_id', 'code'], unique=False)
    op.create_table('stage_files',
    sa.Column('poll_id', sa.BigInteger(), nullable=False),
    sa.Column('row_no', sa.BigInteger(), nullable=False),
    sa.Column('fresh', sa.Boolean(), nullable=False),
    sa.Column('code', sa.String(), nullable=True),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_named', sa.String(), nullable=True),
    sa.Column('raw_hash', sa.BigInteger(), nullable=True),
    sa.Column('first_event_at', Moment(), nullable=True),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('unit_since', Moment(), nullable=True),
    sa.Column('receiving_unit', sa.String(), nullable=True),
    sa.Column('procedure', sa.String(), nullable=True),
    sa.Column('kind', sa.String(), nullable=True),
    sa.Column('status', sa.String(), nullable=True),
    sa.Column('channel', sa.String(), nullable=True),
    sa.Column('submitted_at', Moment(), nullable=True),
    sa.Column('accepted_at', Moment(), nullable=True),
    sa.Column('due_at', Moment(), nullable=True),
    sa.Column('first_due_at', Moment(), nullable=True),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('returned_at', Moment(), nullable=True),
    sa.Column('supplement_requests', sa.Integer(), nullable=True),
    sa.Column('supplement_requested_at', Moment(), nullable=True),
    sa.Column('supplement_answered_at', Moment(), nullable=True),
    sa.Column('apology_at', Moment(), nullable=True),
    sa.Column('section', sa.String(), nullable=True),
    sa.Column('field', sa.String(), nullable=True),
    sa.Column('new_due_at', Moment(), nullable=True),
    sa.Column('paid_online', sa.Boolean(), nullable=True),
    sa.Column('late_cause', sa.String(), nullable=True),
    sa.Column('extended_at', Moment(), nullable=True),
    sa.Column('times_put_off', sa.Integer(), nullable=True),
    sa.Column('by_minute', sa.Boolean(), nullable=True),
    sa.Column('is_open', sa.Boolean(), nullable=True),
    sa.Column('waiting_for_citizen', sa.Boolean(), nullable=True),
    sa.Column('stop_at', Moment(), nullable=True),
    sa.Column('stop_day', sa.Integer(), nullable=True),
    sa.Column('stop_day_no', sa.Integer(), nullable=True),
    sa.Column('due_day', sa.Integer(), nullable=True),
    sa.Column('due_day_no', sa.Integer(), nullable=True),
    sa.Column('submitted_day_no', sa.Integer(), nullable=True),
    sa.Column('accepted_day_no', sa.Integer(), nullable=True),
    sa.Column('received_day', sa.Integer(), nullable=True),
    sa.Column('assumed_end_at', Moment(), nullable=True),
    sa.Column('ended_day', sa.Integer(), nullable=True),
    sa.Column('ended_day_no', sa.Integer(), nullable=True),
    sa.Column('requested_day', sa.Integer(), nullable=True),
    sa.Column('requested_day_no', sa.Integer(), nullable=True),
    sa.Column('answered_day_no', sa.Integer(), nullable=True),
    sa.Column('unit_since_day_no', sa.Integer(), nullable=True),
    sa.Column('apology_day', sa.Integer(), nullable=True),
    sa.Column('apology_due_day', sa.Integer(), nullable=True)
    )
    op.create_index('ix_stage_files_poll_id_code', 'stage_files', ['poll_id', 'code'], unique=False)
    op.create_table('stage_index_readings',
    sa.Column('poll_id', sa.BigInteger(), nullable=False),
    sa.Column('row_no', sa.BigInteger(), nullable=False),
    sa.Column('fresh', sa.Boolean(), nullable=False),
    sa.Column('code', sa.String(), nullable=True),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_named', sa.String(), nullable=True),
    sa.Column('raw_hash', sa.BigInteger(), nullable=True),
    sa.Column('first_event_at', Moment(), nullable=True),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('item', sa.String(), nullable=True),
    sa.Column('period', sa.String(), nullable=True),
    sa.Column('indicator', sa.String(), nullable=True),
    sa.Column('numerator', sa.BigInteger(), nullable=True),
    sa.Column('denominator', sa.BigInteger(), nullable=True),
    sa.Column('ratio', sa.Integer(), nullable=True),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('maximum', sa.Integer(), nullable=True),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('computed_at', Moment(), nullable=True),
    sa.Column('quality', sa.String(), nullable=True)
    )
    op.create_index('ix_stage_index_readings_poll_id_code', 'stage_index_readings', ['poll_id', 'code'], unique=False)
    op.create_table('stage_procedures',
    sa.Column('poll_id', sa.BigInteger(), nullable=False),
    sa.Column('row_no', sa.BigInteger(), nullable=False),
    sa.Column('fresh', sa.Boolean(), nullable=False),
    sa.Column('code', sa.String(), nullable=True),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_named', sa.String(), nullable=True),
    sa.Column('raw_hash', sa.BigInteger(), nullable=True),
    sa.Column('first_event_at', Moment(), nullable=True),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('name', sa.String(), nullable=True),
    sa.Column('field', sa.String(), nullable=True),
    sa.Column('content_complete', sa.Boolean(), nullable=True),
    sa.Column('online_level', sa.Integer(), nullable=True),
    sa.Column('fee', sa.String(), nullable=True)
    )
    op.create_index('ix_stage_procedures_poll_id_code', 'stage_procedures', ['poll_id', 'code'], unique=False)
    op.create_table('sync_gaps',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_named', sa.String(), nullable=True),
    sa.Column('raw_hash', sa.BigInteger(), nullable=False),
    sa.Column('first_event_at', Moment(), nullable=True),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('first_seen_at', Moment(), nullable=False),
    sa.Column('version_since', Moment(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('gone_at', Moment(), nullable=True),
    sa.Column('preferred', sa.Boolean(), nullable=False),
    sa.Column('procedure', sa.String(), nullable=True),
    sa.Column('section', sa.String(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('since', Moment(), nullable=True),
    sa.Column('since_day_no', sa.Integer(), nullable=True),
    sa.Column('seen_at', Moment(), nullable=True),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('is_due', sa.Boolean(), nullable=False),
    sa.Column('status_here', sa.String(), nullable=True),
    sa.Column('status_there', sa.String(), nullable=True),
    sa.Column('due_here', Moment(), nullable=True),
    sa.Column('due_there', Moment(), nullable=True),
    sa.Column('ended_here', Moment(), nullable=True),
    sa.Column('ended_there', Moment(), nullable=True),
    sa.Column('late_here', sa.Boolean(), nullable=True),
    sa.Column('late_there', sa.Boolean(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sync_gaps'))
    )
    op.create_index('ix_sync_gaps_code', 'sync_gaps', ['code'], unique=False)
    op.create_index('ix_sync_gaps_open', 'sync_gaps', ['kind', 'cause', 'unit'], unique=False, postgresql_where=sa.text("preferred IS true AND is_open IS true"), sqlite_where=sa.text('preferred IS 1 AND is_open IS 1'))
    op.create_index('ix_sync_gaps_waiting', 'sync_gaps', ['seen_at'], unique=False, postgresql_where=sa.text("is_open IS true AND is_due IS false"), sqlite_where=sa.text('is_open IS 1 AND is_due IS 0'))
    op.create_index('uq_sync_gaps_source_code', 'sync_gaps', ['source', 'code'], unique=True)
    op.create_table('table_sights',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'host', name=op.f('pk_table_sights'))
    )
    op.create_table('token_failures',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_token_failures'))
    )
    op.create_index(op.f('ix_token_failures_at'), 'token_failures', ['at'], unique=False)
    op.create_index(op.f('ix_token_failures_user_id'), 'token_failures', ['user_id'], unique=False)
    op.create_table('troubles',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('since', Moment(), nullable=False),
    sa.Column('until', Moment(), nullable=True),
    sa.Column('told_at', Moment(), nullable=True),
    sa.Column('over_told_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_troubles'))
    )
    op.create_index(op.f('ix_troubles_subject'), 'troubles', ['subject'], unique=False)
    op.create_index('uq_troubles_open', 'troubles', ['subject'], unique=True, postgresql_where=sa.text("until IS NULL"), sqlite_where=sa.text('until IS NULL'))
    op.create_table('unit_heads',
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('since', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('unit', name=op.f('pk_unit_heads'))
    )
    op.create_table('unit_periods',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=True),
    sa.Column('unit_named', sa.String(), nullable=True),
    sa.Column('raw_hash', sa.BigInteger(), nullable=False),
    sa.Column('first_event_at', Moment(), nullable=True),
    sa.Column('last_event_at', Moment(), nullable=True),
    sa.Column('first_seen_at', Moment(), nullable=False),
    sa.Column('version_since', Moment(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('gone_at', Moment(), nullable=True),
    sa.Column('preferred', sa.Boolean(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('grain', sa.String(), nullable=False),
    sa.Column('field', sa.String(), nullable=True),
    sa.Column('procedure', sa.String(), nullable=True),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('begins_no', sa.Integer(), nullable=False),
    sa.Column('ends_no', sa.Integer(), nullable=False),
    sa.Column('is_running', sa.Boolean(), nullable=False),
    sa.Column('received', sa.Integer(), nullable=False),
    sa.Column('channel_known', sa.Integer(), nullable=False),
    sa.Column('online', sa.Integer(), nullable=False),
    sa.Column('payable', sa.Integer(), nullable=False),
    sa.Column('paid_online', sa.Integer(), nullable=False),
    sa.Column('ended', sa.Integer(), nullable=False),
    sa.Column('working_days', sa.Integer(), nullable=False),
    sa.Column('on_time', sa.Integer(), nullable=False),
    sa.Column('late', sa.Integer(), nullable=False),
    sa.Column('supplement_known', sa.Integer(), nullable=False),
    sa.Column('supplemented', sa.Integer(), nullable=False),
    sa.Column('supplemented_again', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('refused_near_due', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Integer(), nullable=False),
    sa.Column('withdrawn_late', sa.Integer(), nullable=False),
    sa.Column('average_working_days', sa.Integer(), nullable=True),
    sa.Column('online_rate', sa.Integer(), nullable=True),
    sa.Column('paid_online_rate', sa.Integer(), nullable=True),
    sa.Column('on_time_rate', sa.Integer(), nullable=True),
    sa.Column('supplement_rate', sa.Integer(), nullable=True),
    sa.Column('city_supplement_rate', sa.Integer(), nullable=True),
    sa.Column('online_target', sa.Integer(), nullable=True),
    sa.Column('online_short', sa.Integer(), nullable=True),
    sa.Column('online_short_at_pace', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_periods'))
    )
    op.create_index('ix_unit_periods_code', 'unit_periods', ['code'], unique=False)
    op.create_index('ix_unit_periods_period', 'unit_periods', ['period'], unique=False)
    op.create_index('uq_unit_periods_source_code', 'unit_periods', ['source', 'code'], unique=True)
    op.create_table('waiting_replies',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('reply', sa.Text(), nullable=False),
    sa.Column('since', sa.Float(), nullable=False),
    sa.Column('next_at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waiting_replies'))
    )


def downgrade() -> None:
    op.drop_table('waiting_replies')
    op.drop_index('ix_unit_periods_code', table_name='unit_periods')
    op.drop_index('ix_unit_periods_period', table_name='unit_periods')
    op.drop_index('uq_unit_periods_source_code', table_name='unit_periods')
    op.drop_table('unit_periods')
    op.drop_table('unit_heads')
    op.drop_index(op.f('ix_troubles_subject'), table_name='troubles')
    op.drop_index('uq_troubles_open', table_name='troubles', postgresql_where=sa.text("until IS NULL"), sqlite_where=sa.text('until IS NULL'))
    op.drop_table('troubles')
    op.drop_index(op.f('ix_token_failures_at'), table_name='token_failures')
    op.drop_index(op.f('ix_token_failures_user_id'), table_name='token_failures')
    op.drop_table('token_failures')
    op.drop_table('table_sights')
    op.drop_index('ix_sync_gaps_code', table_name='sync_gaps')
    op.drop_index('ix_sync_gaps_open', table_name='sync_gaps', postgresql_where=sa.text("preferred IS true AND is_open IS true"), sqlite_where=sa.text('preferred IS 1 AND is_open IS 1'))
    op.drop_index('ix_sync_gaps_waiting', table_name='sync_gaps', postgresql_where=sa.text("is_open IS true AND is_due IS false"), sqlite_where=sa.text('is_open IS 1 AND is_due IS 0'))
    op.drop_index('uq_sync_gaps_source_code', table_name='sync_gaps')
    op.drop_table('sync_gaps')
    op.drop_index('ix_stage_procedures_poll_id_code', table_name='stage_procedures')
    op.drop_table('stage_procedures')
    op.drop_index('ix_stage_index_readings_poll_id_code', table_name='stage_index_readings')
    op.drop_table('stage_index_readings')
    op.drop_index('ix_stage_files_poll_id_code', table_name='stage_files')
    op.drop_table('stage_files')
    op.drop_index('ix_stage_assignments_poll_id_code', table_name='stage_assignments')
    op.drop_table('stage_assignments')
    op.drop_index('ix_stage_announcements_poll_id_code', table_name='stage_announcements')
    op.drop_table('stage_announcements')
    op.drop_table('source_states')
    op.drop_table('site_facts')
    op.drop_index(op.f('ix_rule_versions_rule'), table_name='rule_versions')
    op.drop_table('rule_versions')
    op.drop_index(op.f('ix_rule_sets_version'), table_name='rule_sets')
    op.drop_table('rule_sets')
    op.drop_table('rule_folders')
    op.drop_index(op.f('ix_returned_mails_notice_id'), table_name='returned_mails')
    op.drop_table('returned_mails')
    op.drop_index(op.f('ix_rejects_poll_id'), table_name='rejects')
    op.drop_table('rejects')
    op.drop_index('ix_procedures_code', table_name='procedures')
    op.drop_index('uq_procedures_source_code', table_name='procedures')
    op.drop_table('procedures')
    op.drop_index('ix_polls_source_id', table_name='polls')
    op.drop_table('polls')
    op.drop_table('paces')
    op.drop_index(op.f('ix_notices_copy_of'), table_name='notices')
    op.drop_index(op.f('ix_notices_created_at'), table_name='notices')
    op.drop_index(op.f('ix_notices_digest_on'), table_name='notices')
    op.drop_index('ix_notices_held', table_name='notices', postgresql_where=sa.text("held_by IS NOT NULL"), sqlite_where=sa.text('held_by IS NOT NULL'))
    op.drop_index(op.f('ix_notices_person'), table_name='notices')
    op.drop_index('ix_notices_sendable', table_name='notices', postgresql_where=sa.text("state IN ('pending', 'retry', 'uncertain', 'sending')"), sqlite_where=sa.text("state IN ('pending', 'retry', 'uncertain', 'sending')"))
    op.drop_table('notices')
    op.drop_index(op.f('ix_notice_files_notice_id'), table_name='notice_files')
    op.drop_table('notice_files')
    op.drop_index('ix_notice_alerts_alert_id', table_name='notice_alerts')
    op.drop_table('notice_alerts')
    op.drop_table('invitations')
    op.drop_index('ix_index_readings_code', table_name='index_readings')
    op.drop_index('uq_index_readings_source_code', table_name='index_readings')
    op.drop_table('index_readings')
    op.drop_index('ix_index_log_changed_at', table_name='index_log')
    op.drop_index('ix_index_log_code', table_name='index_log')
    op.drop_index('ix_index_log_computed_at', table_name='index_log')
    op.drop_index('ix_index_log_item', table_name='index_log')
    op.drop_index('uq_index_log_source_code', table_name='index_log')
    op.drop_table('index_log')
    op.drop_table('inbox_states')
    op.drop_index('ix_file_history_code', table_name='file_history')
    op.drop_table('file_history')
    op.drop_index('ix_file_copies_changed', table_name='file_copies')
    op.drop_index('ix_file_copies_code', table_name='file_copies')
    op.drop_index('ix_file_copies_given_up', table_name='file_copies', postgresql_where=sa.text("preferred IS true AND status IN ('refused', 'withdrawn')"), sqlite_where=sa.text("preferred IS 1 AND status IN ('refused', 'withdrawn')"))
    op.drop_index('ix_file_copies_missed', table_name='file_copies', postgresql_where=sa.text("missed > 0 AND gone_at IS NULL"), sqlite_where=sa.text('missed > 0 AND gone_at IS NULL'))
    op.drop_index('ix_file_copies_open_due', table_name='file_copies', postgresql_where=sa.text("preferred IS true AND is_open IS true"), sqlite_where=sa.text('preferred IS 1 AND is_open IS 1'))
    op.drop_index('ix_file_copies_open_intake', table_name='file_copies', postgresql_where=sa.text("preferred IS true AND is_open IS true AND accepted_at IS NULL"), sqlite_where=sa.text('preferred IS 1 AND is_open IS 1 AND accepted_at IS NULL'))
    op.drop_index('ix_file_copies_received', table_name='file_copies', postgresql_where=sa.text("preferred IS true"), sqlite_where=sa.text('preferred IS 1'))
    op.drop_index('ix_file_copies_vanished', table_name='file_copies', postgresql_where=sa.text("gone_at IS NOT NULL AND ended_at IS NULL AND returned_at IS NULL"), sqlite_where=sa.text('gone_at IS NOT NULL AND ended_at IS NULL AND returned_at IS NULL'))
    op.drop_index('uq_file_copies_source_code', table_name='file_copies')
    op.drop_table('file_copies')
    op.drop_index('ix_field_changes_code', table_name='field_changes')
    op.drop_index('ix_field_changes_standing', table_name='field_changes', postgresql_where=sa.text("explained_at IS NULL"), sqlite_where=sa.text('explained_at IS NULL'))
    op.drop_index('uq_field_changes_source_code', table_name='field_changes')
    op.drop_table('field_changes')
    op.drop_index(op.f('ix_disputes_alert_id'), table_name='disputes')
    op.drop_index('ix_disputes_excluded', table_name='disputes', postgresql_where=sa.text("state = 'upheld' AND remedy = 'excluded'"), sqlite_where=sa.text("state = 'upheld' AND remedy = 'excluded'"))
    op.drop_index(op.f('ix_disputes_raised_at'), table_name='disputes')
    op.drop_index('uq_disputes_open', table_name='disputes', postgresql_where=sa.text("state = 'open'"), sqlite_where=sa.text("state = 'open'"))
    op.drop_table('disputes')
    op.drop_table('dispute_asks')
    op.drop_index(op.f('ix_cycles_day'), table_name='cycles')
    op.drop_index('ix_cycles_held', table_name='cycles', postgresql_where=sa.text("state = 'held'"), sqlite_where=sa.text("state = 'held'"))
    op.drop_table('cycles')
    op.drop_index('ix_causes_at', table_name='causes')
    op.drop_table('causes')
    op.drop_index('ix_cause_alerts_alert_id', table_name='cause_alerts')
    op.drop_table('cause_alerts')
    op.drop_index('ix_came_back_files_change', table_name='came_back_files')
    op.drop_table('came_back_files')
    op.drop_index('ix_calendar_number', table_name='calendar')
    op.drop_index(op.f('ix_calendar_starts_at'), table_name='calendar')
    op.drop_table('calendar')
    op.drop_index(op.f('ix_bulletins_month'), table_name='bulletins')
    op.drop_index('uq_bulletins_draft', table_name='bulletins', postgresql_where=sa.text("state = 'draft'"), sqlite_where=sa.text("state = 'draft'"))
    op.drop_table('bulletins')
    op.drop_table('bulletin_previews')
    op.drop_index(op.f('ix_bindings_person'), table_name='bindings')
    op.drop_index('ix_bindings_user_id', table_name='bindings')
    op.drop_table('bindings')
    op.drop_table('believed_tables')
    op.drop_table('audit')
    op.drop_index(op.f('ix_attempts_notice_id'), table_name='attempts')
    op.drop_table('attempts')
    op.drop_index('ix_assignments_code', table_name='assignments')
    op.drop_index('uq_assignments_source_code', table_name='assignments')
    op.drop_table('assignments')
    op.drop_index(op.f('ix_apology_drafts_notice_id'), table_name='apology_drafts')
    op.drop_table('apology_drafts')
    op.drop_table('answers')
    op.drop_index('ix_announcements_code', table_name='announcements')
    op.drop_index('uq_announcements_source_code', table_name='announcements')
    op.drop_table('announcements')
    op.drop_index('ix_alerts_discarded', table_name='alerts', postgresql_where=sa.text("reason = 'discarded'"), sqlite_where=sa.text("reason = 'discarded'"))
    op.drop_index('ix_alerts_held', table_name='alerts', postgresql_where=sa.text("held_by IS NOT NULL"), sqlite_where=sa.text('held_by IS NOT NULL'))
    op.drop_index('ix_alerts_key', table_name='alerts')
    op.drop_index('ix_alerts_resolved_at', table_name='alerts')
    op.drop_index('ix_alerts_standing', table_name='alerts', postgresql_where=sa.text("(state NOT IN ('resolved', 'withdrawn'))"), sqlite_where=sa.text("(state NOT IN ('resolved', 'withdrawn'))"))
    op.drop_index('uq_alerts_rule_key', table_name='alerts')
    op.drop_table('alerts')
    op.drop_index(op.f('ix_alert_events_alert_id'), table_name='alert_events')
    op.drop_index(op.f('ix_alert_events_cycle_id'), table_name='alert_events')
    op.drop_table('alert_events')
    op.drop_table('addresses_down')
