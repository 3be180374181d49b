/** The present colours of the page, light or dark, from page.css. */

export interface Theme {
  paper: string;
  ink: string;
  muted: string;
  line: string;
  out: string;
  incoming: string;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    paper: colour("paper"),
    ink: colour("ink"),
    muted: colour("muted"),
    line: colour("line"),
    out: colour("out"),
    incoming: colour("incoming"),
  };
}

/** Must be called when the colours change, by the button or by the system. */
export function onThemeChange(button: HTMLElement, changed: () => void): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  button.addEventListener("click", () => {
    const now = root.dataset.theme ?? (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    changed();
  });
  dark.addEventListener("change", changed);
}

/** A mix of two "#rrggbb" colours; 0 is the first, 1 the second. */
export function mix(one: string, other: string, share: number): string {
  const part = (colour: string, at: number) => parseInt(colour.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => Math.round(part(one, at) * (1 - share) + part(other, at) * share));
  return "#" + mixed.map((value) => value.toString(16).padStart(2, "0")).join("");
}

/** "#rrggbb" with an opacity. */
export function withOpacity(colour: string, opacity: number): string {
  const byte = Math.round(Math.max(0, Math.min(1, opacity)) * 255);
  return colour + byte.toString(16).padStart(2, "0");
}
