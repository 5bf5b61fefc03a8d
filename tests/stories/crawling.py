"""Walks through every page that a person can reach, and reads what stands there."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

#: So many pages of one kind are looked at; another hundred would look alike.
OF_ONE_KIND = 3
#: Left alone: they change the language, or end the walk.
LEFT_ALONE = {"languages.choose", "accounts.log_out", "static", "bootstrap.static"}
VOID = frozenset("area base br col embed hr img input link meta source wbr".split())
#: Attributes that people read or hear.
#: How our templates show what is wrong.
PROBLEM = re.compile(r'class="[^"]*(problem|invalid|refused|warning)|role="alert"')
SPOKEN = ("aria-label", "title", "placeholder", "alt")


@dataclass(frozen=True, slots=True)
class Words:
    """One text node, or one attribute that people read, and its language."""

    text: str
    lang: str
    is_code: bool
    """Or in a field, where a person has typed it."""


@dataclass(slots=True)
class Form:
    """A form that changes something, and what a browser would send."""

    action: str
    kept: list[tuple[str, str]] = field(default_factory=list)
    """Untouched; `fields` are with everything emptied that a person can empty."""
    fields: list[tuple[str, str]] = field(default_factory=list)
    has_inputs: bool = False


@dataclass(slots=True)
class Reading:
    """What one page consists of."""

    words: list[Words] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    shape: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Reading()
        self._open: list[tuple[str, str, bool]] = [("", "", False)]
        self._form: Form | None = None
        self._select: tuple[str, str | None] | None = None

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        attrs = {name: value or "" for name, value in given}
        _, lang, is_code = self._open[-1]
        lang = attrs.get("lang", lang)
        is_code = is_code or tag in {"code", "textarea", "script", "style", "svg"}
        self.found.shape.add(f"{tag}.{attrs.get('class', '')}")
        for spoken in SPOKEN:
            self._say(attrs.get(spoken, ""), lang, is_code)
        if tag not in VOID:
            self._open.append((tag, lang, is_code))
        if tag == "a" and "href" in attrs:
            self.found.links.append(attrs["href"])
        self._note_form(tag, attrs)

    def _note_form(self, tag: str, attrs: dict[str, str]) -> None:
        name, value = attrs.get("name", ""), attrs.get("value", "")
        if tag == "form" and attrs.get("method", "").lower() == "post":
            self._form = Form(attrs.get("action", ""))
            self.found.forms.append(self._form)
        elif self._form is None or "disabled" in attrs:
            return
        elif tag == "input" and name:
            self._note_input(self._form, attrs.get("type", "text"), attrs)
        elif tag == "textarea" and name:
            self._form.fields.append((name, ""))
            self._form.has_inputs = True
        elif tag == "select" and name:
            self._select = (name, None)
        elif (
            tag == "option"
            and self._select is not None
            and (self._select[1] is None or "selected" in attrs)
        ):
            self._select = (self._select[0], value)

    def _note_input(self, form: Form, kind: str, attrs: dict[str, str]) -> None:
        name, value = attrs["name"], attrs.get("value", "")
        if kind == "hidden":
            self._keep(name, value)
        elif kind in {"checkbox", "radio"}:
            if "checked" in attrs:
                form.kept.append((name, value or "on"))
        elif kind not in {"file", "submit"}:
            form.kept.append((name, value))
            form.fields.append((name, ""))
            form.has_inputs = True

    def _keep(self, name: str, value: str) -> None:
        if self._form is not None:
            self._form.kept.append((name, value))
            self._form.fields.append((name, value))

    def handle_endtag(self, tag: str) -> None:
        """Come out of an element, and of those that were left open inside it."""
        if tag not in {name for name, _, _ in self._open}:
            return
        while self._open.pop()[0] != tag:
            pass
        if tag == "form":
            self._form = None
        if tag == "select" and self._form and self._select:
            self._keep(self._select[0], self._select[1] or "")
            self._select = None

    def handle_data(self, data: str) -> None:
        """Read what stands there."""
        _, lang, is_code = self._open[-1]
        self._say(data, lang, is_code)

    def _say(self, text: str, lang: str, is_code: bool) -> None:
        if said := " ".join(text.split()):
            self.found.words.append(Words(said, lang, is_code))


def read_page(html: str) -> Reading:
    """Return what a page consists of."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


