"""What is stored of the people who sign in."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nanhua_emergency.access import ROLE_NAMES, Role
from nanhua_emergency.database import PLACE_CODE, UNNESTED, Base, Word
from nanhua_emergency.places.models import Place


class Account(Base):
    """A person who may sign in, with one role at one place."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    sign_in: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    role: Mapped[Role] = mapped_column(Word(Role))
    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"), index=True)
    email: Mapped[str] = mapped_column(String(254), default="", index=True)
    # What a mail server said when it refused the address for good; empty while it takes mail.
    email_refusal: Mapped[str] = mapped_column(String(500), default="", server_default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    first_signed_in_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship(lazy="joined", innerjoin=UNNESTED)

    @property
    def role_name(self) -> str:
        """The role in Chinese."""
        return ROLE_NAMES[self.role]


class SignInSession(Base):
    """One sign-in on one device, until it expires or is ended."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    began_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(45), default="")
    device: Mapped[str] = mapped_column(String(200), default="")

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=UNNESTED)

    def is_open(self, now: datetime) -> bool:
        """Whether it still signs its person in."""
        return self.ended_at is None and now < self.expires_at and self.account.is_active


class SignInAttempt(Base):
    """One try to sign in that failed; counted to slow down guessing."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_sign_in_at", "sign_in", "at"),
        Index("ix_sign_in_attempt_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sign_in: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime]
