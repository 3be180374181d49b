/** Assembles the page. */

import { readWorld } from "./data";
import { linesOf, startingRank } from "./drawn";
import { byId } from "./elements";
import { Finder } from "./finder";
import { Focus } from "./focus";
import { listenToKeys } from "./keys";
import { makeLegend, makeRankSlider } from "./legend";
import { Panel } from "./panel";
import { shortestPath } from "./path";
import { Scene } from "./scene";
import { State } from "./state";
import { onThemeChange } from "./theme";

const world = readWorld(byId("graph").textContent!);
const state = new State(world);
state.drawnRank = startingRank(linesOf(world));
const stage = byId("stage");
const scene = openScene();

function openScene(): Scene | null {
  try {
    const opened = new Scene(state, stage);
    new Focus(state, opened, stage);
    return opened;
  } catch (error) {
    // Search, classes, panel and paths work without the picture.
    byId("no-picture").hidden = false;
    byId("no-picture").title = String(error);
    return null;
  }
}

function goTo(artist: number): void {
  if (state.pathFrom !== null) return findPath(state.pathFrom, artist);
  state.select(artist);
  const { lists, listedBy } = world.artists[artist];
  const near = lists.length > 0 ? lists : listedBy.slice(0, 20);
  show([artist, ...near.map((one) => one.artist)]);
  byId("panel").querySelector<HTMLElement>("h2")!.focus({ preventScroll: true });
}

function findPath(from: number, to: number): void {
  const way = shortestPath(world.artists, from, to);
  state.showPath({ from, to, way });
  show(way.length > 0 ? way : [from, to]);
}

/** The size of the panel's overlap at the right and bottom of the stage, in pixels. */
function covered(): { right: number; bottom: number } {
  const panel = byId("panel").getBoundingClientRect();
  const area = stage.getBoundingClientRect();
  const sheet = panel.width > 0.8 * area.width;
  return {
    right: sheet ? 0 : Math.max(0, area.right - panel.left),
    bottom: sheet ? Math.max(0, area.bottom - panel.top) : 0,
  };
}

/** Bring artists into the part of the stage that the panel does not cover. */
function show(artists: number[]): void {
  scene?.show(artists, covered());
}

/** The panel may open over the very artist that was clicked. */
function reveal(artist: number): void {
  const { right, bottom } = covered();
  const panel = byId("panel").getBoundingClientRect();
  const area = stage.getBoundingClientRect();
  const spot = scene?.spot(artist);
  if (spot === undefined) return;
  const [x, y] = [spot.x + area.left, spot.y + area.top];
  const near = x > panel.left - 12 && x < panel.right + 12 && y > panel.top - 12 && y < panel.bottom + 12;
  const free = { left: 0, top: 0, right: area.width - right, bottom: area.height - bottom };
  if (near) scene?.reveal(artist, free);
}

const finder = new Finder(state, goTo);
new Panel(state, {
  goTo,
  path: findPath,
  pickPathFrom(artist) {
    state.pickPathFrom(artist);
    finder.focus();
  },
});
state.onChange((what) => {
  if (what === "select" && state.selected !== null && state.path === null) reveal(state.selected);
});
byId("chosen-words").hidden = !world.meta.chosen;
// On a phone, the picture comes first.
if (matchMedia("(max-width: 720px)").matches) byId("groups").removeAttribute("open");
makeLegend(state);
makeRankSlider(state);
listenToKeys(state, scene, finder);
onThemeChange(byId("theme"), () => scene?.redraw());
stage.addEventListener("pathend", (event) => findPath(state.pathFrom!, (event as CustomEvent<number>).detail));

const banner = byId("picking");
state.onChange(() => {
  banner.hidden = state.pathFrom === null;
  if (state.pathFrom !== null) {
    byId("picking-words").textContent =
      `Where does the path from ${world.artists[state.pathFrom].name} end? Click an artist, or search.`;
  }
});
byId("stop-picking").addEventListener("click", () => state.pickPathFrom(null));
byId("zoom-in").addEventListener("click", () => scene?.zoom(1 / 1.6));
byId("zoom-out").addEventListener("click", () => scene?.zoom(1.6));
byId("fit").addEventListener("click", () => scene?.fit());

// For experiments in the browser's console, and for the tests.
Object.assign(window, { explorer: { world, state, scene } });
requestAnimationFrame(() => {
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
});
