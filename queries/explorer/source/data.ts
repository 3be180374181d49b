/** The data of the graph in the page, which queries/explorer/content.py writes. */

export interface Meta {
  title: string;
  subtitle: string;
  /** A sentence about what was left out; empty if nothing was. */
  left: string;
  /** What the colours mean: "class" or "genre". */
  grouping: "class" | "genre";
  policy: string;
  selected: boolean;
  /** Whether the page contains only artists that the selection chose. */
  chosen: boolean;
  /** Whether artists of the crawl are left out, for any reason. */
  partial: boolean;
  terms: { name: string; text: string; url: string }[];
}

interface Columns {
  id: string[];
  name: string[];
  /** In tenths of a unit. */
  x: number[];
  y: number[];
  group: number[];
  genres: number[][];
  followers: (number | null)[];
  depth: (number | null)[];
  expanded: (0 | 1)[];
  /** URLs of artists' pages, without their common prefix. */
  url: (string | null)[];
  /** Relatives as [number, rank, number, rank, …], nearest first. */
  relatives: number[][];
}

interface Written {
  meta: Meta;
  groups: Omit<Group, "count">[];
  genres: { name: string; classes: string[] }[];
  urlStart: string;
  artists: Columns;
}

export interface Relative {
  artist: number;
  rank: number;
}

export interface Artist {
  number: number;
  id: string;
  name: string;
  x: number;
  y: number;
  /** Index into `World.groups`. */
  group: number;
  genres: Genre[];
  followers: number | null;
  depth: number | null;
  expanded: boolean;
  url: string | null;
  lists: Relative[];
  listedBy: Relative[];
}

export interface Genre {
  name: string;
  classes: string[];
}

export interface Group {
  name: string;
  colour: string;
  /** For groups without a name: artists without a class or genre, or with other genres. */
  rest: "" | "none" | "other";
  count: number;
}

export interface World {
  meta: Meta;
  groups: Group[];
  artists: Artist[];
}

export function readWorld(text: string): World {
  const written = JSON.parse(text) as Written;
  const columns = written.artists;
  const artists = columns.id.map((_, number) => artist(written, number));
  columns.relatives.forEach((flat, number) => {
    for (let at = 0; at < flat.length; at += 2) {
      artists[number].lists.push({ artist: flat[at], rank: flat[at + 1] });
      artists[flat[at]].listedBy.push({ artist: number, rank: flat[at + 1] });
    }
  });
  const groups = written.groups.map((group) => ({ ...group, count: 0 }));
  for (const one of artists) {
    groups[one.group].count += 1;
    one.listedBy.sort((a, b) => a.rank - b.rank || reach(artists[b.artist]) - reach(artists[a.artist]));
  }
  return { meta: written.meta, groups, artists };
}

function artist(written: Written, number: number): Artist {
  const columns = written.artists;
  const url = columns.url[number];
  return {
    number,
    id: columns.id[number],
    name: columns.name[number],
    x: columns.x[number] / 10,
    y: columns.y[number] / 10,
    group: columns.group[number],
    genres: columns.genres[number].map((genre) => written.genres[genre]),
    followers: columns.followers[number],
    depth: columns.depth[number],
    expanded: columns.expanded[number] === 1,
    url: url === null ? null : written.urlStart + url,
    lists: [],
    listedBy: [],
  };
}

/** How well known an artist is, for sorting and scaling. */
export function reach(artist: Artist): number {
  return artist.followers ?? 0;
}
