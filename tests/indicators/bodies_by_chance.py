"""Bodies that the plan counts, and ones that lack something for it, by chance."""

from datetime import date, timedelta

from labms import clock
from labms.db import transaction
from labms.organisations.rules import OrganisationKind, OrganisationRole
from labms.organisations.services import (
    Scope,
    add_designation,
    resume_designation,
    suspend_designation,
)
from labms.places.models import CommuneSuccession
from labms.places.rules import AREAS
from labms.plan.rules import RaisedKind
from labms.policy import Role
from labms.tasks.rules import Conclusion
from tests.factories import numbers

#: What an organisation may be.
ROLES = (
    (OrganisationRole.BODY,),
    (OrganisationRole.BODY, OrganisationRole.USER),
    (OrganisationRole.USER,),
    (OrganisationRole.BODY, OrganisationRole.AUTHORITY),
)
STRUCK = {"struck_reason": "Nhập nhầm lần hai"}


class Bodies:
    """Adds organisations with roles, places, decisions, papers and records."""

    def __init__(self, province):
        self.make, self.rng = province.make, province.rng
        self.day, self.last = province.day, province.last
        self.entered_by = {"entered_by_id": province.stated.manager.id}
        self.administrator = self.make.user(Role.ADMINISTRATOR)
        self.city = self._city()
        self.places = [*self.city, *self._elsewhere(), None]
        placed = [self._organisation(key) for key in self.places]
        placed += [
            self._organisation(self.rng.choice(self.city), *roles) for roles in ROLES
        ]
        designated = [self._with_labms(province.types) for _ in range(8)]
        self.there = {
            RaisedKind.SOCIALISED: placed + designated,
            RaisedKind.CAPABILITY: placed,
            # more of the city, since much else is asked for as well
            RaisedKind.CRITERIA: placed + placed[: len(self.city)] * 3,
        }

    def _city(self):
        """The city as it was, and what was made of all and of a part of it."""
        old = self.make.laboratory().commune_key
        return [old, self._made_of(old, True), self._made_of(old, False)]

    def _elsewhere(self):
        """Another commune of the old province, one of today, and other provinces."""
        other = self.make.commune(former_province_code="83").key
        more = [self.make.commune(former_province_code=p).key for p in ("84", "79")]
        return [other, self._made_of(other, True), *more]

    def _made_of(self, old, is_whole):
        new = self.make.commune(former_province_code="83").key
        row = {"old_key": old, "new_key": new, "is_whole": is_whole}
        self.make._add(CommuneSuccession(**row))
        return new

    def _organisation(self, commune_key, *roles):
        return self.make.organisation(
            *(roles or [OrganisationRole.BODY]),
            kind=self.rng.choice([*OrganisationKind]),
            commune_key=commune_key,
        )

    def _with_labms(self, types):
        """A body with decisions that were entered, suspended and resumed some day."""
        body = self.make.body()
        body.organisation.commune_key = self.rng.choice(self.city)
        self.make._add(body.organisation)
        for _ in range(self.rng.choice([1, 2, 3])):
            self._decision(body, self.rng.sample(types, 2))
        return body.organisation

    def _decision(self, body, slugs):
        rng, issued_on = self.rng, self.day()
        until = issued_on + timedelta(days=rng.randrange(30, 600))
        entered_on = self._after(issued_on, rng.choice([0, 0, 20, 31, 32, 300]))
        scopes = [Scope(type_slug=slug) for slug in slugs]
        given = {"body": body, "actor": self.administrator}
        with clock.at(entered_on), transaction():
            decision = add_designation(
                decision_number=f"{next(numbers)}/QĐ",
                issued_by="Ủy ban Tiêu chuẩn",
                issued_on=issued_on,
                valid_until=until,
                scopes=scopes,
                **given,
            )
        if rng.random() < 0.5:
            return
        first = issued_on + timedelta(days=rng.randrange((until - issued_on).days))
        told_on = self._after(max(first, entered_on), rng.choice([0, 31, 32, 200]))
        with clock.at(told_on), transaction():
            suspend_designation(
                decision,
                suspended_from=first,
                suspended_until=rng.choice([None, until]),
                reason="Đình chỉ hoạt động",
                **given,
            )
        again = self._after(told_on, rng.randrange(120))
        if rng.random() < 0.4 and again > first:
            with clock.at(again), transaction():
                resume_designation(decision, on=again, **given)

    def _after(self, day, days):
        return min(day + timedelta(days=days), self.last)

    def entered(self, day, *, struck=0.25):
        """Soon after a day or too late for it; and perhaps struck out some day."""
        entered_on = self._after(day, self.rng.choice([0, 0, 0, 9, 31, 32, 200, 500]))
        return {"entered_on": entered_on} | self._maybe_struck(entered_on, struck)

    def _maybe_struck(self, entered_on, chance):
        if self.rng.random() > chance:
            return {}
        later = self.rng.choice([0, 20, 31, 32, 300, 900])
        return STRUCK | {"struck_on": self._after(entered_on, later)}

    def record(self):
        """A record of a body with what papers there are; few lack nothing."""
        rng, day = self.rng, self.day(date(2018, 6, 1))
        kind = rng.choice([*RaisedKind])
        raised = self.make.body_raised(
            kind,
            has_papers=False,
            achieved_on=day,
            organisation_id=rng.choice(self.there[kind]).id,
            area=rng.choice([*AREAS, "ben-tre-old"]),
            **self.entered_by,
            **self.entered(day),
        )
        if kind is not RaisedKind.SOCIALISED:
            for _ in range(rng.choice([0, 1, 1, 2])):
                self._paper(raised)
        if kind is RaisedKind.CRITERIA:
            for _ in range(rng.choice([0, 1, 1, 2])):
                self.make.assessment(
                    raised,
                    conclusion=rng.choice([Conclusion.MEETS, *Conclusion]),
                    **self.entered(day, struck=0.5),
                )

    def _paper(self, raised):
        """Of a time about the record's day, or before it, or only to come."""
        begun = raised.achieved_on + timedelta(days=self.rng.randrange(-900, 700))
        self.make.accreditation(
            raised,
            issued_on=begun,
            valid_until=begun + timedelta(days=self.rng.choice([300, 700, 1095])),
            **self.entered(max(begun, raised.achieved_on)),
        )
