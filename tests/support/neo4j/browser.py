"""Runs the Neo4j Browser of a real server in a real Chromium."""

import re
from dataclasses import dataclass

import neo4j
import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as NotSeenError

_HTTP = "SHOW SETTINGS YIELD name, value WHERE name = 'server.http.advertised_address'"
_TRIES = 6
# Browser fills its editor before it is connected, and does not show when it is.
_CONNECTS_MILLISECONDS = 4_000


@dataclass(frozen=True)
class Seen:
    """What Browser shows: the counts of its picture, and the text of its editor."""

    editor: str
    nodes: int
    relations: int
    labels: dict[str, int]


def browser_url(uri: str) -> str:
    """The URL of the Browser of the server at a Bolt address."""
    with neo4j.GraphDatabase.driver(uri, auth=None) as driver:
        records, _, _ = driver.execute_query(_HTTP, database_="neo4j")
    return f"http://{records[0]['value']}/browser/"


def seen(chromium: Browser, link: str, *, keys: str | None = None) -> Seen:
    """Open a link and run the query in the editor, by a click or by `keys`.

    If Browser is not connected yet, it refuses the query; then the link is opened again.
    """
    for tries in range(1, _TRIES + 1):
        page = chromium.new_context(viewport={"width": 1500, "height": 1000}).new_page()
        try:
            editor = _run(page, link, keys, tries * _CONNECTS_MILLISECONDS)
            page.locator("[data-testid=vizInspector]").wait_for(timeout=20_000)
            return _counted(page, editor)
        except NotSeenError:
            continue
        finally:
            page.context.close()
    pytest.fail(f"Browser drew nothing for {link}")


def _run(page: Page, link: str, keys: str | None, connects: int) -> str:
    page.goto(link)
    button = page.locator("[data-testid=editor-Run]")
    button.wait_for(timeout=60_000)
    lines = page.locator("#monaco-main-editor .view-line")
    lines.first.wait_for()
    page.wait_for_function(
        "document.querySelector('#monaco-main-editor .view-lines').innerText.length > 9"
    )
    page.wait_for_timeout(connects)
    editor = "\n".join(lines.all_inner_texts()).replace("\xa0", " ")
    if keys is None:
        button.click()
    else:
        lines.first.click()
        page.keyboard.press(keys)
    return editor


def _counted(page: Page, editor: str) -> Seen:
    """Wait until the counts are stable: Browser loads further relations by itself."""
    text, before = "", "?"
    for _ in range(60):
        text = page.locator("[data-testid=vizInspector]").inner_text()
        if text == before:
            break
        before = text
        page.wait_for_timeout(1_500)
    counts = [
        (name, int(number)) for name, number in re.findall(r"([*\w]+) \((\d+)\)", text)
    ]
    totals = [number for name, number in counts if name == "*"]
    labels = {name: number for name, number in counts if name != "*"}
    return Seen(editor, totals[0], totals[1], labels)
