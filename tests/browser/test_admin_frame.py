"""The admin in a real Chromium: nothing from elsewhere, no errors, readable, usable by keyboard and on a phone."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from core.models import User
from programs.models import Membership, Program
from tests.factories.programs import draft_program, live_program, staff_user

pytestmark = pytest.mark.browser
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
SCREENS = {
    "desktop": {"viewport": {"width": 1400, "height": 900}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}


@pytest.fixture
def owner(web: str) -> User:
    """Owns a live program and a draft."""
    user = staff_user(username="olga")
    user.set_password("a good password")
    user.save()
    for program in (live_program(name="AccuBooks beta"), draft_program(name="Zeta beta")):
        Membership.objects.create(program=program, user=user, role="owner")
    return user


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest, browser: Browser, web: str, owner: User) -> Iterator[Page]:
    """A page of the owner, signed in through the form, on a desktop in light and on a phone in dark."""
    with browser.new_context(base_url=web, bypass_csp=True, **SCREENS[request.param]) as visitor:
        page = visitor.new_page()
        page.goto("/admin/")
        page.fill("[name=username]", "olga")
        page.fill("[name=password]", "a good password")
        page.click("[type=submit]")
        yield page


def home_of(name: str) -> str:
    return f"/admin/programs/program/{Program.objects.get(name=name).pk}/home/"


PAGES: list[Callable[[], str]] = [
    lambda: home_of("AccuBooks beta"),
    lambda: home_of("Zeta beta"),
    lambda: "/admin/programs/readinessitem/",
    lambda: "/admin/programs/freeze/add/",
]


def test_pages_are_accessible_fit_the_screen_and_load_nothing_from_elsewhere(screen: Page, web: str):
    asked, errors = [], []
    screen.on("request", lambda request: asked.append(request.url))
    screen.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for page in PAGES:
        screen.goto(page())
        screen.wait_for_load_state("networkidle")
        found = Axe().run(screen, options=WCAG).response["violations"]
        assert [(issue["id"], issue["nodes"][0]["html"]) for issue in found] == []
        assert screen.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert [url for url in asked if not url.startswith((web, "data:"))] == []
    assert errors == []


def test_the_program_is_switched_by_keyboard_alone(browser: Browser, web: str, owner: User):
    with browser.new_context(base_url=web, viewport={"width": 1400, "height": 900}) as visitor:
        page = visitor.new_page()
        page.goto("/admin/")
        page.fill("[name=username]", "olga")
        page.fill("[name=password]", "a good password")
        page.keyboard.press("Enter")
        expect(page.locator(".bp-head h2")).to_contain_text("AccuBooks")
        page.locator(".bp-switcher summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#header-inner h1")).to_contain_text("Zeta beta")
