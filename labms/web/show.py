"""How a date, a number or an instant looks, decided once."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request, url_for
from flask_login import current_user

from labms import clock, i18n
from labms.policy import ROLE_NAMES, Permission, allowed
from labms.web.lists import settings


def dmy(day: date | None) -> str:
    """Return a day as dd/mm/yyyy; nothing for no day."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}" if day else ""


def moment(instant: datetime | None) -> str:
    """Return an instant in the laboratory's time, as dd/mm/yyyy hh:mm."""
    return instant.astimezone(clock.ZONE).strftime("%d/%m/%Y %H:%M") if instant else ""


def number(value: Decimal | int | None) -> str:
    """Return a number with the decimal mark of the language, and all its digits."""
    if value is None:
        return ""
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    text = text.replace("-", "\u2212")
    return text.replace(".", ",") if i18n.language() == "vi" else text


def count(value: int) -> str:
    """Return a whole number in groups of three."""
    mark = "." if i18n.language() == "vi" else ","
    return f"{value:,}".replace(",", mark)


def local(thing: Any, name: str = "name") -> str:
    """Return `thing.name_vi` or `thing.name_en`, as the language has it."""
    key = f"{name}_{i18n.language()}"
    found = thing.get(key) if isinstance(thing, Mapping) else getattr(thing, key)
    return str(found or "")


def register(app: Flask) -> None:
    """Give templates their filters and the names they all need."""
    app.jinja_env.filters.update(
        dmy=dmy, moment=moment, number=number, count_=count, local=local
    )
    app.jinja_env.globals.update(
        _=i18n.gettext,
        ngettext=i18n.ngettext,
        language=i18n.language,
        LANGUAGES=i18n.LANGUAGES,
        today=clock.today,
        can=_can,
        asset=lambda name: url_for("static", filename=name),
        is_demo=lambda: settings().demo,
        role_name=ROLE_NAMES.__getitem__,
        language_link=_language_link,
    )


def _language_link(code: str) -> str:
    return url_for("languages.choose", code=code, next=_here())


def _here() -> str:
    """Return this page's address without the language that it asks for."""
    if request.method != "GET":
        return "/"
    others = [pair for pair in request.args.items(multi=True) if pair[0] != "lang"]
    return f"{request.path}?{urlencode(others)}" if others else request.path


def _can(permission: str, subject: object = None) -> bool:
    return current_user.is_authenticated and allowed(
        current_user, Permission(permission), subject
    )
