/** The picture: sigma's drawing, the camera, and the pointer's actions. */

import Sigma from "sigma";
import { brushes, drawsFinely } from "./brushes";
import { drawnGraph, linesOf, sizeScale } from "./drawn";
import { Labels } from "./labels";
import type { State } from "./state";
import { type Theme, readTheme } from "./theme";

export interface Spot {
  x: number;
  y: number;
  radius: number;
}

/** A part of the stage, in pixels. */
export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The space that an artist in focus needs for its name. */
const FREE_BESIDE = 90;
const FREE_ABOVE = 45;

const FINGER = 26;
const POINTER = 9;
/** If a frame needs more milliseconds than this, lines are hidden during movements. */
const SLOW_FRAME = 30;

export class Scene {
  readonly sigma: Sigma;
  theme: Theme;
  private readonly lines;
  private readonly fine = drawsFinely();
  private readonly labels = new Labels(() => this.theme);
  private lastFrame = 0;
  private slowFrames = 0;

  constructor(
    private readonly state: State,
    private readonly stage: HTMLElement,
  ) {
    this.theme = readTheme();
    this.lines = linesOf(state.world);
    this.sigma = new Sigma(this.graph(), stage, this.settings());
    this.listen();
    state.onChange((what) => {
      if (what === "rank") this.redraw();
      if (what === "filter") this.sigma.refresh();
    });
  }

  /** The present position of an artist in the stage, in pixels. */
  spot(artist: number): Spot {
    const { x, y } = this.state.world.artists[artist];
    const size = this.sigma.getGraph().getNodeAttribute(String(artist), "size") as number;
    return { ...this.sigma.graphToViewport({ x, y }), radius: this.sigma.scaleSize(size) };
  }

  /** Redraw everything, with changed colours and lines. */
  redraw(): void {
    this.theme = readTheme();
    this.sigma.setGraph(this.graph());
  }

  zoom(factor: number): void {
    const camera = this.sigma.getCamera();
    void camera.animate({ ratio: camera.getBoundedRatio(camera.ratio * factor) }, { duration: 200 });
  }

  pan(right: number, down: number): void {
    const camera = this.sigma.getCamera();
    const { x, y, ratio } = camera.getState();
    void camera.animate({ x: x + right * ratio, y: y - down * ratio }, { duration: 120 });
  }

  fit(): void {
    void this.sigma.getCamera().animate({ x: 0.5, y: 0.5, ratio: 1 }, { duration: 350 });
  }

  /** Bring artists into view, outside the covered margins, in pixels. */
  show(artists: number[], covered: { right: number; bottom: number }): void {
    const spots = artists.map((artist) => this.sigma.getNodeDisplayData(String(artist))!);
    const xs = spots.map((spot) => spot.x);
    const ys = spots.map((spot) => spot.y);
    const { width, height } = this.sigma.getDimensions();
    const side = Math.min(width, height);
    const free = { x: (width - covered.right) / side, y: (height - covered.bottom) / side };
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    const [low, high] = [Math.min(...ys), Math.max(...ys)];
    const ratio = Math.min(1, Math.max(0.06, (1.5 * (right - left)) / free.x, (1.5 * (high - low)) / free.y));
    const x = (left + right) / 2 + (ratio * covered.right) / side / 2;
    const y = (low + high) / 2 - (ratio * covered.bottom) / side / 2;
    void this.sigma.getCamera().animate({ x, y, ratio }, { duration: 450 });
  }

  /** Move the picture as little as possible to get an artist into the free area, in pixels. */
  reveal(artist: number, free: Area): void {
    const { x, y } = this.spot(artist);
    const right = within(x, free.left, free.right, FREE_BESIDE) - x;
    const down = within(y, free.top, free.bottom, FREE_ABOVE) - y;
    if (right === 0 && down === 0) return;
    const camera = this.sigma.getCamera();
    const [from, to] = [this.sigma.viewportToFramedGraph({ x: 0, y: 0 }), this.sigma.viewportToFramedGraph({ x: right, y: down })];
    const now = camera.getState();
    void camera.animate({ x: now.x + from.x - to.x, y: now.y + from.y - to.y }, { duration: 250 });
  }

  private graph() {
    return drawnGraph(this.state.world, this.lines, this.state.drawnRank, this.theme, this.fine);
  }

  /** The smallest size of a disc with a name: that of the forty best-known artists. */
  private labelledSize(): number {
    const { artists } = this.state.world;
    const sizes = artists.map(sizeScale(artists)).sort((a, b) => b - a);
    return Math.min(6, sizes[Math.min(40, sizes.length - 1)] ?? 0);
  }

  private settings() {
    const { state } = this;
    return {
      ...brushes(this.fine),
      defaultNodeType: "disc",
      defaultEdgeType: "line",
      minEdgeThickness: 0.4,
      labelDensity: 0.7,
      labelGridCellSize: 110,
      labelRenderedSizeThreshold: this.labelledSize(),
      labelFont: "system-ui, sans-serif",
      labelSize: 12,
      stagePadding: 28,
      zoomToSizeRatioFunction: (ratio: number) => ratio ** 0.4,
      minCameraRatio: 0.01,
      maxCameraRatio: 2.2,
      hideEdgesOnMove: this.lines.length > 30_000,
      defaultDrawNodeLabel: this.labels.draw,
      defaultDrawNodeHover: () => {},
      nodeReducer: (node: string, data: object) =>
        state.isHidden(Number(node)) ? { ...data, hidden: true } : data,
    };
  }

  private listen(): void {
    const { sigma, state } = this;
    sigma.on("enterNode", ({ node }) => state.hover(Number(node)));
    sigma.on("leaveNode", () => state.hover(null));
    sigma.on("clickNode", ({ node }) => this.click(Number(node)));
    sigma.on("clickStage", ({ event }) => {
      const finger = matchMedia("(pointer: coarse)").matches;
      this.click(this.nearest(event, finger ? FINGER : POINTER));
    });
    sigma.on("beforeRender", () => this.labels.begin());
    sigma.on("afterRender", () => this.watchSpeed());
  }

  private click(artist: number | null): void {
    const { state } = this;
    if (artist !== null && state.pathFrom !== null) this.stage.dispatchEvent(new CustomEvent("pathend", { detail: artist }));
    else if (state.pathFrom === null) state.select(artist);
  }

  /** A small disc is hard to hit, so the nearest one within reach is chosen. */
  private nearest(to: { x: number; y: number }, within: number): number | null {
    let [best, least] = [null as number | null, within];
    for (const { number } of this.state.world.artists) {
      if (this.state.isHidden(number)) continue;
      const spot = this.spot(number);
      const away = Math.hypot(spot.x - to.x, spot.y - to.y) - spot.radius;
      if (away < least) [best, least] = [number, away];
    }
    return best;
  }

  private watchSpeed(): void {
    const now = performance.now();
    const took = now - this.lastFrame;
    this.lastFrame = now;
    if (took > 1000 || !this.sigma.getCamera().isAnimated()) return;
    this.slowFrames = took > SLOW_FRAME ? this.slowFrames + 1 : 0;
    if (this.slowFrames === 6 && !this.sigma.getSetting("hideEdgesOnMove")) {
      this.sigma.setSetting("hideEdgesOnMove", true);
    }
  }
}

/** The nearest place that keeps a distance from both ends; the middle if they are close. */
function within(place: number, low: number, high: number, away: number): number {
  if (high - low < 2 * away) return (low + high) / 2;
  return Math.max(low + away, Math.min(high - away, place));
}
