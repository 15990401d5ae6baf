"""plans accounts and activity"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None


def head_on_sqlite() -> list[sa.ForeignKeyConstraint]:
    """An edition refers to a revision, and the other way round; SQLite takes that at once."""
    if op.get_bind().dialect.name != "sqlite":
        return []
    return [
        sa.ForeignKeyConstraint(
            ["head_id"], ["revision.id"], name="fk_edition_head_id", deferrable=True,
            initially="IMMEDIATE",
        )
    ]


def close_ring_on_postgresql() -> None:
    """Elsewhere the second half of the ring comes when both tables are there."""
    if op.get_bind().dialect.name != "sqlite":
        op.create_foreign_key(
            "fk_edition_head_id", "edition", "revision", ["head_id"], ["id"], deferrable=True,
            initially="IMMEDIATE",
        )


def upgrade() -> None:
    op.create_table('activity_chain',
    sa.Column('chain', sa.String(length=12), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('chain', name=op.f('pk_activity_chain'))
    )
    op.create_table('activity_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('chain', sa.String(length=12), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=60), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('thing_kind', sa.String(length=30), nullable=False),
    sa.Column('thing_id', sa.Integer(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity_entry'))
    )
    with op.batch_alter_table('activity_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_activity_entry_by_id'), ['by_id'], unique=False)
        batch_op.create_index('ix_activity_entry_place', ['place_code', 'id'], unique=False)
        batch_op.create_index('ix_activity_entry_thing', ['thing_kind', 'thing_id', 'id'], unique=False)
        batch_op.create_index('uq_activity_entry_position', ['chain', 'position'], unique=True)

    op.create_table('heartbeat',
    sa.Column('part', sa.String(length=30), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('part', name=op.f('pk_heartbeat'))
    )
    op.create_table('place',
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('official_name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('urban_rural_class', sa.String(length=3), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_place'))
    )
    op.create_table('sign_in_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sign_in', sa.String(length=40), nullable=False),
    sa.Column('address', sa.String(length=45), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempt'))
    )
    with op.batch_alter_table('sign_in_attempt', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_attempt_address_at', ['address', 'at'], unique=False)
        batch_op.create_index('ix_sign_in_attempt_sign_in_at', ['sign_in', 'at'], unique=False)

    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sign_in', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=30), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('must_change_password', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_signed_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_account_place_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('sign_in', name=op.f('uq_account_sign_in'))
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_place_code'), ['place_code'], unique=False)

    op.create_table('plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('category', sa.String(length=32), nullable=False),
    sa.Column('hazard', sa.String(length=20), nullable=False),
    sa.Column('lead_department', sa.String(length=120), nullable=False),
    sa.Column('legal_basis', sa.Text(), nullable=False),
    sa.Column('season', sa.String(length=20), nullable=False),
    sa.Column('review_months', sa.Integer(), nullable=False),
    sa.Column('drill_months', sa.Integer(), nullable=False),
    sa.CheckConstraint('drill_months BETWEEN 1 AND 36', name=op.f('ck_plan_drill_months')),
    sa.CheckConstraint('review_months BETWEEN 1 AND 36', name=op.f('ck_plan_review_months')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_plan_place_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan')),
    sa.UniqueConstraint('place_code', 'number', name=op.f('uq_plan_place_code_number')),
    sa.UniqueConstraint('place_code', 'slug', name=op.f('uq_plan_place_code_slug'))
    )
    op.create_table('edition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('trigger', sa.String(length=32), nullable=False),
    sa.Column('trigger_reason', sa.Text(), nullable=False),
    sa.Column('is_major', sa.Boolean(), nullable=False),
    sa.Column('change_note', sa.Text(), nullable=False),
    sa.Column('return_reason', sa.Text(), nullable=False),
    sa.Column('head_id', sa.Integer(), nullable=True),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('began_by_id', sa.Integer(), nullable=True),
    sa.Column('cleared_sha256', sa.String(length=64), nullable=False),
    sa.Column('cleared_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cleared_by_id', sa.Integer(), nullable=True),
    sa.Column('issue_number', sa.String(length=60), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=True),
    sa.Column('published_sha256', sa.String(length=64), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('is_urgent', sa.Boolean(), nullable=False),
    sa.Column('urgent_reason', sa.Text(), nullable=False),
    sa.Column('approval_due_on', sa.Date(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('announcement_due_on', sa.Date(), nullable=True),
    sa.Column('announced_on', sa.Date(), nullable=True),
    sa.Column('announced_where', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['approved_by_id'], ['account.id'], name=op.f('fk_edition_approved_by_id')),
    sa.ForeignKeyConstraint(['began_by_id'], ['account.id'], name=op.f('fk_edition_began_by_id')),
    sa.ForeignKeyConstraint(['cleared_by_id'], ['account.id'], name=op.f('fk_edition_cleared_by_id')),
    *head_on_sqlite(),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_edition_plan_id')),
    sa.ForeignKeyConstraint(['published_by_id'], ['account.id'], name=op.f('fk_edition_published_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition')),
    sa.UniqueConstraint('plan_id', 'number', name=op.f('uq_edition_plan_id_number'))
    )
    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.create_index('ix_edition_state', ['state', 'plan_id'], unique=False)
        batch_op.create_index('uq_edition_open', ['plan_id'], unique=True, sqlite_where=sa.text("state IN ('drafted', 'submitted', 'cleared')"), postgresql_where=sa.text("state IN ('drafted', 'submitted', 'cleared')"))
        batch_op.create_index('uq_edition_published', ['plan_id'], unique=True, sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))

    op.create_table('review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('outcome', sa.String(length=32), nullable=True),
    sa.Column('reasons', sa.Text(), nullable=False),
    sa.Column('checked', sa.Text(), nullable=False),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['closed_by_id'], ['account.id'], name=op.f('fk_review_closed_by_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_review_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review'))
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index('ix_review_due_on', ['closed_on', 'due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_plan_id'), ['plan_id'], unique=False)
        batch_op.create_index('uq_review_unclosed', ['plan_id'], unique=True, sqlite_where=sa.text('closed_on IS NULL'), postgresql_where=sa.text('closed_on IS NULL'))

    op.create_table('sign_in_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('address', sa.String(length=45), nullable=False),
    sa.Column('device', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_sign_in_session_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_session_token_hash'))
    )
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_session_account_id'), ['account_id'], unique=False)

    op.create_table('filing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(length=120), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('is_due_exact', sa.Boolean(), nullable=False),
    sa.Column('filed_on', sa.Date(), nullable=True),
    sa.Column('receipt_number', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_filing_edition_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_filing')),
    sa.UniqueConstraint('edition_id', 'recipient', name=op.f('uq_filing_edition_id_recipient'))
    )
    with op.batch_alter_table('filing', schema=None) as batch_op:
        batch_op.create_index('ix_filing_due_on', ['filed_on', 'due_on'], unique=False)

    op.create_table('revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('based_on_id', sa.Integer(), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('saved_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['based_on_id'], ['revision.id'], name=op.f('fk_revision_based_on_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_revision_edition_id')),
    sa.ForeignKeyConstraint(['saved_by_id'], ['account.id'], name=op.f('fk_revision_saved_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision'))
    )
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_revision_edition_id'), ['edition_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_revision_saved_by_id'), ['saved_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_revision_sha256'), ['sha256'], unique=False)

    close_ring_on_postgresql()
    op.create_table('opinion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('point', sa.Integer(), nullable=False),
    sa.Column('is_met', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('given_by_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_opinion_edition_id')),
    sa.ForeignKeyConstraint(['given_by_id'], ['account.id'], name=op.f('fk_opinion_given_by_id')),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_opinion_revision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opinion')),
    sa.UniqueConstraint('revision_id', 'point', 'given_at', name=op.f('uq_opinion_revision_id_point_given_at'))
    )
    with op.batch_alter_table('opinion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opinion_edition_id'), ['edition_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('opinion', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_opinion_edition_id'))

    op.drop_table('opinion')
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_revision_sha256'))
        batch_op.drop_index(batch_op.f('ix_revision_saved_by_id'))
        batch_op.drop_index(batch_op.f('ix_revision_edition_id'))

    op.drop_table('revision')
    with op.batch_alter_table('filing', schema=None) as batch_op:
        batch_op.drop_index('ix_filing_due_on')

    op.drop_table('filing')
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_session_account_id'))

    op.drop_table('sign_in_session')
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.drop_index('uq_review_unclosed', sqlite_where=sa.text('closed_on IS NULL'), postgresql_where=sa.text('closed_on IS NULL'))
        batch_op.drop_index(batch_op.f('ix_review_plan_id'))
        batch_op.drop_index('ix_review_due_on')

    op.drop_table('review')
    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.drop_index('uq_edition_published', sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))
        batch_op.drop_index('uq_edition_open', sqlite_where=sa.text("state IN ('drafted', 'submitted', 'cleared')"), postgresql_where=sa.text("state IN ('drafted', 'submitted', 'cleared')"))
        batch_op.drop_index('ix_edition_state')

    op.drop_table('edition')
    op.drop_table('plan')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_place_code'))

    op.drop_table('account')
    with op.batch_alter_table('sign_in_attempt', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_in_attempt_sign_in_at')
        batch_op.drop_index('ix_sign_in_attempt_address_at')

    op.drop_table('sign_in_attempt')
    op.drop_table('place')
    op.drop_table('heartbeat')
    with op.batch_alter_table('activity_entry', schema=None) as batch_op:
        batch_op.drop_index('uq_activity_entry_position')
        batch_op.drop_index('ix_activity_entry_thing')
        batch_op.drop_index('ix_activity_entry_place')
        batch_op.drop_index(batch_op.f('ix_activity_entry_by_id'))

    op.drop_table('activity_entry')
    op.drop_table('activity_chain')
