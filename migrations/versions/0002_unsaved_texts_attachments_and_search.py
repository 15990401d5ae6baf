"""unsaved texts attachments and search"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    op.create_table('attachment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('content_type', sa.String(length=60), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['account.id'], name=op.f('fk_attachment_added_by_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_attachment_edition_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    sa.UniqueConstraint('edition_id', 'sha256', name=op.f('uq_attachment_edition_id_sha256'))
    )
    op.create_table('plan_section',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('is_current', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('heading', sa.Text(), nullable=False),
    sa.Column('anchor', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('folded', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_plan_section_edition_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_section_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_section')),
    sa.UniqueConstraint('edition_id', 'position', name=op.f('uq_plan_section_edition_id_position'))
    )
    with op.batch_alter_table('plan_section', schema=None) as batch_op:
        batch_op.create_index('ix_plan_section_place', ['place_code', 'is_current', 'plan_id'], unique=False)

    op.create_table('kept_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('based_on_id', sa.Integer(), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_kept_text_account_id')),
    sa.ForeignKeyConstraint(['based_on_id'], ['revision.id'], name=op.f('fk_kept_text_based_on_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_kept_text_edition_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_text')),
    sa.UniqueConstraint('edition_id', 'account_id', name=op.f('uq_kept_text_edition_id_account_id'))
    )
    with op.batch_alter_table('kept_text', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_kept_text_account_id'), ['account_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('kept_text', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_kept_text_account_id'))

    op.drop_table('kept_text')
    with op.batch_alter_table('plan_section', schema=None) as batch_op:
        batch_op.drop_index('ix_plan_section_place')

    op.drop_table('plan_section')
    op.drop_table('attachment')
