"""registers"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    op.create_table('entry_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('register', sa.String(length=20), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('is_forgotten', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_entry_change_by_id')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_entry_change_place_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_change'))
    )
    with op.batch_alter_table('entry_change', schema=None) as batch_op:
        batch_op.create_index('ix_entry_change_entry', ['register', 'entry_id', 'id'], unique=False)
        batch_op.create_index('ix_entry_change_forgetting', ['is_forgotten', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_change_place_code'), ['place_code'], unique=False)

    op.create_table('post',
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('seat', sa.String(length=32), nullable=False),
    sa.Column('holder', sa.String(length=60), nullable=False),
    sa.Column('phone', sa.String(length=30), nullable=False),
    sa.Column('alias', sa.String(length=60), nullable=False),
    sa.Column('grid_code', sa.String(length=20), nullable=False),
    sa.Column('grid_name', sa.String(length=60), nullable=False),
    sa.Column('scope', sa.String(length=200), nullable=False),
    sa.Column('term_from', sa.Date(), nullable=True),
    sa.Column('term_until', sa.Date(), nullable=True),
    sa.Column('trained_on', sa.Date(), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_reason', sa.Text(), nullable=False),
    sa.Column('retired_by_id', sa.Integer(), nullable=True),
    sa.Column('is_forgotten', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_post_account_id')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_post_place_code')),
    sa.ForeignKeyConstraint(['retired_by_id'], ['account.id'], name=op.f('fk_post_retired_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post'))
    )
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_post_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_post_place_code'), ['place_code'], unique=False)
        batch_op.create_index('uq_post_in_use', ['place_code', 'title', 'alias', 'grid_code', 'seat'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))

    op.create_table('risk_point',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=True),
    sa.Column('level', sa.String(length=32), nullable=True),
    sa.Column('households', sa.Integer(), nullable=True),
    sa.Column('people', sa.Integer(), nullable=True),
    sa.Column('owner', sa.String(length=60), nullable=False),
    sa.Column('owner_phone', sa.String(length=30), nullable=False),
    sa.Column('patrol', sa.String(length=60), nullable=False),
    sa.Column('route', sa.Text(), nullable=False),
    sa.Column('shelter_name', sa.String(length=120), nullable=False),
    sa.Column('measures', sa.Text(), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_reason', sa.Text(), nullable=False),
    sa.Column('retired_by_id', sa.Integer(), nullable=True),
    sa.Column('is_forgotten', sa.Boolean(), nullable=False),
    sa.CheckConstraint('households BETWEEN 0 AND 100000', name=op.f('ck_risk_point_households')),
    sa.CheckConstraint('people BETWEEN 0 AND 100000', name=op.f('ck_risk_point_people')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_risk_point_place_code')),
    sa.ForeignKeyConstraint(['retired_by_id'], ['account.id'], name=op.f('fk_risk_point_retired_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_point'))
    )
    with op.batch_alter_table('risk_point', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_risk_point_place_code'), ['place_code'], unique=False)
        batch_op.create_index('uq_risk_point_in_use', ['place_code', 'name'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))

    op.create_table('shelter',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('level', sa.String(length=32), nullable=True),
    sa.Column('kind', sa.String(length=32), nullable=True),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('area', sa.Integer(), nullable=True),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('has_water', sa.Boolean(), nullable=True),
    sa.Column('has_power', sa.Boolean(), nullable=True),
    sa.Column('has_toilet', sa.Boolean(), nullable=True),
    sa.Column('has_sign', sa.Boolean(), nullable=True),
    sa.Column('keeper', sa.String(length=60), nullable=False),
    sa.Column('keeper_phone', sa.String(length=30), nullable=False),
    sa.Column('route', sa.Text(), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_reason', sa.Text(), nullable=False),
    sa.Column('retired_by_id', sa.Integer(), nullable=True),
    sa.Column('is_forgotten', sa.Boolean(), nullable=False),
    sa.CheckConstraint('capacity BETWEEN 0 AND 100000', name=op.f('ck_shelter_capacity')),
    sa.CheckConstraint('latitude BETWEEN 3 AND 54', name=op.f('ck_shelter_latitude')),
    sa.CheckConstraint('longitude BETWEEN 73 AND 136', name=op.f('ck_shelter_longitude')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_shelter_place_code')),
    sa.ForeignKeyConstraint(['retired_by_id'], ['account.id'], name=op.f('fk_shelter_retired_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shelter'))
    )
    with op.batch_alter_table('shelter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shelter_place_code'), ['place_code'], unique=False)
        batch_op.create_index('uq_shelter_in_use', ['place_code', 'name'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))

    op.create_table('supply',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('spec', sa.String(length=80), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=10), nullable=False),
    sa.Column('minimum', sa.Integer(), nullable=True),
    sa.Column('location', sa.String(length=120), nullable=False),
    sa.Column('source', sa.String(length=32), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('made_on', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('keeper', sa.String(length=60), nullable=False),
    sa.Column('keeper_phone', sa.String(length=30), nullable=False),
    sa.Column('counted_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_reason', sa.Text(), nullable=False),
    sa.Column('retired_by_id', sa.Integer(), nullable=True),
    sa.Column('is_forgotten', sa.Boolean(), nullable=False),
    sa.CheckConstraint('expires_on >= made_on', name=op.f('ck_supply_expires_on')),
    sa.CheckConstraint('minimum BETWEEN 0 AND 999999', name=op.f('ck_supply_minimum')),
    sa.CheckConstraint('quantity BETWEEN 0 AND 999999', name=op.f('ck_supply_quantity')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_supply_place_code')),
    sa.ForeignKeyConstraint(['retired_by_id'], ['account.id'], name=op.f('fk_supply_retired_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supply'))
    )
    with op.batch_alter_table('supply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_supply_place_code'), ['place_code'], unique=False)
        batch_op.create_index('uq_supply_in_use', ['place_code', 'code', 'name', 'spec', 'location'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))

    op.create_table('team',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('level', sa.String(length=32), nullable=True),
    sa.Column('kind', sa.String(length=32), nullable=True),
    sa.Column('leader', sa.String(length=60), nullable=False),
    sa.Column('leader_phone', sa.String(length=30), nullable=False),
    sa.Column('deputy', sa.String(length=60), nullable=False),
    sa.Column('deputy_phone', sa.String(length=30), nullable=False),
    sa.Column('assembly_point', sa.String(length=120), nullable=False),
    sa.Column('response_minutes', sa.Integer(), nullable=True),
    sa.Column('equipment', sa.Text(), nullable=False),
    sa.Column('insurance_number', sa.String(length=60), nullable=False),
    sa.Column('insured_until', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_reason', sa.Text(), nullable=False),
    sa.Column('retired_by_id', sa.Integer(), nullable=True),
    sa.Column('is_forgotten', sa.Boolean(), nullable=False),
    sa.CheckConstraint('response_minutes BETWEEN 0 AND 1440', name=op.f('ck_team_response_minutes')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_team_place_code')),
    sa.ForeignKeyConstraint(['retired_by_id'], ['account.id'], name=op.f('fk_team_retired_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team'))
    )
    with op.batch_alter_table('team', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_team_place_code'), ['place_code'], unique=False)
        batch_op.create_index('uq_team_in_use', ['place_code', 'name'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))

    op.create_table('training',
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('topic', sa.String(length=120), nullable=False),
    sa.Column('audience', sa.String(length=120), nullable=False),
    sa.Column('people', sa.Integer(), nullable=True),
    sa.Column('trainer', sa.String(length=60), nullable=False),
    sa.Column('location', sa.String(length=120), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_reason', sa.Text(), nullable=False),
    sa.Column('retired_by_id', sa.Integer(), nullable=True),
    sa.Column('is_forgotten', sa.Boolean(), nullable=False),
    sa.CheckConstraint('people BETWEEN 0 AND 100000', name=op.f('ck_training_people')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_training_place_code')),
    sa.ForeignKeyConstraint(['retired_by_id'], ['account.id'], name=op.f('fk_training_retired_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training'))
    )
    with op.batch_alter_table('training', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_place_code'), ['place_code'], unique=False)
        batch_op.create_index('uq_training_in_use', ['place_code', 'held_on', 'topic'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))

    op.create_table('wake_up',
    sa.Column('sequence', sa.Integer(), nullable=True),
    sa.Column('household', sa.String(length=60), nullable=False),
    sa.Column('address', sa.String(length=120), nullable=False),
    sa.Column('people', sa.Integer(), nullable=True),
    sa.Column('vulnerable', sa.String(length=200), nullable=False),
    sa.Column('phone', sa.String(length=30), nullable=False),
    sa.Column('waker', sa.String(length=60), nullable=False),
    sa.Column('waker_phone', sa.String(length=30), nullable=False),
    sa.Column('means', sa.String(length=32), nullable=True),
    sa.Column('substitute', sa.String(length=60), nullable=False),
    sa.Column('substitute_phone', sa.String(length=30), nullable=False),
    sa.Column('tested_on', sa.Date(), nullable=True),
    sa.Column('is_answered', sa.Boolean(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_reason', sa.Text(), nullable=False),
    sa.Column('retired_by_id', sa.Integer(), nullable=True),
    sa.Column('is_forgotten', sa.Boolean(), nullable=False),
    sa.CheckConstraint('people BETWEEN 0 AND 100', name=op.f('ck_wake_up_people')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_wake_up_place_code')),
    sa.ForeignKeyConstraint(['retired_by_id'], ['account.id'], name=op.f('fk_wake_up_retired_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wake_up'))
    )
    with op.batch_alter_table('wake_up', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wake_up_place_code'), ['place_code'], unique=False)
        batch_op.create_index('uq_wake_up_in_use', ['place_code', 'household', 'address'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))

    op.create_table('member',
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('gender', sa.String(length=32), nullable=True),
    sa.Column('birth_year', sa.Integer(), nullable=True),
    sa.Column('phone', sa.String(length=30), nullable=False),
    sa.Column('skill', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=True),
    sa.Column('insured_until', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_reason', sa.Text(), nullable=False),
    sa.Column('retired_by_id', sa.Integer(), nullable=True),
    sa.Column('is_forgotten', sa.Boolean(), nullable=False),
    sa.CheckConstraint('birth_year BETWEEN 1920 AND 2100', name=op.f('ck_member_birth_year')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_member_place_code')),
    sa.ForeignKeyConstraint(['retired_by_id'], ['account.id'], name=op.f('fk_member_retired_by_id')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_member_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member'))
    )
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_member_place_code'), ['place_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_member_team_id'), ['team_id'], unique=False)
        batch_op.create_index('uq_member_in_use', ['place_code', 'team_id', 'name'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))

    op.create_table('stock_movement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('supply_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('book_quantity', sa.Integer(), nullable=False),
    sa.Column('difference', sa.Integer(), nullable=False),
    sa.Column('quantity_after', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('amount BETWEEN 0 AND 999999', name=op.f('ck_stock_movement_amount')),
    sa.CheckConstraint('quantity_after = book_quantity + difference', name=op.f('ck_stock_movement_difference')),
    sa.CheckConstraint('quantity_after BETWEEN 0 AND 999999', name=op.f('ck_stock_movement_quantity_after')),
    sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_stock_movement_by_id')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_stock_movement_place_code')),
    sa.ForeignKeyConstraint(['supply_id'], ['supply.id'], name=op.f('fk_stock_movement_supply_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_movement'))
    )
    with op.batch_alter_table('stock_movement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stock_movement_place_code'), ['place_code'], unique=False)
        batch_op.create_index('ix_stock_movement_supply', ['supply_id', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('stock_movement', schema=None) as batch_op:
        batch_op.drop_index('ix_stock_movement_supply')
        batch_op.drop_index(batch_op.f('ix_stock_movement_place_code'))

    op.drop_table('stock_movement')
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.drop_index('uq_member_in_use', sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_member_team_id'))
        batch_op.drop_index(batch_op.f('ix_member_place_code'))

    op.drop_table('member')
    with op.batch_alter_table('wake_up', schema=None) as batch_op:
        batch_op.drop_index('uq_wake_up_in_use', sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_wake_up_place_code'))

    op.drop_table('wake_up')
    with op.batch_alter_table('training', schema=None) as batch_op:
        batch_op.drop_index('uq_training_in_use', sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_training_place_code'))

    op.drop_table('training')
    with op.batch_alter_table('team', schema=None) as batch_op:
        batch_op.drop_index('uq_team_in_use', sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_team_place_code'))

    op.drop_table('team')
    with op.batch_alter_table('supply', schema=None) as batch_op:
        batch_op.drop_index('uq_supply_in_use', sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_supply_place_code'))

    op.drop_table('supply')
    with op.batch_alter_table('shelter', schema=None) as batch_op:
        batch_op.drop_index('uq_shelter_in_use', sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_shelter_place_code'))

    op.drop_table('shelter')
    with op.batch_alter_table('risk_point', schema=None) as batch_op:
        batch_op.drop_index('uq_risk_point_in_use', sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_risk_point_place_code'))

    op.drop_table('risk_point')
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.drop_index('uq_post_in_use', sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_post_place_code'))
        batch_op.drop_index(batch_op.f('ix_post_account_id'))

    op.drop_table('post')
    with op.batch_alter_table('entry_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_entry_change_place_code'))
        batch_op.drop_index('ix_entry_change_forgetting')
        batch_op.drop_index('ix_entry_change_entry')

    op.drop_table('entry_change')
