/** The page's sentences about an artist. */

import type { Artist, Genre, Group, World } from "./data";

export function count(number: number, thing: string): string {
  return `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;
}

/** "a", "a and b", "a, b and c". */
export function list(names: string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

export function groupName(world: World, artist: Artist): string {
  return nameOf(world, world.groups[artist.group]);
}

export function nameOf(world: World, group: Group): string {
  if (group.rest === "other") return "other genres";
  return group.rest === "none" ? `no ${world.meta.grouping}` : group.name;
}

/** How many genres have a colour of their own. */
export function commonest(world: World): string {
  return `the ${world.groups.filter((group) => group.rest === "").length} commonest`;
}

/** Why the artist has its class, or why it has none. */
export function why(world: World, artist: Artist): string {
  if (world.meta.grouping === "genre") return whyGenre(world, artist);
  const label = world.groups[artist.group].name;
  return label === "" ? whyNone(world, artist) : whyClass(world, artist, label);
}

function whyGenre(world: World, artist: Artist): string {
  const name = world.groups[artist.group].name;
  if (name !== "") return `Coloured as ${name}: its strongest genre among ${commonest(world)} here.`;
  return artist.genres.length === 0
    ? "No genre is known for it."
    : `None of its genres is among ${commonest(world)} here; its strongest is ${artist.genres[0].name}.`;
}

function whyClass(world: World, artist: Artist, label: string): string {
  const leading = leadingTo(artist.genres, label);
  if (leading.length === 0) return `${capital(label)}, as the selection${policy(world)} chose it.`;
  const verb = leading.length === 1 ? "leads" : "lead";
  const noun = leading.length === 1 ? "genre" : "genres";
  const because = `${capital(label)}, because its ${noun} ${list(leading)} ${verb} to it.`;
  const others = classesOf(artist).filter((name) => name !== label);
  if (others.length === 0) return because;
  const also = others.map((name) => `${name} (${list(leadingTo(artist.genres, name))})`);
  return `${because} Its genres lead to ${list(also)} too; the policy${policy(world)} decided.`;
}

function whyNone(world: World, artist: Artist): string {
  if (artist.genres.length === 0) return "No class, because no genre that counts is known for it.";
  const classes = classesOf(artist);
  if (classes.length === 0) return "No class, because none of its genres leads to one.";
  const ways = classes.map((name) => `${name} (${list(leadingTo(artist.genres, name))})`);
  const tail = world.meta.selected ? `, and the policy${policy(world)} did not choose it.` : ".";
  if (classes.length === 1) return `No class: its genres lead to ${list(ways)}${tail}`;
  return `No class, because its genres lead to several: ${list(ways)}${tail}`;
}

function policy(world: World): string {
  return world.meta.policy === "" ? "" : ` “${world.meta.policy}”`;
}

function leadingTo(genres: Genre[], name: string): string[] {
  return genres.filter((genre) => genre.classes.includes(name)).map((genre) => genre.name);
}

function classesOf(artist: Artist): string[] {
  return [...new Set(artist.genres.flatMap((genre) => genre.classes))];
}

/** Where the crawl found it. */
export function found(artist: Artist): string {
  if (artist.depth === null) return "found beside the lists of relatives";
  if (artist.depth === 0) return "a seed of the crawl";
  return `${count(artist.depth, "step")} from a seed`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
