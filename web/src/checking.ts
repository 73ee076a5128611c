// When a text is checked, and when what is wrong with it is said.
import type { EditorView } from "@codemirror/view";
import { marksField, setProblems, setSettled } from "./marks.ts";
import type { Checked, Explained, Server } from "./server.ts";

const PAUSE = 300; // milliseconds after the last key before the text is checked
const REST = 2000; // milliseconds after the last key before an unfinished text counts as wrong

/** An empty box asks for all rows. */
const EMPTY: Checked = { text: 0, canonical: "", problems: [], fixed: null };

export class Checking {
  /** The answers to the text that stands in the editor; null while there are none. */
  checked: Checked | null = null;
  explained: Explained | null = null;
  private pause = 0;
  private rest = 0;
  private question = new AbortController();

  constructor(
    private readonly view: EditorView,
    private readonly server: Server,
    private readonly language: () => string,
    /** Called with every new answer. */
    private readonly answered: () => void,
  ) {}

  /** Take note of a change of the text or the caret. */
  update({ docChanged }: { docChanged: boolean }): void {
    if (docChanged) this.restart();
    else if (!this.checked) this.ask(); // the answer on its way is about another caret
  }

  restart(): void {
    this.checked = this.explained = null;
    clearTimeout(this.rest);
    this.rest = window.setTimeout(() => this.settle(), REST);
    this.ask();
  }

  /** Stop waiting and asking. */
  stop(): void {
    clearTimeout(this.pause);
    clearTimeout(this.rest);
    this.question.abort();
  }

  /** Say from now on what is wrong, also where a text may only be unfinished. */
  settle(): void {
    clearTimeout(this.rest);
    if (!this.view.state.field(marksField).settled) this.view.dispatch({ effects: setSettled.of(true) });
    if (!this.checked) void this.now();
  }

  /** Return what is wrong with the text that stands in the editor; null if the server does not say, or the text changes. */
  async now(): Promise<Checked | null> {
    if (this.checked) return this.checked;
    clearTimeout(this.pause);
    this.question.abort();
    const { signal } = (this.question = new AbortController());
    const { doc, selection } = this.view.state;
    const text = doc.toString();
    const checked = text.trim() ? await this.server.check(text, selection.main.head, this.language(), signal) : EMPTY;
    if (!checked || signal.aborted) return null;
    this.checked = checked;
    this.view.dispatch({ effects: setProblems.of(checked.problems) });
    this.answered();
    if (checked !== EMPTY && checked.canonical !== null) void this.explain(text, signal);
    return checked;
  }

  private ask(): void {
    this.question.abort();
    clearTimeout(this.pause);
    this.pause = window.setTimeout(() => void this.now(), PAUSE);
  }

  private async explain(text: string, signal: AbortSignal): Promise<void> {
    this.explained = await this.server.explain(text, this.language(), signal);
    if (this.explained) this.answered();
  }
}
