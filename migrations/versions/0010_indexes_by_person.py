"""indexes by the person whose a drill or a text is: what hangs on an account"""

from alembic import op

revision = '0010'
down_revision = '0009'


def upgrade() -> None:
    op.create_index('ix_drill_organiser', 'drill', ['organiser_id', 'planned_at'])
    op.create_index('ix_edition_began_by', 'edition', ['began_by_id', 'state'])


def downgrade() -> None:
    op.drop_index('ix_edition_began_by', table_name='edition')
    op.drop_index('ix_drill_organiser', table_name='drill')
