/** Finds artists by name, independent of its spelling. */

import { type Artist, reach } from "./data";

// Letters that Unicode does not decompose into a letter and a mark.
const LETTERS: Record<string, string> = {
  ß: "ss", ø: "o", ł: "l", æ: "ae", œ: "oe", đ: "d", ð: "d", þ: "th", ı: "i", $: "s",
};

/** Lower case without accents; only letters and digits, separated by single spaces. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßøłæœđðþı$]/g, (letter) => LETTERS[letter])
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

export class Index {
  private readonly folded: string[];

  constructor(private readonly artists: Artist[]) {
    this.folded = artists.map((artist) => fold(artist.name));
  }

  /** The best matches first: the whole name, its start, a word's start, anywhere. */
  find(text: string, limit: number): Artist[] {
    const wanted = fold(text);
    const raw = text.trim().toLowerCase();
    if (raw === "") return [];
    const found: { artist: Artist; place: number }[] = [];
    this.artists.forEach((artist, number) => {
      const place = this.place(number, wanted, raw);
      if (place < 5) found.push({ artist, place });
    });
    found.sort((a, b) => a.place - b.place || reach(b.artist) - reach(a.artist) || a.artist.number - b.artist.number);
    return found.slice(0, limit).map((one) => one.artist);
  }

  private place(number: number, wanted: string, raw: string): number {
    const name = this.folded[number];
    const artist = this.artists[number];
    if (artist.id === raw || (wanted !== "" && name === wanted)) return 0;
    // A name of punctuation only ("!!!") folds to nothing: search for the punctuation.
    if (wanted === "") return artist.name.toLowerCase().includes(raw) ? 3 : 5;
    if (name.startsWith(wanted)) return 1;
    if (name.includes(" " + wanted)) return 2;
    return name.includes(wanted) ? 3 : 5;
  }
}
