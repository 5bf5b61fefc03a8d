"""Looks at pages in a browser: complaints, accessibility, width."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize

from tests.stories.crawling import Visit

DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
_AXE = Axe()
_RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map(v => v.id + ": " + v.nodes[0].html.slice(0, 160));
}"""
#: What sticks out of the window to the right, where nothing around it scrolls.
_TOO_WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const scrolls = one => {
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return true;
    return false;
  };
  const out = [...document.querySelectorAll("body *")].filter(one =>
    one.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(one));
  return ["too wide: " + (out.at(-1)?.outerHTML ?? "?").slice(0, 160)];
}"""


class Eyes:
    """A browser that carries somebody's session, and notes what it complains about."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on(
            "console",
            lambda said: (
                self.complaints.append(f"console: {said.text}")
                if said.type == "error"
                else None
            ),
        )
        self.page.on(
            "pageerror", lambda error: self.complaints.append(f"script: {error}")
        )

    def look(self, url: str, *, lang: str) -> list[str]:
        """Return what is wrong with a page: Vietnamese at a desk, English on a phone.

        Of both languages, the width of a phone.
        """
        self.complaints.clear()
        self.page.set_viewport_size(DESK if lang == "vi" else PHONE)
        self.page.goto(url)
        self.page.evaluate(_AXE.axe_script)
        wrong: list[str] = self.page.evaluate(_RUN)
        self.page.set_viewport_size(PHONE)
        wrong += self.page.evaluate(_TOO_WIDE)
        return wrong + self.complaints

    def look_at_answer(self, url: str, html: str, *, lang: str) -> list[str]:
        """Look at what was answered earlier to something other than a GET."""

        def answer(route: Route) -> None:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")

        self.page.route(url, answer)
        try:
            return self.look(url, lang=lang)
        finally:
            self.page.unroute(url)


@contextmanager
def eyes_of(
    browser: Browser, url: str, cookies: Iterable[tuple[str, str]]
) -> Iterator[Eyes]:
    """Open a browser with somebody's cookies."""
    context = browser.new_context(viewport=DESK)
    context.add_cookies(
        [{"name": name, "value": value, "url": url} for name, value in cookies]
    )
    try:
        yield Eyes(context)
    finally:
        context.close()


def different(
    visits: Iterable[Visit], *, of_one_kind: Mapping[str, int]
) -> list[Visit]:
    """Leave out pages that are made of the same parts as another in that language.

    Of one kind remain so many as is said for the language, or one.
    """
    seen: dict[tuple[str, str], list[frozenset[str]]] = {}
    chosen = []
    for visit in visits:
        if not visit.html:
            continue
        known = seen.setdefault((visit.endpoint, visit.lang), [])
        shape = frozenset(visit.reading.shape)
        most = of_one_kind.get(visit.lang, 1)
        if len(known) < most and not any(shape <= other for other in known):
            known.append(shape)
            chosen.append(visit)
    return chosen
