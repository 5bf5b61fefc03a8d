"""Who acts in the demo: the Department, three bodies, and their people."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from labms.accounts.models import User
from labms.accounts.services import add_user
from labms.catalogue.services import release_cycles, release_procedure
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.demo import fiction
from labms.demo.timeline import Timeline, workday
from labms.organisations.models import Body
from labms.organisations.rules import OrganisationKind, OrganisationRole
from labms.organisations.services import (
    BodySettings,
    Details,
    Scope,
    add_designation,
    add_organisation,
    add_registration,
    set_up_body,
)
from labms.people.services import CardDetails, add_card
from labms.policy import Role, System
from labms.remembering import forget

SPRING_SCALE = "can-dong-ho-lo-xo"
DISPENSER = "cot-do-xang-dau"
#: Measured by the first body alone, many on one bench: the type, and its procedure.
WATER_METER, WATER_METERS = "dong-ho-do-nuoc-lanh-co-khi", "dong-ho-nuoc-lanh"
#: The option of each table of limits that the bodies of the demo have chosen.
#: What gauges are, and the procedure by which they are calibrated.
GAUGE, GAUGES = "ap-ke-lo-xo", "hieu-chuan-ap-ke"
OPTIONS = {DISPENSER: "dlvn-10-2013", "en-837": "en-837-1-1996"}

#: The same for all logins of the demo, which are printed beside it.
PASSWORD = "cay-tre-tram-dot"

#: One login for each role: login, role, title.
LOGINS: tuple[tuple[str, Role, str], ...] = (
    ("tiepnhan", Role.RECEPTIONIST, "Nhân viên tiếp nhận"),
    ("kiemdinh", Role.VERIFIER, "Kiểm định viên"),
    ("soatxet", Role.REVIEWER, "Trưởng phòng đo lường"),
    ("kyduyet", Role.SIGNATORY, "Giám đốc"),
    ("chatluong", Role.QUALITY_MANAGER, "Phụ trách chất lượng"),
    ("danhgia", Role.ASSESSOR, "Chuyên gia đánh giá"),
    ("quanly", Role.MANAGER, "Trưởng phòng quản lý đo lường"),
    ("doanhnghiep", Role.ENTERPRISE, "Cửa hàng trưởng"),
    ("quantri", Role.ADMINISTRATOR, "Quản trị hệ thống"),
)
_TITLES = {login: title for login, _, title in LOGINS}


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody who acts, without a row that goes stale between transactions."""

    id: int | None
    name: str
    roles: frozenset[Role]
    organisation_id: int | None

    @classmethod
    def of(cls, user: User) -> "Player":
        """Return who a person is to the services."""
        return cls(user.id, user.full_name, user.roles, user.organisation_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPlan:
    """A body of the demo before it is entered."""

    code: str
    name: str
    prefix: str
    """Of stamps, inventory numbers and logins."""
    verifiers: int
    types: Sequence[str]
    designated_before: int
    """So many days before the demo's history begins it was designated; None below."""


_COMMON = (
    SPRING_SCALE,
    DISPENSER,
    "can-dia",
    "can-ban",
)
BODIES = (
    BodyPlan(
        code="sodua",
        name="Trung tâm Kỹ thuật Đo lường Sọ Dừa Anh",
        prefix="SD",
        verifiers=3,
        types=(
            *_COMMON,
            "can-o-to",
            "can-ky-thuat",
            "huyet-ap-ke-lo-xo",
            "dong-ho-do-nuoc-lanh-co-khi",
        ),
        designated_before=210,
    ),
    BodyPlan(
        code="tretram",
        name="Công ty TNHH Kiểm định Tre Trăm Đốt",
        prefix="TT",
        verifiers=2,
        types=(*_COMMON, "taximet"),
        designated_before=-1,
    ),
    BodyPlan(
        code="lactien",
        name="Trung tâm Kiểm định Lạc Tiên",
        prefix="LT",
        verifiers=2,
        types=(*_COMMON, "huyet-ap-ke-lo-xo"),
        designated_before=90,
    ),
)


@dataclass(slots=True, kw_only=True)
class Staff:
    """A body with its people, while the demo is being made."""

    plan: BodyPlan
    body_id: int
    receptionist: Player
    verifiers: list[Player]
    reviewer: Player
    signatory: Player
    quality_manager: Player
    #: Verifier → the last day of the card.
    cards: dict[int | None, date] = field(default_factory=dict)
    stamps: int = 0

    def next_stamp(self, day: date) -> str:
        """Take the next stamp from the roll."""
        self.stamps += 1
        return f"{self.plan.prefix}{day.year % 100:02}-{self.stamps:05}"

    def verifier_on(self, day: date, rng: random.Random) -> Player:
        """Return somebody whose card holds on a day, and some days after it."""
        last = day + timedelta(days=4)
        return rng.choice([v for v in self.verifiers if self.cards[v.id] >= last])


@dataclass(slots=True, kw_only=True)
class Cast:
    """Everybody, once they have been entered."""

    administrator: Player
    manager: Player
    department_id: int
    bodies: list[Staff]

    @property
    def home(self) -> Staff:
        """The body to which the printed logins belong."""
        return self.bodies[0]


def enter_cast(
    *,
    today: date,
    start: date,
    rng: random.Random,
    names: Iterator[str],
    seat: str,
) -> Cast:
    """Enter the Department, the bodies and their people, as of the first day.

    `seat` is the key of the commune in which they all have their offices.
    """
    admin = Player.of(_user("quantri", next(names), {Role.ADMINISTRATOR}, None))
    office = add_organisation(
        Details(
            kind=OrganisationKind.ORGANISATION,
            name=fiction.DEPARTMENT,
            address=fiction.address(rng),
            commune_key=seat,
            phone="0000 000 000",
        ),
        actor=admin,
        roles=[OrganisationRole.AUTHORITY],
    )
    manager = Player.of(_user("quanly", next(names), {Role.MANAGER}, office.id))
    phones = fiction.phones()
    bodies = []
    for number, plan in enumerate(BODIES):
        staff = _enter_body(
            plan, rng=rng, names=names, seat=seat, admin=admin, phone=next(phones)
        )
        _designate(staff, number, today=today, start=start, admin=admin)
        _give_cards(staff, is_home=number == 0, today=today, start=start)
        bodies.append(staff)
    _user("danhgia", next(names), {Role.ASSESSOR}, bodies[0].body_id)
    return Cast(
        administrator=admin, manager=manager, department_id=office.id, bodies=bodies
    )


def _user(
    login: str, name: str, roles: Iterable[Role], organisation_id: int | None
) -> User:
    return add_user(
        login=login,
        full_name=name,
        password=PASSWORD,
        roles=roles,
        actor=System(frozenset()),
        organisation_id=organisation_id,
        title=_TITLES.get(login.partition(".")[0].rstrip("23"), ""),
    )


def enter_enterprise_login(name: str, organisation_id: int) -> None:
    """Let one enterprise sign in."""
    _user("doanhnghiep", name, {Role.ENTERPRISE}, organisation_id)


def _enter_body(
    plan: BodyPlan,
    *,
    rng: random.Random,
    names: Iterator[str],
    seat: str,
    admin: Player,
    phone: str,
) -> Staff:
    head = next(names)
    organisation = add_organisation(
        Details(
            kind=OrganisationKind.ORGANISATION,
            name=plan.name,
            address=fiction.address(rng),
            commune_key=seat,
            phone=phone,
        ),
        actor=admin,
    )
    prefix = plan.prefix
    body: Body = set_up_body(
        organisation,
        BodySettings(
            code=plan.code,
            head_name=head,
            certificate_pattern=f"{prefix}-V{{yy}}.{{n:04}}",
            notice_pattern=f"{prefix}-TB{{yy}}.{{n:03}}",
            calibration_pattern=f"{prefix}-HC{{yy}}.{{n:03}}",
            test_pattern=f"{prefix}-TN{{yy}}.{{n:03}}",
            order_pattern=f"{prefix}-P{{yy}}.{{n:04}}",
        ),
        actor=admin,
    )
    is_home = plan is BODIES[0]

    def person(login: str, role: Role, name: str) -> Player:
        used = login if is_home else f"{login}.{plan.code}"
        return Player.of(_user(used, name, {role}, body.id))

    return Staff(
        plan=plan,
        body_id=body.id,
        receptionist=person("tiepnhan", Role.RECEPTIONIST, next(names)),
        verifiers=[
            person(
                "kiemdinh" if n == 0 else f"kiemdinh{n + 1}", Role.VERIFIER, next(names)
            )
            for n in range(plan.verifiers)
        ],
        reviewer=person("soatxet", Role.REVIEWER, next(names)),
        signatory=person("kyduyet", Role.SIGNATORY, head),
        quality_manager=person("chatluong", Role.QUALITY_MANAGER, next(names)),
    )


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; 28 February for the 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _designate(
    staff: Staff, number: int, *, today: date, start: date, admin: Player
) -> None:
    plan = staff.plan
    body = db.session.get_one(Body, staff.body_id)
    begin = start - timedelta(days=plan.designated_before)
    until = years_after(begin, 5)
    if plan.designated_before < 0:  # the one that has to be renewed soon
        until = today + timedelta(days=48)
        begin = years_after(until, -5)
    add_registration(
        body,
        number=f"{number + 1:03}/CNĐK-{fiction.PROVINCE}",
        issued_by=fiction.COMMITTEE,
        issued_on=begin - timedelta(days=75),
        actor=admin,
    )
    add_designation(
        body,
        decision_number=f"{701 + number}/QĐ-{fiction.PROVINCE}",
        issued_by=fiction.COMMITTEE,
        issued_on=begin,
        valid_until=until,
        scopes=[
            Scope(
                type_slug=slug,
                range_text="đến 200 kg" if slug == SPRING_SCALE else "",
                class_text="IIII" if slug == SPRING_SCALE else "",
            )
            for slug in plan.types
        ],
        actor=admin,
    )


def _give_cards(staff: Staff, *, is_home: bool, today: date, start: date) -> None:
    """Give each verifier a card; at home one ends soon, and one has just expired."""
    ends = [years_after(start, 5), years_after(start, 5), years_after(start, 4)]
    if is_home:
        ends[1] = today + timedelta(days=23)
        ends[2] = today - timedelta(days=19)
    for number, verifier in enumerate(staff.verifiers):
        holder = db.session.get_one(User, verifier.id)
        until = ends[number]
        serial = f"{staff.plan.prefix}-{number + 1:03}"
        add_card(
            holder,
            CardDetails(
                number=serial,
                decision_number=f"{serial}/QĐ-KĐV",
                issued_by=fiction.COMMITTEE,
                issued_on=years_after(until, -5),
                valid_until=until,
                birth_year=1979 + 4 * number,
            ),
            body_id=staff.body_id,
            fields=staff.plan.types if number == 0 else (SPRING_SCALE, DISPENSER),
            actor=staff.quality_manager,
        )
        staff.cards[verifier.id] = until


def plan_releases(timeline: Timeline, cast: Cast, *, start: date, today: date) -> None:
    """Let each body release its procedures on the first day, and lists as they come."""
    catalogue = shipped_catalogue()
    for staff in cast.bodies:
        for slug in (SPRING_SCALE, DISPENSER):
            timeline.then(start, "08:30", _release_procedure, staff, slug)
        if staff is cast.home:
            for slug in (WATER_METERS, GAUGES):
                timeline.then(start, "08:40", _release_procedure, staff, slug)
        for legal in sorted(catalogue.lists.values(), key=lambda x: x.in_force_from):
            first = workday(max(start, legal.in_force_from))
            if first < today and (legal.in_force_until or today) >= start:
                timeline.then(first, "07:15", _release_list, staff, legal.slug)


def _release_procedure(staff: Staff, slug: str) -> None:
    catalogue = shipped_catalogue()
    procedure = catalogue.procedure(slug)
    release_procedure(
        staff.body_id,
        slug=slug,
        revision=procedure.revision,
        options={t.slug: OPTIONS[t.slug] for t in procedure.choices},
        shown=catalogue.content_hash(procedure),
        actor=staff.quality_manager,
    )
    forget()


def _release_list(staff: Staff, slug: str) -> None:
    catalogue = shipped_catalogue()
    release_cycles(
        staff.body_id,
        list_slug=slug,
        shown=catalogue.content_hash(catalogue.lists[slug]),
        actor=staff.quality_manager,
    )
    forget()
