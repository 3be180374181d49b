/** Names on the picture: readable on top of lines, and without overlaps. */

import type { Theme } from "./theme";

interface Labelled {
  x: number;
  y: number;
  size: number;
  label: string | null;
}

/** The names that sigma offers; those that would cover another are left out. */
export class Labels {
  private places = new Places();

  constructor(private readonly theme: () => Theme) {}

  begin(): void {
    this.places = new Places();
  }

  readonly draw = (context: CanvasRenderingContext2D, data: Labelled): void => {
    if (data.label === null) return;
    const size = 11 + Math.min(4, data.size / 4);
    const text = shortened(data.label);
    context.font = font(size, data.size > 13 ? 600 : 450);
    const width = context.measureText(text).width;
    const stage = context.canvas.width / (window.devicePixelRatio || 1);
    const right = data.x + data.size + 3;
    // At the right edge of the stage, a name is left of its disc.
    const x = right + width > stage ? data.x - data.size - 3 - width : right;
    const y = data.y + size / 3;
    if (!this.places.take(x, y - size, width + 4, size + 3)) return;
    haloed(context, text, x, y, this.theme().ink, this.theme().paper);
  };
}

export function font(size: number, weight: number): string {
  return `${weight} ${size}px system-ui, sans-serif`;
}

/** Very long names are shortened on the picture; the panel shows them in full. */
export function shortened(name: string): string {
  return name.length <= 36 ? name : name.slice(0, 35).trimEnd() + "…";
}

export function haloed(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  ink: string,
  paper: string,
): void {
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  context.strokeStyle = paper;
  context.strokeText(text, x, y);
  context.fillStyle = ink;
  context.fillText(text, x, y);
}

/** Records the occupied areas, so that names do not overlap. */
export class Places {
  private readonly taken: [number, number, number, number][] = [];

  take(x: number, y: number, width: number, height: number): boolean {
    const clash = this.taken.some(
      ([left, top, right, bottom]) => x < right && x + width > left && y < bottom && y + height > top,
    );
    if (!clash) this.taken.push([x, y, x + width, y + height]);
    return !clash;
  }
}
