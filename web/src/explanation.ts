// What a filter means: one sentence, or the tree of its conditions as nested lists.
import { element, spoken } from "./dom.ts";
import type { Clause, Explained } from "./server.ts";

export function explanation({ language, text, clauses }: Explained, heading: string): HTMLElement[] {
  if (text === null || clauses === null) return [];
  // The server writes a short filter as one sentence, another one as a list with a line for each condition.
  const meaning = text.includes("\n") ? tree(clauses) : element("p", { class: "sentence" }, text);
  meaning.lang = language;
  return [element("h2", {}, heading), meaning];
}

/** The tree of a clause, built without recursion: its depth is up to whoever typed the filter. */
function tree(root: Clause): HTMLElement {
  const top = element("ul", { class: "tree" });
  const todo: [Clause, HTMLElement][] = [[root, top]];
  for (let next = todo.pop(); next; next = todo.pop()) {
    const [{ kind, said, children }, list] = next;
    const row = element("li", { class: kind }, element("span", {}, ...spoken(said)));
    list.prepend(row);
    if (children.length) {
      const inner = row.appendChild(element("ul"));
      todo.push(...children.map((child): [Clause, HTMLElement] => [child, inner]));
    }
  }
  return top;
}
