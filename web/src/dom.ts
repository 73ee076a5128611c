// Elements without markup in strings: whatever a text holds, it stays text.
import { parts } from "./isolates.ts";
import type { Said } from "./server.ts";

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Readonly<Record<string, string>> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Code that keeps its own direction. */
export const code = (...content: (Node | string)[]): HTMLElement => element("bdi", {}, element("code", {}, ...content));

/** A filter or a part of one, in the order in which it is written. */
export const filter = (text: string): (Node | string)[] =>
  parts(text).map((part, index) => (index % 2 ? element("bdi", { class: "isolate" }, part) : part));

/** The parts of a sentence. */
export const spoken = (said: Said): (Node | string)[] => said.map((part) => (typeof part === "string" ? part : code(part.code)));

/** A sentence as plain text, for a screen reader. */
export const plain = (said: Said): string => said.map((part) => (typeof part === "string" ? part : part.code)).join("");

const SVG = "http://www.w3.org/2000/svg";

/** An icon of lines in a square of 16 units. */
export function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 16 16", "aria-hidden": "true", class: "icon" })) svg.setAttribute(name, value);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
