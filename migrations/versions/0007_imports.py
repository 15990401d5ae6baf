"""imports"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    op.create_table('heading_memory',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('register', sa.String(length=20), nullable=False),
    sa.Column('heading', sa.String(length=200), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_heading_memory_place_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_heading_memory')),
    sa.UniqueConstraint('place_code', 'register', 'heading', name=op.f('uq_heading_memory_place_code_register_heading'))
    )
    op.create_table('register_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('register', sa.String(length=20), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('default_code', sa.String(length=12), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('sheet', sa.Text(), nullable=False),
    sa.Column('headings', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('claim', sa.String(length=32), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('same', sa.Integer(), nullable=False),
    sa.Column('is_forgotten', sa.Boolean(), nullable=False),
    sa.CheckConstraint('added >= 0 AND changed >= 0 AND same >= 0', name=op.f('ck_register_import_counts')),
    sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_register_import_by_id')),
    sa.ForeignKeyConstraint(['default_code'], ['place.code'], name=op.f('fk_register_import_default_code')),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_register_import_place_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_import'))
    )
    with op.batch_alter_table('register_import', schema=None) as batch_op:
        batch_op.create_index('ix_register_import_forgetting', ['is_forgotten', 'at'], unique=False)
        batch_op.create_index('ix_register_import_place', ['place_code', 'register', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_register_import_sha256'), ['sha256'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('register_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_register_import_sha256'))
        batch_op.drop_index('ix_register_import_place')
        batch_op.drop_index('ix_register_import_forgetting')

    op.drop_table('register_import')
    op.drop_table('heading_memory')
