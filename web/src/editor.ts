// The box: one line of text in CodeMirror, with the keys of a search box.
import {
  acceptCompletion, closeCompletion, completionStatus, moveCompletionSelection, selectedCompletionIndex, setSelectedCompletion, startCompletion,
} from "@codemirror/autocomplete";
import { cursorLineEnd, cursorLineStart, history, historyKeymap, selectLineEnd, selectLineStart, standardKeymap } from "@codemirror/commands";
import { EditorState, type Extension, Prec } from "@codemirror/state";
import { EditorView, type KeyBinding, keymap, tooltips } from "@codemirror/view";
import type { Suggestions } from "./completion.ts";
import { highlighting } from "./highlight.ts";
import { marksField } from "./marks.ts";

export interface Commands {
  search(): void;
  /** Make the first fix at the caret; say whether there is one. */
  fix(): boolean;
  /** Go to the next problem, or to the one before. */
  toProblem(forwards: boolean): boolean;
}

/** Line breaks become spaces, wherever they come from; they mean the same to the language. */
const oneLine = EditorState.transactionFilter.of((transaction) => {
  const { newDoc } = transaction;
  if (newDoc.lines === 1) return transaction;
  const changes = [];
  for (let line = 1; line < newDoc.lines; line++) changes.push({ from: newDoc.line(line).to, to: newDoc.line(line).to + 1, insert: " " });
  return [transaction, { changes, sequential: true }];
});

/** What is typed over a selection. By itself the browser would keep its colours, as inline styles, which policies forbid. */
const typingOver = EditorView.domEventHandlers({
  beforeinput({ inputType, data, isComposing }, view) {
    if (inputType !== "insertText" || data === null || isComposing || view.state.selection.main.empty) return false;
    view.dispatch(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

function keys({ search, fix, toProblem }: Commands, suggestions: Suggestions): KeyBinding[] {
  const isOpen = (view: EditorView): boolean => completionStatus(view.state) === "active";
  return [
    { key: "Mod-Enter", run: () => (search(), true) },
    { key: "Alt-Enter", run: fix },
    { key: "Mod-.", run: fix },
    {
      // Picks what the arrows have chosen. Whoever presses it while a list is on its way may mean either, so it does nothing.
      key: "Enter",
      run: (view) => {
        if (isOpen(view) && acceptCompletion(view)) return true;
        if (!suggestions.loading) search();
        return true;
      },
    },
    { key: "Shift-Enter", run: () => true },
    {
      key: "Tab",
      run: (view) => {
        if (!isOpen(view)) return false;
        if ((selectedCompletionIndex(view.state) ?? -1) < 0) view.dispatch({ effects: setSelectedCompletion(0) });
        acceptCompletion(view);
        return true;
      },
    },
    { key: "Escape", run: closeCompletion },
    { key: "ArrowDown", run: moveCompletionSelection(true) },
    { key: "ArrowUp", run: moveCompletionSelection(false) },
    { key: "PageDown", run: moveCompletionSelection(true, "page") },
    { key: "PageUp", run: moveCompletionSelection(false, "page") },
    // The ends of the text. What stands at the edge of the screen can be another place, if it is Persian.
    { key: "Home", mac: "Cmd-ArrowLeft", run: cursorLineStart, shift: selectLineStart },
    { key: "End", mac: "Cmd-ArrowRight", run: cursorLineEnd, shift: selectLineEnd },
    { key: "Ctrl-Space", run: startCompletion },
    { key: "Alt-i", run: startCompletion },
    { key: "F8", run: () => toProblem(true), shift: () => toProblem(false) },
  ];
}

export const editing = (commands: Commands, suggestions: Suggestions, layer: HTMLElement): Extension => [
  Prec.highest(keymap.of(keys(commands, suggestions))),
  oneLine,
  typingOver,
  history(),
  keymap.of([...historyKeymap, ...standardKeymap]),
  highlighting,
  marksField,
  tooltips({ parent: layer, position: "fixed" }),
  EditorView.lineWrapping,
];
