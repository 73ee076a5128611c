// The colours of a filter, and the isolates that keep a Persian text from moving the signs beside it.
import { type EditorState, type Extension, RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { isLiteral, tokens } from "./tokens.ts";

function decorations(text: string): DecorationSet {
  const building = new RangeSetBuilder<Decoration>();
  for (const token of tokens(text)) {
    const literal = isLiteral(token);
    const name = /\w/.test(token.name) ? token.name.toLowerCase() : "parenthesis";
    building.add(token.from, token.to, Decoration.mark({
      class: `token-${name}`,
      ...(literal && { bidiIsolate: null, attributes: { dir: "auto" } }),
    }));
  }
  return building.finish();
}

class Highlighting {
  marks: DecorationSet;
  literals: DecorationSet;

  constructor({ state }: { state: EditorState }) {
    this.marks = decorations(state.doc.toString());
    this.literals = this.marks.update({ filter: (_from, _to, { spec }) => spec.bidiIsolate === null });
  }

  update(update: ViewUpdate): void {
    if (update.docChanged) Object.assign(this, new Highlighting(update));
  }
}

export const highlighting: Extension = ViewPlugin.fromClass(Highlighting, {
  decorations: ({ marks }) => marks,
  provide: (plugin) => EditorView.bidiIsolatedRanges.of((view) => view.plugin(plugin)?.literals ?? Decoration.none),
});
