/** The search box: type, arrow keys, Enter; "/" jumps to it. */

import type { Artist, World } from "./data";
import { byId, element, swatch } from "./elements";
import { Index } from "./search";
import type { State } from "./state";
import { groupName } from "./words";

const MOST_RESULTS = 12;

export class Finder {
  private readonly input = byId("search") as HTMLInputElement;
  private readonly results = byId("results");
  private readonly index: Index;
  private found: Artist[] = [];
  private active = 0;

  constructor(
    private readonly state: State,
    private readonly chosen: (artist: number) => void,
  ) {
    this.index = new Index(state.world.artists);
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("focus", () => this.look());
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.key(event));
  }

  focus(): void {
    this.input.focus();
    this.input.select();
  }

  private look(): void {
    this.found = this.index.find(this.input.value, MOST_RESULTS);
    this.active = 0;
    this.show();
  }

  private show(): void {
    const nothing = element("li", { class: "nothing" }, "No artist of that name on this page.");
    const rows = this.found.map((artist, row) => this.row(artist, row));
    const asked = this.input.value.trim() !== "";
    this.results.replaceChildren(...(rows.length > 0 ? rows : asked ? [nothing] : []));
    this.results.hidden = !asked;
    this.input.setAttribute("aria-expanded", String(asked));
    this.input.setAttribute("aria-activedescendant", rows.length > 0 ? `result-${this.active}` : "");
  }

  private row(artist: Artist, row: number): HTMLElement {
    const { world } = this.state;
    return element(
      "li",
      {
        id: `result-${row}`,
        role: "option",
        "aria-selected": String(row === this.active),
        // Runs before the box loses the focus and closes.
        onmousedown: (event) => event.preventDefault(),
        onclick: () => this.choose(artist),
      },
      swatch(world.groups[artist.group].colour, !artist.expanded),
      element("span", { class: "name" }, artist.name),
      element("span", { class: "aside" }, aside(world, artist)),
    );
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && this.found.length > 0) {
      event.preventDefault();
      this.active = (this.active + step + this.found.length) % this.found.length;
      this.show();
      this.results.children[this.active].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && this.found.length > 0) this.choose(this.found[this.active]);
    else if (event.key === "Escape" && !this.results.hidden) {
      event.stopPropagation();
      this.close();
    }
  }

  private choose(artist: Artist): void {
    this.input.value = "";
    this.input.blur();
    this.chosen(artist.number);
  }

  private close(): void {
    this.results.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }
}

/** For artists with other genres, the strongest one, which is more informative. */
function aside(world: World, artist: Artist): string {
  return world.groups[artist.group].rest === "other" ? artist.genres[0].name : groupName(world, artist);
}
