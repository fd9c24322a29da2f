"""Screenshots that a run keeps: `tests/browser/screenshots/`, one a step, in order."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parent / "screenshots"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Browser, web: str) -> Iterator[Page]:
    """An empty page of a new visitor with a phone."""
    with browser.new_context(base_url=web, viewport=PHONE, is_mobile=True, has_touch=True) as visitor:
        yield visitor.new_page()


@pytest.fixture
def keep(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep a picture of the whole page, named by the test and the step."""
    folder = FOLDER / request.node.name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()

    def shoot(page: Page, step: str) -> None:
        number = len(list(folder.glob("*.png"))) + 1
        page.screenshot(path=folder / f"{number:02}-{step}.png", full_page=True)

    return shoot
