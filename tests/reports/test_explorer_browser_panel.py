"""Panel and banner of the explorer page cover nothing that the user needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from queries.explorer.content import Legend
from queries.explorer.page import explorer_page
from tests.support.servers.browser import Visit, visit
from tests.support.worlds.explorer_graph import BORGIR, LEGEND, ORIGIN, small_graph

STILL = "!explorer.scene.sigma.getCamera().isAnimated()"
NAME = "Metal 4"
SIZES = [(1400, 900), (1000, 700), (390, 800)]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = explorer_page(small_graph(), LEGEND, ORIGIN, max_artists=100, chosen=True)
    path = tmp_path_factory.mktemp("panel") / "page.html"
    path.write_text(page.html, encoding="utf-8")
    return path


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def sized(
    browser: Browser, file: Path, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    width, height = request.param
    visited = visit(browser, file, width=width, height=height)
    yield visited
    assert visited.errors == []
    visited.close()


@pytest.fixture
def seen(browser: Browser, file: Path) -> Iterator[Visit]:
    visited = visit(browser, file)
    yield visited
    assert visited.errors == []
    visited.close()


def is_uncovered(seen: Visit, name: str) -> bool:
    """Whether an artist is in the picture and nothing covers it."""
    x, y = seen.place(name)
    return bool(seen.asks(f"document.elementFromPoint({x}, {y})?.closest('#stage')"))


def put(seen: Visit, name: str, across: float, down: float) -> None:
    """Move the picture until an artist is at this relative position."""
    seen.asks(
        f"""(() => {{
          const {{ sigma }} = explorer.scene;
          const {{ width, height }} = sigma.getDimensions();
          const number = explorer.world.artists.find(({{ name }}) => name === {name!r}).number;
          const now = sigma.viewportToFramedGraph({{ x: {across} * width, y: {down} * height }});
          const wanted = sigma.getNodeDisplayData(String(number));
          const camera = sigma.getCamera();
          const {{ x, y }} = camera.getState();
          camera.setState({{ x: x + wanted.x - now.x, y: y + wanted.y - now.y }});
          return new Promise((drawn) => sigma.once("afterRender", () => drawn(null)));
        }})()"""
    )


def click(seen: Visit, name: str) -> None:
    seen.page.mouse.click(*seen.place(name))
    expect(seen.page.locator("#panel h2")).to_have_text(name)
    seen.until(STILL)


@pytest.mark.parametrize(("across", "down"), [(0.9, 0.25), (0.5, 0.9)])
def test_clicked_artist_stays_visible(sized: Visit, across: float, down: float) -> None:
    put(sized, NAME, across, down)
    click(sized, NAME)
    # The picture starts to move a moment after the panel has opened.
    for _ in range(100):
        if is_uncovered(sized, NAME):
            return
        sized.page.wait_for_timeout(50)
    pytest.fail(f"{NAME} is covered by the panel")


def test_camera_stays_if_panel_covers_nothing(seen: Visit) -> None:
    put(seen, NAME, 0.3, 0.5)
    before = seen.place(NAME)
    click(seen, NAME)
    assert seen.place(NAME) == pytest.approx(before)


def test_path_prompt_is_visible_and_can_be_cancelled(
    sized: Visit,
) -> None:
    put(sized, NAME, 0.5, 0.3)
    click(sized, NAME)
    sized.page.locator("#panel").get_by_role("button", name="Path to").click()
    banner = sized.page.locator("#picking")
    words = sized.page.locator("#picking-words")
    assert overlap(sized, "#picking", "#panel") == 0
    assert overlap(sized, "#picking", ".zoom") == 0
    expect(words).to_be_in_viewport(ratio=1)
    expect(banner.get_by_role("button")).to_be_in_viewport(ratio=1)
    banner.get_by_role("button", name="Cancel").click()
    expect(banner).to_be_hidden()


def overlap(seen: Visit, one: str, other: str) -> float:
    return float(
        seen.asks(
            f"""(() => {{
              const [a, b] = [{one!r}, {other!r}].map((name) => document.querySelector(name).getBoundingClientRect());
              const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
              const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
              return Math.max(0, wide) * Math.max(0, high);
            }})()"""
        )
    )


def test_row_under_resting_pointer_is_not_hovered(
    seen: Visit,
) -> None:
    click(seen, BORGIR)
    row = seen.page.locator("#panel .out li").first
    box = row.bounding_box()
    assert box is not None
    x, y = box["x"] + 60, box["y"] + box["height"] / 2
    seen.page.keyboard.press("Escape")
    seen.page.mouse.move(x, y)
    seen.asks(
        f"explorer.state.select(explorer.world.artists.find(({{ name }}) => name === {BORGIR!r}).number)"
    )
    expect(row).to_be_visible()
    # The event that a browser sends when something moves under the pointer.
    seen.page.mouse.move(x, y)
    seen.page.wait_for_timeout(100)
    assert seen.asks("explorer.state.hovered") is None
    seen.page.mouse.move(x + 4, y + 1)
    assert seen.asks("explorer.state.hovered") is not None


def test_counts_refer_to_artists_on_page(
    browser: Browser, file: Path, seen: Visit, tmp_path: Path
) -> None:
    click(seen, BORGIR)
    heads = seen.page.locator("#panel h3")
    expect(heads).to_have_text(["Lists 3 on this page", "Listed by 3 on this page"])
    whole = tmp_path / "whole.html"
    page = explorer_page(small_graph(), LEGEND, ORIGIN, max_artists=100)
    whole.write_text(page.html, encoding="utf-8")
    other = visit(browser, whole)
    click(other, BORGIR)
    expect(other.page.locator("#panel h3")).to_have_text(["Lists 3", "Listed by 3"])
    other.close()


def test_hidden_relatives_can_be_shown_again(
    seen: Visit,
) -> None:
    click(seen, "Metal 3")
    unseen = seen.page.locator("#panel .unseen")
    expect(unseen).to_be_hidden()
    seen.page.locator("#legend .group").nth(2).click()
    expect(unseen).to_contain_text("1 of its 7 relatives hidden: no class.")
    unseen.get_by_role("button").click()
    expect(unseen).to_be_hidden()
    assert seen.asks("explorer.state.hiddenGroups.size") == 0


def test_other_genres_differ_from_no_genre_without_classes(
    browser: Browser, tmp_path: Path
) -> None:
    graph = small_graph()
    graph.graph.update(class_names=(), selected=False)
    for number in range(12):
        for circle in "mj":
            graph.nodes[f"{circle}{number % 10}"]["genres"] += (f"genre {number}",)
    graph.nodes["between"]["genres"] = ("sea shanty", "polka")
    page = explorer_page(graph, Legend({}, ""), ORIGIN, max_artists=100)
    file = tmp_path / "genres.html"
    file.write_text(page.html, encoding="utf-8")
    seen = visit(browser, file)
    expect(seen.page.locator("#legend-title")).to_have_text(
        "Strongest of the 12 commonest genres"
    )
    names = seen.page.locator("#legend .name").all_text_contents()
    assert names[-2:] == ["other genres", "no genre"]
    counts = seen.page.locator("#legend .aside").all_text_contents()
    assert counts[-2:] == ["1", "1"]
    assert counts[:-2] == sorted(counts[:-2], key=int, reverse=True)
    click(seen, "Both Worlds")
    expect(seen.page.locator("#panel .chip")).to_have_text("other genres")
    expect(seen.page.locator("#panel .why")).to_contain_text("strongest is sea shanty")
    assert seen.errors == []
    seen.close()
