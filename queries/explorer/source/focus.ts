/**
 * Draws the focus over the dimmed picture: an artist with the artists it lists (solid
 * arrows) and those that list it (dashed arrows), or a path.
 */

import type { Relative } from "./data";
import { Places, font, haloed, shortened } from "./labels";
import { rankOf } from "./path";
import type { Scene, Spot } from "./scene";
import type { State } from "./state";
import { withOpacity } from "./theme";

/** Hundreds of artists list a famous one; only the nearest are drawn. */
const MOST_INCOMING = 40;
/** Arrow heads are drawn on the whole picture if at most this many lines are in view. */
const MOST_HEADS = 1500;

export class Focus {
  private readonly canvas = document.createElement("canvas");
  private readonly context = this.canvas.getContext("2d")!;
  private places = new Places();

  constructor(
    private readonly state: State,
    private readonly scene: Scene,
    private readonly stage: HTMLElement,
  ) {
    this.canvas.className = "focus";
    stage.append(this.canvas);
    scene.sigma.on("afterRender", () => this.draw());
    state.onChange(() => this.draw());
  }

  private draw(): void {
    this.clear();
    const { state } = this;
    const artist = state.hovered ?? state.selected;
    const showsPath = state.path !== null && state.hovered === null;
    this.stage.classList.toggle("focused", artist !== null || showsPath);
    if (showsPath) this.path(state.path!.way.length > 0 ? state.path!.way : [state.path!.from, state.path!.to]);
    else if (artist !== null) this.artist(artist);
    else this.heads();
  }

