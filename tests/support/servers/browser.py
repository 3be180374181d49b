"""A real Chromium without a window or network."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

# As in the Makefile's target `browser`.
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# On a machine without a graphics card the CPU draws WebGL.
_ARGUMENTS = ("--no-sandbox", "--enable-unsafe-swiftshader", "--use-angle=swiftshader")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser; skips the test if none is installed."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip(f"none of {', '.join(_NAMES)} is installed: `make browser`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=list(_ARGUMENTS)
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """A page opened from a file, with its errors and requests."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def asks(self, script: str) -> Any:
        return self.page.evaluate(script)

    def place(self, name: str) -> tuple[float, float]:
        """The position of an artist in the window."""
        x, y = self.asks(
            f"""(() => {{
              const {{ world, scene }} = explorer;
              const artist = world.artists.find((one) => one.name === {name!r});
              const spot = scene.spot(artist.number);
              const stage = document.getElementById("stage").getBoundingClientRect();
              return [stage.x + spot.x, stage.y + spot.y];
            }})()"""
        )
        return x, y

    def until(self, script: str) -> None:
        """Wait until a script returns true.

        Playwright's own function needs `eval`, which the page's policy forbids.
        """
        for _ in range(200):
            if self.asks(script):
                return
            self.page.wait_for_timeout(25)
        pytest.fail(f"never true: {script}")

    def close(self) -> None:
        self.page.context.close()


def visit(
    browser: Browser,
    file: Path,
    *,
    width: int = 1200,
    height: int = 800,
    **settings: Any,
) -> Visit:
    """Open a file without a network, and wait until its picture is drawn."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, offline=True, **settings
    )
    page = context.new_page()
    visit = Visit(page)
    page.on("console", lambda message: visit.errors.append(message.text))
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("request", lambda request: visit.requests.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]")
    return visit
