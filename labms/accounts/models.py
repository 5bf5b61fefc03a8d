"""People who sign in, their sessions, and what the doors remember."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from labms.accounts.rules import SecurityEventKind
from labms.db import Audited, Identified, Model, enum_column
from labms.policy import Role


class UserRole(Model):
    """One role of one person."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[Role] = enum_column(Role, primary_key=True)


class User(Audited, Identified, Model):
    """A person who signs in."""

    __tablename__ = "user"

    login: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str]
    #: Their position, as printed under a signature: "Giám đốc".
    title: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)
    #: The body, authority or enterprise that they belong to.
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )

    role_rows: Mapped[list[UserRole]] = relationship(
        lazy="joined", cascade="all, delete-orphan"
    )

    @property
    def name(self) -> str:
        """The name under which the trail knows them."""
        return self.full_name

    @property
    def roles(self) -> frozenset[Role]:
        """What they are in the laboratory."""
        return frozenset(row.role for row in self.role_rows)

    @property
    def is_authenticated(self) -> bool:
        """Whether they may go on using the session that brought them."""
        return self.is_active


class LoginSession(Identified, Model):
    """Somebody signed in on some browser, from a moment to a moment."""

    __tablename__ = "login_session"

    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SecurityEvent(Identified, Model):
    """Something at the door: a log-in, a failure, a refusal."""

    __tablename__ = "security_event"

    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[SecurityEventKind] = enum_column(SecurityEventKind)
    login: Mapped[str]
    address: Mapped[str]


class Throttle(Model):
    """How often something was tried within one window of time."""

    __tablename__ = "throttle"

    bucket: Mapped[str] = mapped_column(primary_key=True)
    window_at: Mapped[datetime] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