  private clear(): void {
    const { width, height } = this.scene.sigma.getDimensions();
    const ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== width * ratio || this.canvas.height !== height * ratio) {
      this.canvas.width = width * ratio;
      this.canvas.height = height * ratio;
    }
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, width, height);
    this.places = new Places();
  }

  // -- an artist and its relatives

  private artist(number: number): void {
    const { out, incoming } = this.scene.theme;
    const { lists, listedBy } = this.state.world.artists[number];
    const listed = lists.filter((one) => !this.state.isHidden(one.artist));
    const listing = listedBy.filter((one) => !this.state.isHidden(one.artist)).slice(0, MOST_INCOMING);
    const spot = this.scene.spot(number);
    for (const one of [...listing].reverse()) this.arrow(this.scene.spot(one.artist), spot, one.rank, incoming, true);
    for (const one of [...listed].reverse()) this.arrow(spot, this.scene.spot(one.artist), one.rank, out, false);
    for (const one of [...listing, ...listed]) this.disc(one.artist, 3.5);
    this.disc(number, 7, true);
    this.name(number, spot, null, 15);
    this.names(listed, true);
    this.names(listing.filter((one) => rankOf(this.state.world.artists, number, one.artist) === undefined), false);
  }

  private names(relatives: Relative[], withRank: boolean): void {
    for (const one of relatives) this.name(one.artist, this.scene.spot(one.artist), withRank ? one.rank : null, 12);
  }

  // -- a path

  private path(way: number[]): void {
    const { artists } = this.state.world;
    way.slice(1).forEach((to, step) => {
      const rank = rankOf(artists, way[step], to);
      if (rank !== undefined) this.arrow(this.scene.spot(way[step]), this.scene.spot(to), 1, this.scene.theme.out, false);
    });
    for (const number of way) this.disc(number, 7, true);
    for (const number of way) this.name(number, this.scene.spot(number), null, 14);
  }

  // -- the whole picture at close range

  /** Draw the directions of the lines if few enough are in view. */
  private heads(): void {
    const { scene, state } = this;
    if (scene.sigma.getCamera().ratio > 0.4 || scene.sigma.getMouseCaptor().isMoving) return;
    const inView = state.world.artists.filter(({ number }) => !state.isHidden(number) && this.isInView(number));
    const lines = inView.flatMap(({ number, lists }) =>
      lists.filter((one) => one.rank <= state.drawnRank && !state.isHidden(one.artist)).map((one) => [number, one.artist]),
    );
    if (lines.length > MOST_HEADS) return;
    for (const [from, to] of lines) {
      const [a, b] = [scene.spot(from), scene.spot(to)];
      this.head(b, Math.atan2(b.y - a.y, b.x - a.x), 5, withOpacity(scene.theme.muted, 0.8));
    }
  }

  private isInView(number: number): boolean {
    const { width, height } = this.scene.sigma.getDimensions();
    const { x, y } = this.scene.spot(number);
    return x > 0 && y > 0 && x < width && y < height;
  }

  // -- strokes

  /** Curved to the right, so that the two directions of a pair are two lines. */
  private arrow(from: Spot, to: Spot, rank: number, colour: string, dashed: boolean): void {
    const { context } = this;
    const near = 1 / Math.sqrt(rank);
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const bend = { x: from.x + dx / 2 - dy * 0.12, y: from.y + dy / 2 + dx * 0.12 };
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.quadraticCurveTo(bend.x, bend.y, to.x, to.y);
    context.setLineDash(dashed ? [5, 4] : []);
    context.lineWidth = (dashed ? 0.7 : 1) + (dashed ? 1.8 : 3.4) * near;
    context.strokeStyle = withOpacity(colour, (dashed ? 0.3 : 0.5) + 0.5 * near);
    context.stroke();
    context.setLineDash([]);
    this.head(to, Math.atan2(to.y - bend.y, to.x - bend.x), 6 + 4 * near, colour);
  }

  private head(at: Spot, angle: number, size: number, colour: string): void {
    const { context } = this;
    const reach = Math.max(at.radius, 3.5);
    const tip = { x: at.x - Math.cos(angle) * reach, y: at.y - Math.sin(angle) * reach };
    context.beginPath();
    context.moveTo(tip.x, tip.y);
    for (const side of [-0.42, 0.42]) {
      context.lineTo(tip.x - Math.cos(angle + side) * size, tip.y - Math.sin(angle + side) * size);
    }
    context.fillStyle = colour;
    context.fill();
  }

  private disc(number: number, least: number, ringed = false): void {
    const { context, scene } = this;
    const { x, y, radius } = scene.spot(number);
    const artist = this.state.world.artists[number];
    const colour = this.state.world.groups[artist.group].colour;
    const size = Math.max(radius, least);
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.fillStyle = artist.expanded ? colour : scene.theme.paper;
    context.fill();
    if (ringed && !artist.expanded) this.innerRing(x, y, size, colour);
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.lineWidth = ringed ? 2.5 : 1.5;
    context.strokeStyle = ringed ? scene.theme.ink : artist.expanded ? scene.theme.paper : colour;
    context.stroke();
  }

  /** An artist in focus is still recognisable as part of the frontier. */
  private innerRing(x: number, y: number, size: number, colour: string): void {
    const { context } = this;
    context.beginPath();
    const width = Math.max(2.5, size / 5);
    context.arc(x, y, size - 1 - width / 2, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }

  private name(number: number, spot: Spot, rank: number | null, size: number): void {
    const { context, scene } = this;
    const text = shortened(this.state.world.artists[number].name);
    const before = rank === null ? "" : `${rank} `;
    context.font = font(size, size > 12 ? 650 : 500);
    const width = context.measureText(before + text).width;
    const reach = Math.max(spot.radius, size > 12 ? 7 : 3.5) + 4;
    const y = spot.y + size / 3;
    const right = scene.sigma.getDimensions().width - width - 4;
    const x = [spot.x + reach, spot.x - reach - width].find(
      (left, side) => (side === 1 || left < right) && this.places.take(left, spot.y - size / 2, width, size + 2),
    );
    if (x === undefined) return;
    const { ink, out, paper } = scene.theme;
    haloed(context, before, x, y, out, paper);
    haloed(context, text, x + context.measureText(before).width, y, ink, paper);
  }
}
