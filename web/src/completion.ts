// The list of suggestions: when it opens, what is in it, and what an item writes.
import {
  autocompletion, type Completion, type CompletionContext, type CompletionResult, completionStatus, pickedCompletion, startCompletion,
} from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { element } from "./dom.ts";
import { parts } from "./isolates.ts";
import { matching } from "./matching.ts";
import type { Messages } from "./messages.ts";
import type { Completed, Item, Server } from "./server.ts";
import { LITERALS, opensAt, tokenBefore } from "./tokens.ts";

/** "typing" opens the list by itself, "asked" only on Ctrl-Space. */
export type Assist = "typing" | "asked" | "off";

export interface Surroundings {
  readonly server: Server;
  readonly language: string;
  readonly messages: Messages;
  /** The filters of before that may be shown, the newest first. */
  recent(): Promise<readonly string[]>;
}

// Milliseconds
const TYPING = 50; // of rest before a question
const PAUSE = { word: 100, literal: 250 }; // of rest more before another question about the same word
const SURPRISE = 75; // in which a key is not yet meant for a list that has just opened

type Option = Completion & Item;

interface Listed extends CompletionResult {
  readonly options: readonly Option[];
}

export class Suggestions {
  /** The question that is on its way to the server. */
  private question: AbortController | null = null;
  /** The text before the word of the last question. */
  private asked: string | null = null;
  private onlyRecent = false;
  /** Whether the next list opens by itself behind an item that something has to follow. */
  private goesOn = true;

  constructor(private readonly around: Surroundings) {}

  get loading(): boolean {
    return this.question !== null;
  }

  /** Show the recent filters alone. */
  showRecent(view: EditorView): void {
    this.onlyRecent = true;
    startCompletion(view);
  }

  extension(assist: Assist): Extension {
    this.goesOn = assist === "typing";
    if (assist === "off") return [];
    return [
      autocompletion({
        override: [(context) => this.source(context)],
        activateOnTyping: assist === "typing",
        activateOnTypingDelay: TYPING,
        selectOnOpen: false,
        defaultKeymap: false,
        interactionDelay: SURPRISE,
        icons: false,
        addToOptions: [{ render: ({ type }) => element("span", { class: `kind kind-${type}` }), position: 20 }],
      }),
      assist === "typing" ? EditorView.updateListener.of((update) => {
        const deleted = update.transactions.some((each) => each.isUserEvent("delete"));
        if (deleted && completionStatus(update.state) === null && opensAt(...place(update.state))) {
          queueMicrotask(() => startCompletion(update.view));
        }
      }) : [],
    ];
  }

  private async source(context: CompletionContext): Promise<CompletionResult | null> {
    const [text, caret] = place(context.state);
    const recentAlone = this.onlyRecent;
    this.onlyRecent = false;
    if (!context.explicit && !opensAt(text, caret)) return null;
    const question = new AbortController();
    context.addEventListener("abort", () => this.end(question), { onDocChange: true });
    const recent = text.trim() === "" || recentAlone ? await this.recent() : [];
    if (recentAlone) return recent.length ? { from: 0, to: text.length, options: recent, filter: false } : null;
    const word = tokenBefore(text, caret);
    const before = text.slice(0, word && caret <= word.to ? word.from : caret);
    const pause = before !== this.asked || context.explicit ? 0 : LITERALS.has(word?.name ?? "") ? PAUSE.literal : PAUSE.word;
    this.asked = before;
    if (!(await rest(pause, question.signal))) return null;
    this.question = question;
    const answer = await this.around.server.complete(text, caret, this.around.language, question.signal);
    this.end(question);
    return answer && this.result(answer, recent);
  }

  private end(question: AbortController): void {
    question.abort();
    if (this.question === question) this.question = null;
  }

  private result(answer: Completed, recent: readonly Option[]): Listed {
    const items = answer.items.map((item) => this.option(item));
    const listed = (options: readonly Option[], from: number, to: number): Listed => ({
      from, to, options, filter: false,
      // Typing on in the word narrows the list without a question.
      update: (_current, start, end, { state, pos }) => {
        const typed = state.sliceDoc(start, pos);
        const left = typed && !answer.more && opensAt(state.doc.toString(), pos) ? matching(typed, items) : [];
        return left.length ? listed(left, start, end) : null;
      },
    });
    return listed([...items, ...recent], answer.from, answer.to);
  }

  private async recent(): Promise<Option[]> {
    const filters = await this.around.recent();
    const section = { name: this.around.messages.recent, rank: 1 };
    return filters.map((filter) => ({
      ...this.option({ label: filter, insert: filter, caret: filter.length, kind: "recent", detail: "", documentation: "", finds: [], again: false }),
      displayLabel: parts(filter).map((part, index) => (index % 2 ? `\u2068${part}\u2069` : part)).join(""),
      section,
    }));
  }

  private option(item: Item): Option {
    return {
      ...item,
      type: item.kind,
      apply: (view, picked, from, to) => {
        view.dispatch({
          changes: { from, to, insert: item.insert },
          selection: { anchor: from + item.caret },
          userEvent: "input.complete",
          annotations: pickedCompletion.of(picked),
          scrollIntoView: true,
        });
        if (item.again && this.goesOn) startCompletion(view);
      },
    };
  }
}

const place = (state: EditorView["state"]): [string, number] => [state.doc.toString(), state.selection.main.head];

/** Wait; say whether nothing has ended the wait. */
async function rest(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  if (milliseconds) await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return !signal.aborted;
}
