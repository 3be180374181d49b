/** The classes with their colours and counts; each can be switched off and on. */

import { byId, element, swatch } from "./elements";
import { MOST_LINES, countUpTo, largestRank, linesOf } from "./drawn";
import type { State } from "./state";
import { commonest, nameOf } from "./words";

export function makeLegend(state: State): void {
  const rows = order(state).map((group) => row(state, group)).filter((one) => one !== null);
  byId("legend").replaceChildren(...rows);
  byId("legend-title").textContent = title(state);
  byId("all-groups").addEventListener("click", () => state.showGroups([]));
  state.onChange((what) => {
    if (what === "filter") show(state);
  });
  show(state);
}

function title({ world }: State): string {
  return world.meta.grouping === "class" ? "Classes" : `Strongest of ${commonest(world)} genres`;
}

/** Classes in the recipe's order; genres by the number of artists with their colour. */
function order({ world }: State): number[] {
  const numbers = world.groups.map((_, group) => group);
  if (world.meta.grouping === "class") return numbers;
  const rest = (group: number) => Number(world.groups[group].rest !== "");
  return numbers.sort((a, b) => rest(a) - rest(b) || world.groups[b].count - world.groups[a].count);
}

function row(state: State, group: number): HTMLElement | null {
  const { colour, count, rest } = state.world.groups[group];
  // A genre may be among the most common ones without being any artist's strongest.
  if (count === 0 && (rest !== "" || state.world.meta.grouping === "genre")) return null;
  const shown = nameOf(state.world, state.world.groups[group]);
  return element(
    "li",
    { "data-group": String(group) },
    element(
      "button",
      { class: "group", type: "button", "aria-pressed": "true", onclick: () => toggle(state, group) },
      swatch(colour),
      element("span", { class: "name" }, shown),
      element("span", { class: "aside" }, count.toLocaleString("en")),
    ),
    element(
      "button",
      { class: "only", type: "button", "aria-label": `Show only ${shown}`, onclick: () => only(state, group) },
      "only",
    ),
  );
}

function toggle(state: State, group: number): void {
  const hidden = new Set(state.hiddenGroups);
  if (!hidden.delete(group)) hidden.add(group);
  state.showGroups(hidden);
}

function only(state: State, group: number): void {
  state.showGroups(state.world.groups.map((_, other) => other).filter((other) => other !== group));
}

function show(state: State): void {
  for (const one of byId("legend").children as HTMLCollectionOf<HTMLElement>) {
    const visible = !state.hiddenGroups.has(Number(one.dataset.group));
    one.firstElementChild!.setAttribute("aria-pressed", String(visible));
  }
  byId("all-groups").hidden = state.hiddenGroups.size === 0;
}

/** How many relations are drawn, by rank, and how many are left out. */
export function makeRankSlider(state: State): void {
  const lines = linesOf(state.world);
  const relations = state.world.artists.reduce((sum, { lists }) => sum + lists.length, 0);
  const shared = relations > lines.length ? " Two artists who list each other share one line." : "";
  const slider = byId("rank") as HTMLInputElement;
  slider.max = String(largestRank(lines));
  slider.value = String(state.drawnRank);
  slider.disabled = largestRank(lines) === 1;
  const say = () => {
    const rank = Number(slider.value);
    const drawn = countUpTo(lines, rank);
    const part = drawn === lines.length ? "all" : `${drawn.toLocaleString("en")} of`;
    const nearest = rank === 1 ? "each one’s nearest relative" : `relatives up to rank ${rank}`;
    byId("rank-words").textContent =
      `${capital(part)} ${lines.length.toLocaleString("en")} lines: ${nearest}.` +
      shared +
      (drawn > MOST_LINES ? " So many may be slow." : "");
  };
  slider.addEventListener("input", say);
  slider.addEventListener("change", () => state.drawUpTo(Number(slider.value)));
  say();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
