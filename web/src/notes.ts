// What stands under the box: problems with their fixes.
import { code, element, filter, icon, spoken } from "./dom.ts";
import { type Level, level, type Marked, type Marks } from "./marks.ts";
import type { Messages } from "./messages.ts";
import type { Fix } from "./server.ts";

export interface FixActions {
  apply(fix: Fix): void;
  preview(fix: Fix | null): void;
  applyAll(): void;
}

const ICONS: Record<Level, string> = {
  error: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13zM8 4.5v4.5M8 11.3v.2",
  warning: "M8 2L14.5 13.5H1.5zM8 6.2v3.6M8 11.6v.2",
  hint: "M3.5 8v.2M8 8v.2M12.5 8v.2",
};

/** The problems that are shown, with the way in which they are. */
export const visible = ({ all, settled }: Marks): { marked: Marked; shown: Level }[] =>
  all.flatMap((marked) => {
    const shown = level(marked.problem, settled);
    return shown ? [{ marked, shown }] : [];
  });

/** The items of the list of problems. `text` is what the problems are about; `fixed` the text with all of them mended. */
export function notes(marks: Marks, text: string, fixed: string | null, messages: Messages, actions: FixActions): HTMLElement[] {
  const shown = visible(marks);
  const items = shown.map(({ marked: { problem, from, to }, shown }) =>
    element("li", { part: "problem", class: `problem ${shown}` },
      icon(ICONS[shown]),
      element("div", {},
        element("span", {}, element("span", { class: "hidden" }, `${messages[shown]}: `), ...spoken(problem.said)),
        ...problem.fixes.map((fix) => {
          // A fix moves with its problem.
          const moved = { ...fix, from: fix.from + from - problem.from, to: fix.to + to - problem.to };
          return button(moved, text.slice(moved.from, moved.to), messages, actions);
        }))),
  );
  if (fixed !== null && shown.filter(({ marked }) => marked.problem.fixes.some(({ sure }) => sure)).length > 1) {
    const all = element("button", { type: "button", part: "fix", class: "fix sure" }, messages.fixAll);
    all.addEventListener("click", () => actions.applyAll());
    items.push(element("li", { class: "all" }, all));
  }
  return items;
}

function button(fix: Fix, now: string, messages: Messages, actions: FixActions): HTMLButtonElement {
  const { insert, sure, label } = fix;
  const words = !insert.trim() ? messages.remove : sure ? messages.write : messages.perhaps;
  const made = element("button", { type: "button", part: "fix", class: sure ? "fix sure" : "fix", title: label },
    `${words} `, code(...filter(insert.trim() || now)));
  made.addEventListener("click", () => actions.apply(fix));
  // Not under the pointer: a preview can make the box higher, and the button would move away.
  made.addEventListener("focus", () => actions.preview(fix));
  made.addEventListener("blur", () => actions.preview(null));
  return made;
}
