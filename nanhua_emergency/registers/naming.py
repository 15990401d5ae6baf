"""What the names in a sheet stand for: entries of other registers and accounts, known all at once."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.places.models import Place, prefix_of
from nanhua_emergency.registers import catalogue
from nanhua_emergency.registers.declaring import Field, Kind, Register


class Names:
    """The entries and accounts that rows within a place may name, read once for all rows."""

    def __init__(self, register: Register, place: Place) -> None:
        kinds = {field.kind for field in register.fields}
        others = {field.of for field in register.fields if field.kind is Kind.ENTRY}
        self._entries = {key: one for slug in others for key, one in _list_entries(slug, place)}
        self._titles = {(slug, id): name for (slug, _, name), id in self._entries.items()}
        accounts = _list_accounts(place) if Kind.ACCOUNT in kinds else ()
        self._accounts = {account.sign_in: account for account in accounts}
        self._signs = {account.id: account.sign_in for account in self._accounts.values()}

    def find(self, field: Field, said: Any, place: Place) -> int | None:
        """The key of what a field names, None where there is no such thing for that place."""
        if field.kind is Kind.ENTRY:
            return self._entries.get((field.of, place.code, str(said)))
        account = self._accounts.get(str(said).strip().lower())
        if account is None or not is_near(account, place):
            return None
        return account.id

    def say(self, field: Field, key: int | None) -> str:
        """The name that stands in a sheet for a key; nothing for what is no longer in use."""
        if key is None:
            return ""
        if field.kind is Kind.ENTRY:
            return self._titles.get((field.of, key), "")
        return self._signs.get(key, "")


def is_near(account: Account, place: Place) -> bool:
    """Whether an account is of a place, of one above it or of one below it."""
    return account.place.contains(place.code) or place.contains(account.place_code)


def _list_entries(slug: str, place: Place) -> Iterable[tuple[tuple[str, str, str], int]]:
    other = catalogue.get_register(slug)
    model = other.model
    title = getattr(model, other.title_field)
    query = select(model.place_code, title, model.id).where(
        place.covers(model.place_code), model.retired_at.is_(None)
    )
    # Of several with one name the first counts, as in a form.
    for code, name, id in db.session.execute(query.order_by(model.id.desc())):
        yield (slug, code, name), id


def _list_accounts(place: Place) -> Iterable[Account]:
    prefix = prefix_of(place.code)
    above = [place.code[:length].ljust(12, "0") for length in (2, 4, 6, 9) if length < len(prefix)]
    return db.session.scalars(
        select(Account).where(place.covers(Account.place_code) | Account.place_code.in_(above))
    )
