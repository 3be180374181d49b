"""The explorer page in a real browser, from a file, without a network."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from queries.explorer.page import explorer_page
from tests.support.servers.browser import Visit, visit
from tests.support.worlds.explorer_graph import (
    BORGIR,
    LEGEND,
    NASTY,
    ORIGIN,
    small_graph,
)

CAMERA = "explorer.scene.sigma.getCamera()"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = explorer_page(small_graph(), LEGEND, ORIGIN, max_artists=100)
    path = tmp_path_factory.mktemp("explorer") / "page with a space.html"
    path.write_text(page.html, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def opened(browser: Browser, file: Path) -> Iterator[Visit]:
    visited = visit(browser, file)
    yield visited
    visited.close()


@pytest.fixture
def seen(opened: Visit) -> Iterator[Visit]:
    """The page in its initial state; fails if errors or requests occurred."""
    yield opened
    for _ in range(3):
        opened.page.keyboard.press("Escape")
    wait_for_camera(opened)
    opened.asks("explorer.state.showGroups([])")
    opened.asks(f"{CAMERA}.setState({{x: 0.5, y: 0.5, ratio: 1}})")
    assert opened.errors == []
    assert [url for url in opened.requests if not url.startswith("file:")] == []


def panel(seen: Visit) -> Locator:
    return seen.page.locator("#panel")


def search(seen: Visit, text: str) -> list[str]:
    """Type into the search box and return the names that it offers."""
    seen.page.locator("#search").fill("")
    seen.page.locator("#search").blur()
    seen.page.keyboard.press("/")
    seen.page.keyboard.type(text)
    return seen.page.locator("#results .name").all_text_contents()


def go_to(seen: Visit, name: str) -> None:
    search(seen, name)
    seen.page.keyboard.press("Enter")
    expect(panel(seen).locator("h2")).to_have_text(name)
    wait_for_camera(seen)


def wait_for_camera(seen: Visit) -> None:
    """Wait until the camera stops."""
    seen.until(f"!{CAMERA}.isAnimated()")


def drawn(seen: Visit) -> list[str]:
    """Names of the artists shown in the picture."""
    return seen.asks(
        """explorer.world.artists
          .filter(({ number }) => !explorer.scene.sigma.getNodeDisplayData(String(number)).hidden)
          .map(({ name }) => name)"""
    )


def paint(seen: Visit, layer: str) -> int:
    """Number of non-empty pixels of a layer."""
    return seen.asks(
        f"""(() => {{
          const from = document.querySelector("#stage canvas.{layer}");
          explorer.scene.sigma.render?.();
          const to = new OffscreenCanvas(from.width, from.height).getContext("2d");
          to.drawImage(from, 0, 0);
          const {{ data }} = to.getImageData(0, 0, from.width, from.height);
          let painted = 0;
          for (let at = 3; at < data.length; at += 4) painted += data[at] > 0;
          return painted;
        }})()"""
    )


def test_picture_is_drawn_offline(seen: Visit) -> None:
    assert paint(seen, "sigma-nodes") > 500
    assert paint(seen, "sigma-edges") > 500
    expect(seen.page.locator("h1")).to_have_text("small <crawl>")


def test_search_ignores_accents_and_finds_punctuation(
    seen: Visit,
) -> None:
    assert search(seen, "borgir") == [BORGIR]
    assert search(seen, "!!!") == ["!!!"]
    assert search(seen, "worl") == ["Both Worlds"]


def test_search_by_keyboard(seen: Visit) -> None:
    assert search(seen, "metal")[0] == "Metal 9", "the best-known one first"
    seen.page.keyboard.press("ArrowDown")
    seen.page.keyboard.press("Enter")
    expect(panel(seen).locator("h2")).to_have_text("Metal 8")
    seen.page.keyboard.press("Escape")
    expect(panel(seen)).to_be_hidden()


def test_click_shows_details_of_artist(seen: Visit) -> None:
    seen.page.mouse.click(*seen.place(BORGIR))
    expect(panel(seen).locator("h2")).to_have_text(BORGIR)
    expect(panel(seen).locator(".chip")).to_have_text("metal")
    expect(panel(seen).locator(".why")).to_have_text(
        "Metal, because its genres black metal and thrash metal lead to it."
    )
    expect(panel(seen).locator(".facts")).to_contain_text("5,000,000 followers")
    expect(panel(seen).locator(".genres li")).to_have_text(
        ["black metal → metal", "thrash metal → metal"]
    )
    lists = panel(seen).locator(".out li")
    expect(lists.locator(".rank")).to_have_text(["1", "2", "3"])
    expect(lists.locator(".name")).to_have_text([NASTY, "Metal 2", "Metal 3"])
    expect(panel(seen).locator(".incoming .name")).to_have_text(
        ["Metal 9", "Metal 8", "Metal 7"]
    )
    link = panel(seen).get_by_role("link")
    expect(link).to_have_attribute(
        "href", "https://www.deezer.example.invalid/artist/m0"
    )


def test_artist_without_class_shows_reason(seen: Visit) -> None:
    go_to(seen, "Both Worlds")
    expect(panel(seen).locator(".why")).to_have_text(
        "No class, because its genres lead to several: metal (thrash metal) and jazz "
        "(bebop), and the policy “single-class” did not choose it."
    )
    go_to(seen, "!!!")
    expect(panel(seen).locator(".why")).to_contain_text("no genre that counts")
    expect(panel(seen).get_by_role("link")).to_have_count(0)


def test_frontier_artists_are_marked(seen: Visit) -> None:
    go_to(seen, "Jazz 9")
    expect(panel(seen).locator(".facts")).to_contain_text("frontier")
    go_to(seen, "Jazz 1")
    expect(panel(seen).locator(".facts")).not_to_contain_text("frontier")


def test_hovering_highlights_neighbours(seen: Visit) -> None:
    stage = seen.page.locator("#stage")
    seen.page.mouse.move(5, 5)
    expect(stage).not_to_have_class(re.compile("focused"))
    before = paint(seen, "focus")
    seen.page.mouse.move(*seen.place(BORGIR), steps=5)
    expect(stage).to_have_class(re.compile("focused"))
    expect(seen.page.locator(".sigma-nodes")).to_have_css(
        "opacity", re.compile(r"^0\.1")
    )
    assert paint(seen, "focus") > before + 300
    seen.page.mouse.move(5, 5)
    expect(stage).not_to_have_class(re.compile("focused"))


def test_legend_hides_and_isolates_classes(seen: Visit) -> None:
    legend = seen.page.locator("#legend li")
    expect(legend).to_have_text(["metal10only", "jazz10only", "no class2only"])
    legend.nth(0).locator(".group").click()
    assert len(drawn(seen)) == 12
    assert BORGIR not in drawn(seen)
    expect(legend.nth(0).locator(".group")).to_have_attribute("aria-pressed", "false")
    legend.nth(0).locator(".only").click()
    assert set(drawn(seen)) == {BORGIR, NASTY, *(f"Metal {n}" for n in range(2, 10))}
    seen.page.locator("#all-groups").click()
    assert len(drawn(seen)) == 22


def test_path_between_artists_in_both_directions(seen: Visit) -> None:
    go_to(seen, BORGIR)
    panel(seen).get_by_role("button", name="Path to").click()
    seen.page.keyboard.type("jazz 2")
    seen.page.keyboard.press("Enter")
    way = panel(seen).locator(".way .name")
    expect(way).to_have_text([BORGIR, "Metal 3", "Both Worlds", "Jazz 0", "Jazz 2"])
    expect(panel(seen).locator(".way .rank")).to_have_text(
        ["", "as no. 3", "as no. 4", "as no. 1", "as no. 2"]
    )
    panel(seen).get_by_role("button", name="The other way round").click()
    expect(panel(seen)).to_contain_text("nothing leads from Jazz 2 to " + BORGIR)


def test_path_end_can_be_clicked(seen: Visit) -> None:
    go_to(seen, "Jazz 0")
    panel(seen).get_by_role("button", name="Path to").click()
    expect(seen.page.locator("#picking")).to_contain_text("from Jazz 0")
    seen.page.mouse.click(*seen.place("Jazz 3"))
    expect(panel(seen).locator(".way .name")).to_have_text(["Jazz 0", "Jazz 3"])


def test_name_with_html_is_escaped(seen: Visit) -> None:
    go_to(seen, NASTY)
    assert seen.asks("window.broken") is None
    assert seen.page.locator("#panel img, #results img").count() == 0
    expect(panel(seen).get_by_role("link")).to_have_count(0)


def test_rank_slider_reduces_lines(seen: Visit) -> None:
    words = seen.page.locator("#rank-words")
    seen.page.locator("#reading summary").click()
    expect(words).to_have_text("All 62 lines: relatives up to rank 4.")
    assert seen.asks("explorer.scene.sigma.getGraph().size") == 62
    seen.page.locator("#rank").fill("1")
    expect(words).to_have_text("21 of 62 lines: each one’s nearest relative.")
    assert seen.asks("explorer.scene.sigma.getGraph().size") == 21
    seen.page.locator("#rank").fill("4")
    seen.page.locator("#reading summary").click()


def test_keys_zoom_in_and_reset(seen: Visit) -> None:
    seen.page.keyboard.press("+")
    seen.until(f"{CAMERA}.ratio < 0.7")
    seen.page.keyboard.press("0")
    seen.until(f"{CAMERA}.ratio === 1")


def test_theme_follows_system_and_button(browser: Browser, file: Path) -> None:
    dark = visit(browser, file, color_scheme="dark")
    body = dark.page.locator("body")
    expect(body).to_have_css("background-color", "rgb(20, 22, 27)")
    dark.page.locator("#theme").click()
    expect(body).to_have_css("background-color", "rgb(251, 250, 247)")
    assert dark.errors == []
    dark.close()


def test_tap_near_small_disc_opens_artist_on_phone(
    browser: Browser, file: Path
) -> None:
    phone = visit(browser, file, width=390, height=800, has_touch=True, is_mobile=True)
    x, y = phone.place(BORGIR)
    phone.page.touchscreen.tap(x, y)
    expect(phone.page.locator("#panel h2")).to_have_text(BORGIR)
    expect(phone.page.locator("#legend")).to_be_hidden()
    width = phone.asks("document.documentElement.scrollWidth")
    assert width == 390
    assert phone.errors == []
    phone.close()
