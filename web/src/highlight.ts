// The colours of a filter, and the isolates that keep a Persian text from moving the signs beside it.
import { type Extension, Prec, RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { LITERALS, tokens } from "./tokens.ts";

/** The text between two quotes has its own direction. The quotes stay outside, so that a caret behind them stands behind them. */
const isolate = Decoration.mark({ class: "isolate", bidiIsolate: null, attributes: { dir: "auto" } });

function decorations(text: string): { marks: DecorationSet; isolates: DecorationSet } {
  const marks = new RangeSetBuilder<Decoration>();
  const isolates = new RangeSetBuilder<Decoration>();
  for (const { name, from, to } of tokens(text)) {
    marks.add(from, to, Decoration.mark({ class: `token-${/\w/.test(name) ? name.toLowerCase() : "parenthesis"}` }));
    const end = name === "OPEN" ? to : to - 1;
    if (LITERALS.has(name) && from + 1 < end) isolates.add(from + 1, end, isolate);
  }
  return { marks: marks.finish(), isolates: isolates.finish() };
}

class Highlighting {
  marks = Decoration.none;
  isolates = Decoration.none;

  constructor({ state }: EditorView) {
    Object.assign(this, decorations(state.doc.toString()));
  }

  update({ docChanged, state }: ViewUpdate): void {
    if (docChanged) Object.assign(this, decorations(state.doc.toString()));
  }
}

export const highlighting: Extension = ViewPlugin.fromClass(Highlighting, {
  decorations: ({ marks }) => marks,
  provide: (plugin) => {
    const isolates = (view: EditorView): DecorationSet => view.plugin(plugin)?.isolates ?? Decoration.none;
    // Around all other marks, which would split it otherwise.
    return [Prec.lowest(EditorView.decorations.of(isolates)), EditorView.bidiIsolatedRanges.of(isolates)];
  },
});
