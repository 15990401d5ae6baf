"""audits"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'


def upgrade() -> None:
    op.create_table('audit_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('checklist_slug', sa.String(length=40), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('period', sa.String(length=40), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('close_reason', sa.Text(), nullable=False),
    sa.Column('content_sha256', sa.String(length=64), nullable=False),
    sa.CheckConstraint("(closed_at IS NULL) = (content_sha256 = '')", name=op.f('ck_audit_round_closed_with_hash')),
    sa.CheckConstraint('last_on >= first_on', name=op.f('ck_audit_round_last_on')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['account.id'], name=op.f('fk_audit_round_closed_by_id')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['account.id'], name=op.f('fk_audit_round_opened_by_id')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_audit_round_place_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_round'))
    )
    with op.batch_alter_table('audit_round', schema=None) as batch_op:
        batch_op.create_index('ix_audit_round_place', ['place_code', 'opened_at'], unique=False)

    op.create_table('audit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('checklist_slug', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('submitted_by_id', sa.Integer(), nullable=True),
    sa.Column('return_reason', sa.Text(), nullable=False),
    sa.Column('content_sha256', sa.String(length=64), nullable=False),
    sa.CheckConstraint("(state = 'closed') = (content_sha256 <> '')", name=op.f('ck_audit_closed_with_hash')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_audit_place_code')),
    sa.ForeignKeyConstraint(['round_id'], ['audit_round.id'], name=op.f('fk_audit_round_id')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['account.id'], name=op.f('fk_audit_submitted_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    sa.UniqueConstraint('round_id', 'place_code', name=op.f('uq_audit_round_id_place_code'))
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index('ix_audit_place', ['place_code', 'checklist_slug', 'state'], unique=False)
        batch_op.create_index('uq_audit_unclosed', ['place_code', 'checklist_slug'], unique=True, sqlite_where=sa.text("state <> 'closed'"), postgresql_where=sa.text("state <> 'closed'"))

    op.create_table('answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('audit_id', sa.Integer(), nullable=False),
    sa.Column('criterion', sa.String(length=8), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('verdict', sa.String(length=32), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('judged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('judged_by_id', sa.Integer(), nullable=True),
    sa.Column('office_verdict', sa.String(length=32), nullable=True),
    sa.Column('office_reason', sa.Text(), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verified_by_id', sa.Integer(), nullable=True),
    sa.Column('finding_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("office_verdict IS NULL OR office_verdict = verdict OR office_reason <> ''", name=op.f('ck_answer_differs_with_reason')),
    sa.CheckConstraint('verified_by_id IS NULL OR verified_by_id <> judged_by_id', name=op.f('ck_answer_other_eyes')),
    sa.ForeignKeyConstraint(['audit_id'], ['audit.id'], name=op.f('fk_answer_audit_id')),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_answer_finding_id')),
    sa.ForeignKeyConstraint(['judged_by_id'], ['account.id'], name=op.f('fk_answer_judged_by_id')),
    sa.ForeignKeyConstraint(['verified_by_id'], ['account.id'], name=op.f('fk_answer_verified_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer')),
    sa.UniqueConstraint('audit_id', 'criterion', name=op.f('uq_answer_audit_id_criterion'))
    )
    op.create_table('answer_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('extension', sa.String(length=8), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('is_dropped', sa.Boolean(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['account.id'], name=op.f('fk_answer_file_added_by_id')),
    sa.ForeignKeyConstraint(['answer_id'], ['answer.id'], name=op.f('fk_answer_file_answer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_file')),
    sa.UniqueConstraint('answer_id', 'sha256', name=op.f('uq_answer_file_answer_id_sha256'))
    )


def downgrade() -> None:
    op.drop_table('answer_file')
    op.drop_table('answer')
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index('uq_audit_unclosed', sqlite_where=sa.text("state <> 'closed'"), postgresql_where=sa.text("state <> 'closed'"))
        batch_op.drop_index('ix_audit_place')

    op.drop_table('audit')
    with op.batch_alter_table('audit_round', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_round_place')

    op.drop_table('audit_round')
