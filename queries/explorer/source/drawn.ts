/** The graph that sigma draws: all artists, and the nearest relations as plain lines. */

import { UndirectedGraph } from "graphology";
import { type Artist, type World, reach } from "./data";
import { type Theme, mix } from "./theme";

/** More lines would slow the page down and hide the structure. */
export const MOST_LINES = 20_000;

interface Line {
  from: number;
  to: number;
  rank: number;
}

/** Each pair of related artists once, with the nearer rank of the two directions. */
export function linesOf(world: World): Line[] {
  const lines = new Map<number, Line>();
  for (const { number, lists } of world.artists) {
    for (const { artist, rank } of lists) {
      const key = Math.min(number, artist) * world.artists.length + Math.max(number, artist);
      const known = lines.get(key);
      if (known === undefined || rank < known.rank) lines.set(key, { from: number, to: artist, rank });
    }
  }
  // The nearest are drawn last, on top of the others.
  return [...lines.values()].sort((a, b) => b.rank - a.rank);
}

export function largestRank(lines: Line[]): number {
  return lines.length === 0 ? 1 : lines[0].rank;
}

export function countUpTo(lines: Line[], rank: number): number {
  return lines.filter((line) => line.rank <= rank).length;
}

/** The largest rank with which at most MOST_LINES lines are drawn; at least 1. */
export function startingRank(lines: Line[]): number {
  let rank = 1;
  while (rank < largestRank(lines) && countUpTo(lines, rank + 1) <= MOST_LINES) rank += 1;
  return rank;
}

/** `fine`: discs have a ring. Without a ring, discs of the frontier must not be too pale. */
export function drawnGraph(world: World, lines: Line[], rank: number, theme: Theme, fine: boolean): UndirectedGraph {
  const graph = new UndirectedGraph({ allowSelfLoops: false });
  const scale = sizeScale(world.artists);
  for (const artist of [...world.artists].sort(belowFirst(world))) {
    graph.addNode(artist.number, nodeLook(world, artist, scale(artist), theme, fine ? 0.72 : 0.45));
  }
  for (const line of lines) {
    if (line.rank <= rank && line.from !== line.to) {
      graph.addEdge(line.from, line.to, edgeLook(world, line, theme));
    }
  }
  return graph;
}

/** Artists without a class are drawn first, then the less known ones. */
function belowFirst(world: World): (a: Artist, b: Artist) => number {
  const rest = (artist: Artist) => Number(world.groups[artist.group].rest !== "");
  return (a, b) => rest(b) - rest(a) || reach(a) - reach(b);
}

function nodeLook(world: World, artist: Artist, size: number, theme: Theme, pale: number) {
  const group = world.groups[artist.group];
  const colour = group.rest === "none" ? mix(group.colour, theme.paper, 0.3) : group.colour;
  return {
    x: artist.x,
    y: artist.y,
    label: artist.name,
    size,
    outline: theme.paper,
    ring: colour,
    // Discs of the frontier are pale inside, because their relatives are unknown.
    color: artist.expanded ? colour : mix(colour, theme.paper, pale),
  };
}

/** Sizes by the logarithm of followers; smaller if there are many artists. */
export function sizeScale(artists: Artist[]): (artist: Artist) => number {
  const logs = artists.map((artist) => Math.log10(reach(artist) + 1));
  const low = logs.reduce((a, b) => Math.min(a, b), Infinity);
  const high = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  const screen = Math.max(0.6, Math.min(1, Math.min(innerWidth, innerHeight) / 700));
  const unit = screen * Math.max(1.9, Math.min(4.2, 1 + 90 / Math.sqrt(artists.length + 1)));
  return (artist) => {
    const share = high > low ? (Math.log10(reach(artist) + 1) - low) / (high - low) : 0.3;
    return unit * (1 + 2.4 * share ** 1.8);
  };
}

function edgeLook(world: World, line: Line, theme: Theme) {
  const [from, to] = [world.artists[line.from], world.artists[line.to]];
  const near = 1 / Math.sqrt(line.rank);
  const same = from.group === to.group;
  const colour = same ? mix(world.groups[from.group].colour, theme.line, 0.3) : theme.line;
  // Mixed with the background instead of transparent, so that overlapping lines stay pale.
  return { size: 0.4 + 1.2 * near, color: mix(theme.paper, colour, 0.14 + 0.38 * near) };
}
