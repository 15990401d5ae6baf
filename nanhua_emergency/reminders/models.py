"""What is stored of the timetable."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from nanhua_emergency.database import Base


class Heartbeat(Base):
    """The last moment at which a part of the timetable was alive."""

    __tablename__ = "heartbeat"

    part: Mapped[str] = mapped_column(String(30), primary_key=True)
    at: Mapped[datetime]
