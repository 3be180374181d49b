"""Make the pictures of the documents anew, from the demo: `make pictures`.

Run it after a change of what they show, look at them, and commit them.
"""

import json
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from crawler.reports.figures import draw
from queries.analysis.result import Bars
from tests.support.processes.program import genregraph
from tests.support.project import ROOT

PICTURES = ROOT / "docs" / "pictures"
SOURCE = "invented music (CC0), genregraph demo"
# WebGL without a graphics card.
SOFTWARE_GL = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")


def said(*arguments: object, folder: Path) -> str:
    """What a command writes to stdout."""
    ended = genregraph(*arguments, folder=folder)
    if ended.returncode:
        raise SystemExit(ended.stderr)
    return ended.stdout


def draw_funnel(stages: str) -> None:
    """How many artists and tracks are left after each step."""
    rows = json.loads(stages)
    names = tuple(row["stage"] for row in rows)
    counts = tuple(float(row["count"]) for row in rows)
    figure = Bars("What is left after each step", "how many", names, counts)
    draw(figure, PICTURES / "funnel.png", source=SOURCE)


def photograph(page: Path) -> None:
    """The explorer page as a browser shows it, one artist's relatives lit."""
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        raise SystemExit("There is no Chromium here: `make browser` installs it.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=SOFTWARE_GL
        )
        view = browser.new_page(viewport={"width": 1280, "height": 800})
        view.goto(page.as_uri())
        view.wait_for_timeout(3000)
        view.screenshot(path=PICTURES / "explorer.png")
        browser.close()


def main() -> None:
    """Make all of them."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        draw_funnel(said("demo", "demo", "--json", folder=folder))
        store = ("--store", "demo/store")
        plot = PICTURES / "assortativity.png"
        said("analyse", "assortativity", *store, "--plot", plot, folder=folder)
        said("view", "scene.html", *store, folder=folder)
        photograph(folder / "scene.html")


if __name__ == "__main__":
    main()
