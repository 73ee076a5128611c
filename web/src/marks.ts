// What is marked in the text: problems, which move with the text around them, and the preview of a fix.
import { type EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, hoverTooltip, WidgetType } from "@codemirror/view";
import { jalaliDay } from "./dates.ts";
import { element, filter, spoken } from "./dom.ts";
import type { Language } from "./messages.ts";
import type { Fix, Problem } from "./server.ts";
import { LITERALS, tokens } from "./tokens.ts";

/** A problem where its text stands now. */
export interface Marked {
  readonly problem: Problem;
  readonly from: number;
  readonly to: number;
}

export type Level = "error" | "warning" | "hint";

export interface Marks {
  readonly all: readonly Marked[];
  /** Whether nobody is typing any more, so that what looks unfinished is wrong. */
  readonly settled: boolean;
  readonly preview: Fix | null;
}

export const setProblems = StateEffect.define<readonly Problem[]>();
export const setSettled = StateEffect.define<boolean>();
export const setPreview = StateEffect.define<Fix | null>();

export const marksField = StateField.define<Marks>({
  create: () => ({ all: [], settled: false, preview: null }),
  update(marks, { changes, docChanged, effects }) {
    if (docChanged) {
      const untouched = marks.all.filter(({ from, to }) => !changes.touchesRange(from, to));
      const moved = untouched.map(({ problem, from, to }) => ({ problem, from: changes.mapPos(from, 1), to: changes.mapPos(to, -1) }));
      marks = { all: moved, settled: false, preview: null };
    }
    for (const effect of effects) {
      if (effect.is(setProblems)) marks = { ...marks, all: effect.value.map((problem) => ({ problem, from: problem.from, to: problem.to })) };
      if (effect.is(setSettled)) marks = { ...marks, settled: effect.value };
      if (effect.is(setPreview)) marks = { ...marks, preview: effect.value };
    }
    return marks;
  },
  provide: (field) => EditorView.decorations.compute([field], (state) => decorations(state)),
});

/** How a problem is shown; null for one that is not. What somebody is still typing is no error, and no reason for advice. */
export function level({ severity, unfinished }: Problem, settled: boolean): Level | null {
  if (settled) return severity;
  if (severity === "warning") return null;
  return unfinished ? "hint" : "error";
}

function decorations(state: EditorState): DecorationSet {
  const { all, settled, preview } = state.field(marksField);
  const ranges = all.flatMap(({ problem, from, to }) => {
    const shown = level(problem, settled);
    if (shown === null || shown === "hint" || state.doc.length === 0) return [];
    // What is missing at a place is shown by the letter before it.
    const start = from < to ? from : Math.max(0, from - 1);
    return [Decoration.mark({ class: `problem-${shown}` }).range(start, Math.max(to, start + 1))];
  });
  if (preview) {
    if (preview.from < preview.to) ranges.push(Decoration.mark({ class: "preview-removed" }).range(preview.from, preview.to));
    ranges.push(Decoration.widget({ widget: new Inserted(preview.insert), side: 1 }).range(preview.to));
  }
  return Decoration.set(ranges, true);
}

class Inserted extends WidgetType {
  constructor(private readonly text: string) {
    super();
  }
  override eq(other: Inserted): boolean {
    return other.text === this.text;
  }
  toDOM(): HTMLElement {
    return element("bdi", { class: "preview-inserted" }, ...filter(this.text));
  }
}

/** Under the pointer: what is wrong there, or the Jalali day of a date. */
export const hovering = (language: Language): Extension =>
  hoverTooltip(({ state }, place) => {
    const { all, settled } = state.field(marksField);
    const problem = all.find(({ problem, from, to }) => from <= place && place <= to && ["error", "warning"].includes(level(problem, settled) ?? ""));
    const text = state.doc.toString();
    const token = tokens(text).find((each) => LITERALS.has(each.name) && each.from < place && place < each.to);
    const day = token ? jalaliDay(text.slice(token.from, token.to), language) : null;
    if (!problem && !day) return null;
    const { from, to } = problem ?? token ?? { from: place, to: place };
    return { pos: from, end: to, create: () => ({ dom: element("div", { class: "hover" }, ...(problem ? spoken(problem.problem.said) : [day ?? ""])) }) };
  }, { hideOnChange: true });
