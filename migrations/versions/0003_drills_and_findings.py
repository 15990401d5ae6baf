"""drills and findings"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_table('feed',
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('address', sa.String(length=40), nullable=False),
    sa.Column('renewed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_feed_place_code')),
    sa.PrimaryKeyConstraint('place_code', name=op.f('pk_feed')),
    sa.UniqueConstraint('address', name=op.f('uq_feed_address'))
    )
    op.create_table('drill',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('second_plan_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('form', sa.String(length=32), nullable=False),
    sa.Column('scope', sa.String(length=32), nullable=False),
    sa.Column('purpose', sa.String(length=32), nullable=False),
    sa.Column('is_time_unannounced', sa.Boolean(), nullable=False),
    sa.Column('is_scenario_unannounced', sa.Boolean(), nullable=False),
    sa.Column('is_night', sa.Boolean(), nullable=False),
    sa.Column('planned_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('date_version', sa.Integer(), nullable=False),
    sa.Column('location', sa.String(length=120), nullable=False),
    sa.Column('organiser', sa.String(length=60), nullable=False),
    sa.Column('organiser_id', sa.Integer(), nullable=True),
    sa.Column('scenario', sa.Text(), nullable=False),
    sa.Column('expected_count', sa.Integer(), nullable=False),
    sa.Column('cancel_reason', sa.Text(), nullable=False),
    sa.Column('scheduled_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('scheduled_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('date_version >= 1', name=op.f('ck_drill_date_version')),
    sa.CheckConstraint('expected_count BETWEEN 0 AND 100000', name=op.f('ck_drill_expected_count')),
    sa.ForeignKeyConstraint(['organiser_id'], ['account.id'], name=op.f('fk_drill_organiser_id')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_drill_place_code')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_drill_plan_id')),
    sa.ForeignKeyConstraint(['scheduled_by_id'], ['account.id'], name=op.f('fk_drill_scheduled_by_id')),
    sa.ForeignKeyConstraint(['second_plan_id'], ['plan.id'], name=op.f('fk_drill_second_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drill')),
    sa.UniqueConstraint('uid', name=op.f('uq_drill_uid'))
    )
    with op.batch_alter_table('drill', schema=None) as batch_op:
        batch_op.create_index('ix_drill_due', ['state', 'planned_at'], unique=False)
        batch_op.create_index('ix_drill_place', ['place_code', 'planned_at'], unique=False)
        batch_op.create_index('ix_drill_plan', ['plan_id', 'planned_at'], unique=False)

    op.create_table('demand',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('heading', sa.String(length=200), nullable=False),
    sa.Column('section_sha256', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kept_reason', sa.Text(), nullable=False),
    sa.Column('kept_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_edition_id', sa.Integer(), nullable=True),
    sa.Column('is_withdrawn', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['answered_edition_id'], ['edition.id'], name=op.f('fk_demand_answered_edition_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_demand_edition_id')),
    sa.ForeignKeyConstraint(['kept_by_id'], ['account.id'], name=op.f('fk_demand_kept_by_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_demand_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_demand'))
    )
    with op.batch_alter_table('demand', schema=None) as batch_op:
        batch_op.create_index('ix_demand_plan', ['plan_id', 'answered_edition_id'], unique=False)

    op.create_table('drill_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('drill_id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.String(length=36), nullable=False),
    sa.Column('supersedes_id', sa.Integer(), nullable=True),
    sa.Column('edition_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('conclusion', sa.String(length=32), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('no_problem', sa.Text(), nullable=False),
    sa.Column('paper_by', sa.String(length=60), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('return_reason', sa.Text(), nullable=False),
    sa.CheckConstraint('ended_at >= began_at', name=op.f('ck_drill_record_ended_at')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_drill_record_decided_by_id')),
    sa.ForeignKeyConstraint(['drill_id'], ['drill.id'], name=op.f('fk_drill_record_drill_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_drill_record_edition_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['account.id'], name=op.f('fk_drill_record_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['drill_record.id'], name=op.f('fk_drill_record_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drill_record')),
    sa.UniqueConstraint('client_id', name=op.f('uq_drill_record_client_id'))
    )
    with op.batch_alter_table('drill_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_drill_record_drill_id'), ['drill_id'], unique=False)
        batch_op.create_index('ix_drill_record_state', ['state', 'drill_id'], unique=False)
        batch_op.create_index('uq_drill_record_valid', ['drill_id'], unique=True, sqlite_where=sa.text("state IN ('recorded', 'confirmed')"), postgresql_where=sa.text("state IN ('recorded', 'confirmed')"))

    op.create_table('half_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('drill_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_half_record_account_id')),
    sa.ForeignKeyConstraint(['drill_id'], ['drill.id'], name=op.f('fk_half_record_drill_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_half_record')),
    sa.UniqueConstraint('drill_id', 'account_id', name=op.f('uq_half_record_drill_id_account_id'))
    )
    op.create_table('finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('source', sa.String(length=32), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('demand_id', sa.Integer(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('raised_by_id', sa.Integer(), nullable=True),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('fixed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fixed_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('reopen_reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['closed_by_id'], ['account.id'], name=op.f('fk_finding_closed_by_id')),
    sa.ForeignKeyConstraint(['demand_id'], ['demand.id'], name=op.f('fk_finding_demand_id')),
    sa.ForeignKeyConstraint(['fixed_by_id'], ['account.id'], name=op.f('fk_finding_fixed_by_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['account.id'], name=op.f('fk_finding_owner_id')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_finding_place_code')),
    sa.ForeignKeyConstraint(['raised_by_id'], ['account.id'], name=op.f('fk_finding_raised_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding'))
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index('ix_finding_owner', ['owner_id', 'state', 'due_on'], unique=False)
        batch_op.create_index('ix_finding_place', ['place_code', 'state', 'due_on'], unique=False)
        batch_op.create_index('ix_finding_source', ['source', 'source_id'], unique=False)

    op.create_table('head_count',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('group', sa.String(length=32), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.CheckConstraint('people BETWEEN 0 AND 100000', name=op.f('ck_head_count_people')),
    sa.ForeignKeyConstraint(['record_id'], ['drill_record.id'], name=op.f('fk_head_count_record_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_head_count')),
    sa.UniqueConstraint('record_id', 'group', name=op.f('uq_head_count_record_id_group'))
    )
    op.create_table('moment_taken',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('moment', sa.String(length=32), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('target_minutes', sa.Integer(), nullable=True),
    sa.CheckConstraint('minutes BETWEEN 0 AND 2880', name=op.f('ck_moment_taken_minutes')),
    sa.ForeignKeyConstraint(['record_id'], ['drill_record.id'], name=op.f('fk_moment_taken_record_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_moment_taken')),
    sa.UniqueConstraint('record_id', 'moment', name=op.f('uq_moment_taken_record_id_moment'))
    )
    op.create_table('photo',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['record_id'], ['drill_record.id'], name=op.f('fk_photo_record_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photo')),
    sa.UniqueConstraint('record_id', 'sha256', name=op.f('uq_photo_record_id_sha256'))
    )
    op.create_table('score',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('item', sa.Integer(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.CheckConstraint('score IN (0, 1, 3, 5)', name=op.f('ck_score_score')),
    sa.ForeignKeyConstraint(['record_id'], ['drill_record.id'], name=op.f('fk_score_record_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score')),
    sa.UniqueConstraint('record_id', 'item', name=op.f('uq_score_record_id_item'))
    )


def downgrade() -> None:
    op.drop_table('score')
    op.drop_table('photo')
    op.drop_table('moment_taken')
    op.drop_table('head_count')
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_index('ix_finding_source')
        batch_op.drop_index('ix_finding_place')
        batch_op.drop_index('ix_finding_owner')

    op.drop_table('finding')
    op.drop_table('half_record')
    with op.batch_alter_table('drill_record', schema=None) as batch_op:
        batch_op.drop_index('uq_drill_record_valid', sqlite_where=sa.text("state IN ('recorded', 'confirmed')"), postgresql_where=sa.text("state IN ('recorded', 'confirmed')"))
        batch_op.drop_index('ix_drill_record_state')
        batch_op.drop_index(batch_op.f('ix_drill_record_drill_id'))

    op.drop_table('drill_record')
    with op.batch_alter_table('demand', schema=None) as batch_op:
        batch_op.drop_index('ix_demand_plan')

    op.drop_table('demand')
    with op.batch_alter_table('drill', schema=None) as batch_op:
        batch_op.drop_index('ix_drill_plan')
        batch_op.drop_index('ix_drill_place')
        batch_op.drop_index('ix_drill_due')

    op.drop_table('drill')
    op.drop_table('feed')
