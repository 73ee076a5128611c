// The colours of a filter, and the isolates that keep a Persian text from moving the signs beside it.
import { type Extension, Prec, RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { isolates } from "./isolates.ts";
import { tokens } from "./tokens.ts";

const isolate = Decoration.mark({ class: "isolate", bidiIsolate: null, attributes: { dir: "auto" } });

function decorations(text: string): { marks: DecorationSet; isolates: DecorationSet } {
  const marks = new RangeSetBuilder<Decoration>();
  for (const { name, from, to } of tokens(text)) {
    marks.add(from, to, Decoration.mark({ class: `token-${/\w/.test(name) ? name.toLowerCase() : "parenthesis"}` }));
  }
  return { marks: marks.finish(), isolates: Decoration.set(isolates(text).map(({ from, to }) => isolate.range(from, to))) };
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
