"""references"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    op.create_table('register_use',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('register', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('value', sa.String(length=60), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('plan_slug', sa.String(length=60), nullable=False),
    sa.Column('plan_title', sa.String(length=120), nullable=False),
    sa.Column('heading', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['place_code'], ['place.code'], name=op.f('fk_register_use_place_code')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_register_use_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_use'))
    )
    with op.batch_alter_table('register_use', schema=None) as batch_op:
        batch_op.create_index('ix_register_use_name', ['place_code', 'register', 'name'], unique=False)
        batch_op.create_index(batch_op.f('ix_register_use_plan_id'), ['plan_id'], unique=False)

    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.add_column(sa.Column('answers', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('are_phones_kept', sa.Boolean(), server_default=sa.false(), nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.drop_column('are_phones_kept')
        batch_op.drop_column('answers')

    with op.batch_alter_table('register_use', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_register_use_plan_id'))
        batch_op.drop_index('ix_register_use_name')

    op.drop_table('register_use')
