/** Paths from one artist to another along the lists of relatives. */

import type { Artist } from "./data";

/**
 * A shortest path from one artist to another, each listing the next; [] if there is none.
 * Of several shortest paths, the one whose steps come first in the lists.
 */
export function shortestPath(artists: Artist[], from: number, to: number): number[] {
  const cameFrom = new Map<number, number>([[from, from]]);
  let edge = [from];
  while (edge.length > 0 && !cameFrom.has(to)) {
    const next: number[] = [];
    for (const number of edge) {
      for (const { artist } of artists[number].lists) {
        if (!cameFrom.has(artist)) {
          cameFrom.set(artist, number);
          next.push(artist);
        }
      }
    }
    edge = next;
  }
  return cameFrom.has(to) ? walkBack(cameFrom, to) : [];
}

function walkBack(cameFrom: Map<number, number>, to: number): number[] {
  const way = [to];
  for (let at = to; cameFrom.get(at) !== at; ) {
    at = cameFrom.get(at)!;
    way.unshift(at);
  }
  return way;
}

/** The rank at which one artist lists another, or undefined. */
export function rankOf(artists: Artist[], from: number, to: number): number | undefined {
  return artists[from].lists.find((relative) => relative.artist === to)?.rank;
}
