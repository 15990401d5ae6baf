"""indexes that begin with a thing's place, plan or day, not with its state"""

from alembic import op

revision = '0009'
down_revision = '0008'

# Name, table, columns before, columns now; no columns where there is or was no such index.
INDEXES = (
    ('ix_drill_due', 'drill', ['state', 'planned_at'], ['planned_at', 'state']),
    ('ix_drill_second_plan', 'drill', [], ['second_plan_id', 'planned_at']),
    ('ix_drill_record_state', 'drill_record', ['state', 'drill_id'], []),
    ('ix_drill_record_drill_id', 'drill_record', ['drill_id'], []),
    ('ix_drill_record_drill', 'drill_record', [], ['drill_id', 'state']),
    ('ix_drill_record_edition', 'drill_record', [], ['edition_id', 'state']),
    ('ix_drill_record_recorded', 'drill_record', [], ['recorded_at', 'state']),
    ('ix_edition_state', 'edition', ['state', 'plan_id'], ['plan_id', 'state']),
    ('ix_edition_announcement_due', 'edition', [], ['announcement_due_on']),
    ('ix_edition_approval_due', 'edition', [], ['approval_due_on']),
    ('ix_filing_due_on', 'filing', ['filed_on', 'due_on'], ['due_on', 'filed_on']),
    ('ix_review_due_on', 'review', ['closed_on', 'due_on'], ['due_on', 'closed_on']),
)


def upgrade() -> None:
    for name, table, before, now in INDEXES:
        _replace(name, table, before, now)


def downgrade() -> None:
    for name, table, before, now in INDEXES:
        _replace(name, table, now, before)


def _replace(name: str, table: str, old: list[str], new: list[str]) -> None:
    if old:
        op.drop_index(name, table_name=table)
    if new:
        op.create_index(name, table, new)
