"""A real server on a real instance, and Debian's Chromium in front of it."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import waitress
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from labms.app import create_app
from labms.db import db, scoped
from labms.operations.making import lay_foundation
from labms.paper.fonts import prepare_fonts, web_font
from labms.policy import EVERYTHING
from labms.settings import Settings
from tests.keeping import kept_fonts
from tests.stories.province import Province

#: Chromium must not look for its maker's servers.
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-gpu",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file together where several processes run them.

    They share a served instance, which takes long to make.
    """
    for item in items:
        ours = Path(__file__).parent in item.path.parents
        if ours and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def find_chromium() -> str | None:
    """Return the browser that Debian or Ubuntu installs, wherever it is."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    return None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all stories."""
    path = find_chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("NOT RUN: there is no Chromium")
        pytest.skip("NOT RUN: there is no Chromium; apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        started.close()


class Site:
    """A served instance: its address, its application, its people."""

    province: Province

    def __init__(self, folder: Path, fonts: Path, *, demo: bool = False) -> None:
        server = waitress.create_server(_nothing, host="127.0.0.1", port=0)
        self.url = f"http://127.0.0.1:{server.effective_port}"
        self.settings = Settings(
            instance=folder,
            secret_key="for-stories-only-0123456789abcdefghijkl",
            public_url=self.url,
            page_size=20,
            demo=demo,
        )
        self.settings.cache_dir.mkdir(parents=True)
        (self.settings.cache_dir / "fonts").symlink_to(fonts)
        self.app = create_app(self.settings)
        server.application = self.app
        self._server = server
        self._thread = threading.Thread(target=server.run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.close()
        self._thread.join(timeout=5)


@pytest.fixture(scope="session")
def fonts() -> Path:
    """The faces, cut once and kept from one run of the tests to the next."""
    folder = kept_fonts()
    prepare_fonts(folder)
    web_font(folder)
    return folder


def _nothing(_environ: object, _start: object) -> list[bytes]:
    return []


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory: pytest.TempPathFactory, fonts: Path) -> Iterator[Site]:
    """An instance in which nothing has happened yet."""
    site = Site(tmp_path_factory.mktemp("site") / "instance", fonts)
    with site.app.app_context(), scoped(EVERYTHING):
        lay_foundation()
        db.session.remove()
    yield site
    site.close()


@pytest.fixture(scope="module")
def site(empty_site: Site) -> Site:
    """An instance with a body that may verify, and its people."""
    with empty_site.app.app_context(), scoped(EVERYTHING):
        empty_site.province = Province.found()
        db.session.remove()
    return empty_site


@pytest.fixture
def desk(browser: Browser) -> Iterator[BrowserContext]:
    """A browser at a desk."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A stranger's phone, on which nobody is signed in."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()
