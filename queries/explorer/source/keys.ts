/** The keyboard: "/" searches, Escape steps back, the rest moves the picture. */

import type { Finder } from "./finder";
import type { Scene } from "./scene";
import type { State } from "./state";

const STEP = 0.12;

export function listenToKeys(state: State, scene: Scene | null, finder: Finder): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return stepBack(state);
    if ((event.target as HTMLElement).closest("input, select, textarea") !== null) return;
    const moves: Record<string, () => void> = {
      "/": () => finder.focus(),
      "+": () => scene?.zoom(1 / 1.6),
      "=": () => scene?.zoom(1 / 1.6),
      "-": () => scene?.zoom(1.6),
      "0": () => scene?.fit(),
      ArrowLeft: () => scene?.pan(-STEP, 0),
      ArrowRight: () => scene?.pan(STEP, 0),
      ArrowUp: () => scene?.pan(0, -STEP),
      ArrowDown: () => scene?.pan(0, STEP),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  });
}

function stepBack(state: State): void {
  if (state.pathFrom !== null) state.pickPathFrom(null);
  else state.select(null);
}
