/** Creates elements. Text is inserted as text, never as HTML: names are untrusted. */

type Child = Node | string;
type Properties = Record<string, string | boolean | ((event: Event) => void)>;

/** `onclick` and similar are listeners; `true` is an empty attribute, `false` none. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

export function byId(id: string): HTMLElement {
  return document.getElementById(id)!;
}

/** The mark of a class: its colour. */
export function swatch(colour: string, hollow = false): HTMLElement {
  const mark = element("span", { class: hollow ? "swatch hollow" : "swatch", "aria-hidden": "true" });
  mark.style.setProperty("--colour", colour);
  return mark;
}