@dataclass(frozen=True, slots=True)
class Visit:
    """One answer to one person."""

    who: str
    lang: str
    address: str
    endpoint: str
    status: int
    html: str
    """Empty when the answer was a file."""
    reading: Reading

    @property
    def is_well(self) -> bool:
        """Whether it is what such an address should answer."""
        is_nothing = self.address.startswith(("/c/khong", "/s/khong"))
        return self.status == (404 if is_nothing else 200)

    def explains(self, complaint: str) -> bool:
        """Whether a browser notes nothing but that the answer was a 404."""
        return self.status == 404 and "status of 404" in complaint

    @property
    def says_why(self) -> bool:
        """Whether it tells what is wrong with what was sent."""
        return bool(PROBLEM.search(self.html))

    def __str__(self) -> str:
        return f"{self.who or 'a stranger'} ({self.lang}) {self.address}"


class Walker:
    """Somebody who follows every link, in one language."""

    def __init__(
        self, app: Flask, who: str, lang: str, *, of_one_kind: int = OF_ONE_KIND
    ) -> None:
        self.app, self.who, self.lang = app, who, lang
        self.of_one_kind = of_one_kind
        self.client: FlaskClient = app.test_client()
        self.client.set_cookie("language", lang)
        self._urls = app.url_map.bind("localhost")

    def sign_in(self, login: str, password: str) -> None:
        """Fill in the door's form as a browser would."""
        page = read_page(self.client.get("/accounts/login").text)
        fields = dict(page.forms[0].fields)
        fields |= {"login": login, "password": password}
        answer = self.client.post("/accounts/login", data=fields)
        assert answer.status_code == 302, f"{login} cannot sign in"

    def cookies(self) -> list[tuple[str, str]]:
        """Return what this person's browser keeps."""
        return [(one.key, one.value) for one in self.client._cookies.values()]

    def endpoint(self, address: str, method: str = "GET") -> str | None:
        """Return what answers at an address; none for a stranger's site."""
        parts = urlsplit(address)
        if parts.netloc not in {"", "localhost"} or parts.scheme not in {"", "http"}:
            return None
        try:
            found: str = self._urls.match(parts.path, method=method)[0]
        except (HTTPException, RequestRedirect):
            return "nothing"
        return found

    def kind(self, address: str) -> tuple[Any, ...] | None:
        """Return what an address has in common with others like it."""
        asked = parse_qsl(urlsplit(address).query)
        endpoint = self.endpoint(address)
        if (
            endpoint is None
            or endpoint in LEFT_ALONE
            or any(k == "lang" for k, _ in asked)
        ):
            return None
        return endpoint, frozenset(name for name, value in asked if value)

    def walk(self, start: str = "/", corners: Sequence[str] = ()) -> Iterator[Visit]:
        """Visit every kind of page, the nearest first.

        In corners to which few links lead, this person may be turned away.
        """
        waiting, known = deque([start, *corners]), {start, *corners}
        seen: Counter[tuple[Any, ...]] = Counter()
        while waiting:
            address = waiting.popleft()
            kind = self.kind(address)
            if kind is None or seen[kind] >= self.of_one_kind:
                continue
            seen[kind] += 1
            answer = self.client.get(address)
            if answer.status_code == 403 and address in corners:
                continue
            if answer.status_code in {301, 302, 303}:
                found = [answer.headers["Location"]]
            else:
                visit = self.visit(address, answer)
                yield visit
                found = visit.reading.links
            for link in found:
                whole = urljoin(f"http://localhost{address}", link).partition("#")[0]
                path = whole.removeprefix("http://localhost")
                if path not in known:
                    known.add(path)
                    waiting.append(path)

    def own(self, visits: Iterable[Visit]) -> Iterator[Visit]:
        """Leave out what others saw, or this person in the other language."""
        for visit in visits:
            if (visit.who, visit.lang) == (self.who, self.lang):
                yield visit

    def send(self, page: Visit, form: Form) -> Visit:
        """Send a form as it stands, its fields emptied; return what is answered."""
        target = urljoin(page.address, form.action)
        answer = self.client.post(target, data=MultiDict(form.fields))
        return self.visit(target, answer, method="POST")

    def visit(self, address: str, answer: TestResponse, method: str = "GET") -> Visit:
        """Read an answer."""
        is_page = answer.mimetype == "text/html"
        html = answer.text if is_page else ""
        return Visit(
            who=self.who,
            lang=self.lang,
            address=address,
            endpoint=self.endpoint(address, method) or "",
            status=answer.status_code,
            html=html,
            reading=read_page(html) if is_page else Reading(),
        )
