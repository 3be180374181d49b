/** The panel of the artist that was clicked, and of a path. */

import type { Artist, Genre, Relative } from "./data";
import { byId, element, swatch } from "./elements";
import { rankOf } from "./path";
import type { Path, State } from "./state";
import { count, found, groupName, list, nameOf, why } from "./words";

const FIRST_RELATIVES = 20;

export interface Wishes {
  goTo(artist: number): void;
  pickPathFrom(artist: number): void;
  path(from: number, to: number): void;
}

export class Panel {
  private readonly panel = byId("panel");

  constructor(
    private readonly state: State,
    private readonly wishes: Wishes,
  ) {
    state.onChange((what) => {
      if (what === "select") this.show();
      if (what === "filter") this.sayHidden();
    });
  }

  private show(): void {
    const { path, selected, world } = this.state;
    this.panel.hidden = path === null && selected === null;
    if (path !== null) this.panel.replaceChildren(...this.path(path));
    else if (selected !== null) this.panel.replaceChildren(...this.artist(world.artists[selected]));
    this.panel.scrollTop = 0;
    this.sayHidden();
  }

  // -- an artist

  private artist(artist: Artist): HTMLElement[] {
    const { world } = this.state;
    return [
      this.head(artist.name),
      element(
        "p",
        { class: "chip" },
        swatch(world.groups[artist.group].colour, !artist.expanded),
        groupName(world, artist),
      ),
      element("p", { class: "why" }, why(world, artist)),
      element("p", { class: "unseen", hidden: true }),
      this.facts(artist),
      this.genres(artist.genres),
      this.doings(artist),
      ...this.lists(artist),
    ];
  }

  /** Artists of hidden groups have no line: shows their number and a button to show them. */
  private sayHidden(): void {
    const { selected, world } = this.state;
    const said = this.panel.querySelector<HTMLElement>(".unseen");
    if (selected === null || said === null) return;
    const { lists, listedBy } = world.artists[selected];
    const relatives = new Set([...lists, ...listedBy].map((one) => one.artist));
    const unseen = [...relatives].filter((one) => this.state.isHidden(one));
    const hidden = new Set([selected, ...unseen].filter((one) => this.state.isHidden(one)).map((one) => world.artists[one].group));
    said.hidden = hidden.size === 0;
    const words = unseen.length === 0 ? "Left out of the picture" : `${unseen.length} of its ${count(relatives.size, "relative")} hidden`;
    const names = list([...hidden].map((group) => nameOf(world, world.groups[group])));
    const shown = [...this.state.hiddenGroups].filter((group) => !hidden.has(group));
    said.replaceChildren(
      `${words}: ${names}. `,
      element("button", { type: "button", onclick: () => this.state.showGroups(shown) }, "Show"),
    );
  }

  private head(title: string): HTMLElement {
    const close = { class: "close", type: "button", "aria-label": "Close", onclick: () => this.state.select(null) };
    return element("header", {}, element("h2", { tabindex: "-1" }, title), element("button", close, "×"));
  }

  private facts(artist: Artist): HTMLElement {
    const facts = [
      artist.followers === null ? "followers not known" : count(artist.followers, "follower"),
      found(artist),
      artist.expanded ? "its relatives were asked for" : "frontier: its own relatives were not asked for",
    ];
    return element("p", { class: "facts" }, facts.join(" · "));
  }

  private genres(genres: Genre[]): HTMLElement {
    if (genres.length === 0) return element("p", { class: "genres" }, "no genre known");
    const rows = genres.map(({ name, classes }) => {
      const leads = classes.length === 0 ? [] : [element("span", { class: "aside" }, ` → ${classes.join(", ")}`)];
      return element("li", classes.length === 0 ? { class: "unmapped" } : {}, name, ...leads);
    });
    return element("ul", { class: "genres", "aria-label": "Genres, strongest first" }, ...rows);
  }

  private doings(artist: Artist): HTMLElement {
    const doings: HTMLElement[] = [
      element("button", { type: "button", onclick: () => this.wishes.pickPathFrom(artist.number) }, "Path to …"),
    ];
    if (artist.url !== null) {
      const link = { href: artist.url, target: "_blank", rel: "noopener noreferrer" };
      doings.push(element("a", link, "Artist’s page ↗"));
    }
    return element("p", { class: "doings" }, ...doings);
  }

  private lists(artist: Artist): HTMLElement[] {
    const outgoing = artist.expanded || artist.lists.length > 0 ? [this.list("out", "Lists", artist.lists)] : [];
    return [...outgoing, this.list("incoming", "Listed by", artist.listedBy)];
  }

  private list(kind: string, title: string, relatives: Relative[]): HTMLElement {
    const rows = relatives.map((one) => this.relative(one));
    const here = this.state.world.meta.partial ? " on this page" : "";
    const shown = element("ol", {}, ...rows.slice(0, FIRST_RELATIVES));
    const section = element("section", { class: kind }, element("h3", {}, `${title} ${relatives.length}${here}`), shown);
    if (rows.length > FIRST_RELATIVES) {
      const more = element("button", { type: "button", class: "more" }, `${rows.length - FIRST_RELATIVES} more`);
      more.addEventListener("click", () => {
        shown.append(...rows.slice(FIRST_RELATIVES));
        more.remove();
      });
      section.append(more);
    }
    return section;
  }

  private relative({ artist, rank }: Relative): HTMLElement {
    const { world } = this.state;
    const other = world.artists[artist];
    const go = element(
      "button",
      {
        type: "button",
        onclick: () => this.wishes.goTo(artist),
        // Not on `mouseenter`: a panel may open under a resting pointer.
        onmousemove: (event) => {
          const { movementX, movementY } = event as MouseEvent;
          if (movementX !== 0 || movementY !== 0) this.state.hover(artist);
        },
        onmouseleave: () => this.state.hover(null),
      },
      element("span", { class: "rank" }, String(rank)),
      swatch(world.groups[other.group].colour, !other.expanded),
      element("span", { class: "name" }, other.name),
    );
    return element("li", {}, go);
  }

  // -- a path

  private path(path: Path): HTMLElement[] {
    const { artists } = this.state.world;
    const [from, to] = [artists[path.from].name, artists[path.to].name];
    const back = element("button", { type: "button", onclick: () => this.wishes.path(path.to, path.from) }, "The other way round");
    const words =
      path.way.length === 0
        ? `No path on this page: following the lists of relatives, nothing leads from ${from} to ${to}.`
        : `${count(path.way.length - 1, "step")}, each artist listing the next; no path is shorter.`;
    const steps = path.way.map((number, step) => this.step(path.way, number, step));
    return [
      this.head(`${from} → ${to}`),
      element("p", { class: "why" }, words),
      element("ol", { class: "way" }, ...steps),
      element("p", { class: "doings" }, back),
    ];
  }

  private step(way: number[], number: number, step: number): HTMLElement {
    const { artists } = this.state.world;
    const row = this.relative({ artist: number, rank: 0 });
    const rank = step === 0 ? undefined : rankOf(artists, way[step - 1], number);
    row.querySelector(".rank")!.textContent = rank === undefined ? "" : `as no. ${rank}`;
    return row;
  }
}
