"""A browser for the tests; they skip, and say how to get one, where there is none."""

from __future__ import annotations

import pytest
from tests.alerts.values import NOW
from tests.browser.pictures import browser
from tests.browser.stand import chromium, stand

from dualcross.clock import FakeClock
from dualcross.stores.memory import MemoryStore


@pytest.fixture(scope="module")
def chrome():
    # For a module and no longer: Playwright keeps an event loop running in this thread, and other tests start theirs.
    pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install -e '.[dev]'")
    found = chromium()
    if found is None:
        pytest.skip("no Chromium on the path: apt-get install chromium fonts-noto-cjk")
    with browser(found) as opened:
        yield opened


@pytest.fixture
def served():
    with stand(MemoryStore(), FakeClock(NOW)) as made:
        yield made


@pytest.fixture
def page(chrome, served):
    """A page of a reader who prefers English; it fails the test for whatever is asked of another host or thrown."""
    context = chrome.new_context(viewport={"width": 900, "height": 700}, locale="en-GB")
    made = context.new_page()
    made.set_default_timeout(10_000)
    wrong = []
    made.on("request", lambda r: None if r.url.startswith(served.url) else wrong.append(r.url))
    made.on("dialog", lambda d: (wrong.append(d.message), d.dismiss()))
    made.on("pageerror", lambda e: wrong.append(str(e)))
    yield made
    context.close()
    assert wrong == []
