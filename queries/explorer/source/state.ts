/** The state of the view, and the listeners for its changes. */

import type { World } from "./data";

export interface Path {
  from: number;
  to: number;
  way: number[];
}

export class State {
  hovered: number | null = null;
  selected: number | null = null;
  path: Path | null = null;
  /** The start of a path, while the user picks its end. */
  pathFrom: number | null = null;
  readonly hiddenGroups = new Set<number>();
  /** Relations are drawn up to this rank. */
  drawnRank = 1;
  private readonly listeners: ((what: Change) => void)[] = [];

  constructor(readonly world: World) {}

  onChange(listener: (what: Change) => void): void {
    this.listeners.push(listener);
  }

  hover(artist: number | null): void {
    if (artist === this.hovered) return;
    this.hovered = artist;
    this.tell("hover");
  }

  select(artist: number | null): void {
    this.selected = artist;
    this.path = null;
    this.pathFrom = null;
    this.hovered = null;
    this.tell("select");
  }

  pickPathFrom(artist: number | null): void {
    this.pathFrom = artist;
    this.tell("select");
  }

  showPath(path: Path): void {
    this.path = path;
    this.pathFrom = null;
    this.hovered = null;
    this.tell("select");
  }

  showGroups(hidden: Iterable<number>): void {
    this.hiddenGroups.clear();
    for (const group of hidden) this.hiddenGroups.add(group);
    this.tell("filter");
  }

  drawUpTo(rank: number): void {
    this.drawnRank = rank;
    this.tell("rank");
  }

  isHidden(artist: number): boolean {
    return this.hiddenGroups.has(this.world.artists[artist].group);
  }

  private tell(what: Change): void {
    for (const listener of this.listeners) listener(what);
  }
}

export type Change = "hover" | "select" | "filter" | "rank";
