"""reminders"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_table('reminder_rule',
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('days', sa.String(length=60), nullable=False),
    sa.Column('short_text', sa.String(length=500), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_reminder_rule_place_code')),
    sa.PrimaryKeyConstraint('place_code', name=op.f('pk_reminder_rule'))
    )
    op.create_table('mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempt_count', sa.Integer(), nullable=False),
    sa.Column('claim', sa.String(length=32), nullable=False),
    sa.Column('is_maybe_double', sa.Boolean(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('attempt_count >= 0', name=op.f('ck_mail_attempt_count')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_mail_account_id')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_mail_place_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail')),
    sa.UniqueConstraint('message_id', name=op.f('uq_mail_message_id'))
    )
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.create_index('ix_mail_address', ['address', 'id'], unique=False)
        batch_op.create_index('ix_mail_due', ['state', 'next_try_at'], unique=False)
        batch_op.create_index('ix_mail_place', ['place_code', 'state', 'id'], unique=False)

    op.create_table('pause',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_pause_account_id')),
    sa.PrimaryKeyConstraint('account_id', 'kind', name=op.f('pk_pause'))
    )
    op.create_table('attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('code', sa.Integer(), nullable=True),
    sa.Column('reply', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['mail_id'], ['mail.id'], name=op.f('fk_attempt_mail_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt'))
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index('ix_attempt_at', ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_attempt_mail_id'), ['mail_id'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('thing_id', sa.Integer(), nullable=False),
    sa.Column('date_version', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('days_before', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('about_on', sa.Date(), nullable=False),
    sa.Column('about_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('is_maybe_told', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=120), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_message_account_id')),
    sa.ForeignKeyConstraint(['mail_id'], ['mail.id'], name=op.f('fk_message_mail_id')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_message_place_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('kind', 'thing_id', 'date_version', 'address', 'days_before', name='uq_message_once')
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('ix_message_thing', ['kind', 'thing_id', 'address'], unique=False)
        batch_op.create_index('ix_message_told', ['kind', 'about_at'], unique=False)
        batch_op.create_index('ix_message_unassigned', ['mail_id', 'state', 'address'], unique=False)

    op.create_table('record_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('drill_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_record_link_account_id')),
    sa.ForeignKeyConstraint(['drill_id'], ['drill.id'], name=op.f('fk_record_link_drill_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_link')),
    sa.UniqueConstraint('drill_id', 'account_id', name=op.f('uq_record_link_drill_id_account_id'))
    )
    with op.batch_alter_table('record_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_record_link_account_id'), ['account_id'], unique=False)

    op.create_index('ix_drill_moved', 'drill', ['planned_at'], unique=False, sqlite_where=sa.text('date_version > 1'), postgresql_where=sa.text('date_version > 1'))

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email_refusal', sa.String(length=500), server_default='', nullable=False))
        batch_op.create_index(batch_op.f('ix_account_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_email'), ['email'], unique=False)

    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index('ix_finding_due', ['state', 'due_on'], unique=False)



def downgrade() -> None:
    op.drop_index('ix_drill_moved', 'drill')

    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_index('ix_finding_due')

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_email'))
        batch_op.drop_index(batch_op.f('ix_account_created_at'))
        batch_op.drop_column('email_refusal')

    with op.batch_alter_table('record_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_record_link_account_id'))

    op.drop_table('record_link')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix_message_unassigned')
        batch_op.drop_index('ix_message_told')
        batch_op.drop_index('ix_message_thing')

    op.drop_table('message')
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attempt_mail_id'))
        batch_op.drop_index('ix_attempt_at')

    op.drop_table('attempt')
    op.drop_table('pause')
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.drop_index('ix_mail_place')
        batch_op.drop_index('ix_mail_due')
        batch_op.drop_index('ix_mail_address')

    op.drop_table('mail')
    op.drop_table('reminder_rule')
