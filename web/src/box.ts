// What an element shows while it stands in a page: the editor, and below it the problems and the meaning of the filter.
import { closeCompletion } from "@codemirror/autocomplete";
import { isolateHistory } from "@codemirror/commands";
import { type ChangeSpec, Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, placeholder, type ViewUpdate } from "@codemirror/view";
import { Checking } from "./checking.ts";
import { type Assist, Suggestions } from "./completion.ts";
import { element, icon, plain } from "./dom.ts";
import { editing } from "./editor.ts";
import type { DeltasibFilter } from "./element.ts";
import { explanation } from "./explanation.ts";
import { RecentFilters } from "./history.ts";
import { hovering, marksField, setPreview } from "./marks.ts";
import { type Language, languageOf, type Messages, messages } from "./messages.ts";
import { notes, visible } from "./notes.ts";
import { type Explained, type Fix, Server } from "./server.ts";
import { Speaker } from "./speaker.ts";

const CLOCK = "M8 4.5V8l2.5 1.5M2.2 6.5a6 6 0 1 1 .1 3.5M2 3v3.5h3.5";

export interface Selected {
  readonly anchor: number;
  readonly head: number;
}

export class Box {
  readonly server: Server;
  readonly checking: Checking;
  private readonly view: EditorView;
  private readonly suggestions = new Suggestions(this);
  private readonly configuration = new Compartment();
  private readonly speaker = new Speaker();

  private readonly recentButton = element("button", { id: "recent", type: "button" }, icon(CLOCK));
  private readonly problems = element("ul", { id: "problems" });
  private readonly silent = element("p", { id: "silent" });
  private readonly meaning = element("div", { id: "meaning", part: "explanation" });
  private readonly page: HTMLElement;

  /** The last explanation, which stays, dimmed, while the text is no filter. */
  private explained: Explained | null = null;
  private valueAtFocus = "";

  constructor(private readonly host: DeltasibFilter, private readonly root: ShadowRoot, text: string) {
    const frame = element("div", { id: "box", part: "box" });
    const layer = element("div", { id: "layer", part: "list" });
    this.server = new Server(() => host.getAttribute("src") ?? "/assist", () => host.request, () => this.show());
    const commands = {
      search: () => this.search(), fix: () => this.fixAtCaret(), toProblem: (forwards: boolean) => this.toProblem(forwards),
    };
    this.view = new EditorView({
      parent: frame,
      root,
      state: EditorState.create({
        doc: text,
        extensions: [
          editing(commands, this.suggestions, layer),
          this.configuration.of([]),
          EditorView.updateListener.of((update) => this.update(update)),
        ],
      }),
    });
    // Else the focus of the element would go to what scrolls.
    this.view.scrollDOM.removeAttribute("tabindex");
    this.checking = new Checking(this.view, this.server, () => this.language, () => this.answered());
    frame.append(this.recentButton);
    this.page = element("div", { id: "page" }, frame, this.problems, this.silent, this.meaning, this.speaker.live, layer);
    root.replaceChildren(this.page);
    this.listen();
    this.configure();
    this.checking.restart();
  }

  get text(): string {
    return this.view.state.doc.toString();
  }
  get language(): Language {
    return languageOf(this.host);
  }
  get messages(): Messages {
    return messages(this.language);
  }

  /** The recent filters that still are filters: what somebody may see can have changed. */
  async recent(): Promise<readonly string[]> {
    const filters = this.history?.all() ?? [];
    const { signal } = new AbortController();
    const checked = await Promise.all(filters.map((each) => this.server.check(each, each.length, this.language, signal)));
    return filters.filter((_, index) => typeof checked[index]?.canonical === "string");
  }

  clearHistory(): void {
    this.history?.clear();
    this.show();
  }

  /** Put another text into the box, as one step that can be undone; what is the same at its ends stays. */
  replace(text: string): void {
    const now = this.text;
    const shorter = Math.min(now.length, text.length);
    let same = 0;
    while (same < shorter && now[same] === text[same]) same++;
    let behind = 0;
    while (behind < shorter - same && now.at(-1 - behind) === text.at(-1 - behind)) behind++;
    if (now !== text) this.edit({ from: same, to: now.length - behind, insert: text.slice(same, text.length - behind) });
  }

  /** Let somebody who was typing elsewhere go on here, at the same place. */
  typeOn({ anchor, head }: Selected): void {
    const { length } = this.text;
    this.view.dispatch({ selection: { anchor: Math.min(anchor, length), head: Math.min(head, length) } });
    this.view.focus();
  }

  /** Take over what the attributes say now. */
  configure(): void {
    this.view.dispatch({ effects: this.configuration.reconfigure(this.configured()) });
    this.page.dir = this.language === "fa" ? "rtl" : "ltr";
    this.recentButton.setAttribute("aria-label", this.messages.recent);
    this.recentButton.title = this.messages.recent;
    this.problems.setAttribute("aria-label", this.messages.problems);
    this.show();
  }

  destroy(): void {
    this.checking.stop();
    this.speaker.stop();
    this.view.destroy();
  }

  private get history(): RecentFilters | null {
    const key = this.host.getAttribute("history");
    return key ? new RecentFilters(key) : null;
  }

  private configured(): Extension {
    const { host, messages } = this;
    return [
      this.suggestions.extension((host.getAttribute("assist") ?? "typing") as Assist),
      hovering(this.language),
      placeholder(host.getAttribute("placeholder") ?? ""),
      EditorState.readOnly.of(host.disabled || host.hasAttribute("readonly")),
      EditorView.editable.of(!host.disabled),
      EditorState.phrases.of({ Completions: messages.completions }),
      EditorView.contentAttributes.of({
        dir: "ltr", enterkeyhint: "search", autocapitalize: "off", autocorrect: "off", spellcheck: "false",
        "aria-label": host.label || messages.filter, "aria-describedby": "problems meaning", "aria-multiline": "false",
        "aria-required": String(host.hasAttribute("required")), "aria-disabled": String(host.disabled),
      }),
    ];
  }

  private listen(): void {
    const { root, host } = this;
    // The editor's own events would reach the page beside those of the element.
    root.addEventListener("input", (event) => event.stopPropagation());
    root.addEventListener("focusin", (event) => {
      if (!this.holds(event)) this.valueAtFocus = this.text;
    });
    root.addEventListener("focusout", (event) => {
      if (this.holds(event)) return;
      this.checking.settle();
      this.change();
    });
    // A click on a fix leaves the caret where it is.
    this.problems.addEventListener("mousedown", (event) => event.preventDefault());
    this.problems.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.problems.contains(relatedTarget as Node | null)) queueMicrotask(() => this.showProblems());
    });
    this.recentButton.addEventListener("click", () => {
      this.view.focus();
      this.suggestions.showRecent(this.view);
    });
    // A click on a label arrives at the element itself.
    host.addEventListener("click", (event) => event.composedPath()[0] === host && this.view.focus());
    host.addEventListener("invalid", () => this.checking.settle());
  }

  /** Whether a change of the focus stays within the element. */
  private holds(event: Event): boolean {
    return this.root.contains((event as FocusEvent).relatedTarget as Node | null);
  }

  private update(update: ViewUpdate): void {
    if (update.docChanged || update.selectionSet) this.checking.update(update);
    if (update.docChanged) this.host.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    const before = update.startState.field(marksField);
    const { all, settled } = update.state.field(marksField);
    if (update.docChanged || before.all !== all || before.settled !== settled) this.show();
  }

  /** Tell the page that the server has answered. */
  private answered(): void {
    const { checked, explained } = this.checking;
    this.explained = explained ?? (this.text.trim() ? this.explained : null);
    this.show();
    if (checked && !explained) this.fire("checked", { problems: checked.problems, canonical: checked.canonical });
  }

  private change(): void {
    if (this.text === this.valueAtFocus) return;
    this.valueAtFocus = this.text;
    this.host.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private fire(name: string, detail: object): boolean {
    return this.host.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: name === "search" }));
  }

  /** Search for the text as it stands in the box at this moment. */
  private search(): void {
    const { text } = this;
    closeCompletion(this.view);
    this.checking.settle();
    this.change();
    const { history } = this;
    if (history && text.trim()) {
      void this.checking.now().then((checked) => {
        if (typeof checked?.canonical === "string") history.add(text);
        this.show();
      });
    }
    if (this.fire("search", { value: text })) this.host.form?.requestSubmit();
  }

  private async apply({ from, to, insert }: Fix): Promise<void> {
    this.view.focus();
    // The fix was made for a text that was checked; another text has to be checked first.
    if (!this.checking.checked) return void (await this.checking.now());
    this.edit({ from, to, insert });
    await this.checking.now();
  }

  private edit(changes: ChangeSpec): void {
    this.view.dispatch({ changes, annotations: isolateHistory.of("full") });
  }

  private fixAtCaret(): boolean {
    const { head } = this.view.state.selection.main;
    const shown = visible(this.view.state.field(marksField));
    const [fix] = shown.filter(({ marked: { from, to } }) => from <= head && head <= to).flatMap(({ marked }) => marked.problem.fixes);
    if (fix) void this.apply(fix);
    return fix !== undefined;
  }

  private toProblem(forwards: boolean): boolean {
    const { head } = this.view.state.selection.main;
    const places = visible(this.view.state.field(marksField)).map(({ marked }) => marked).sort((one, other) => one.from - other.from);
    const next = forwards ? places.find(({ from }) => from > head) ?? places[0] : places.findLast(({ to }) => to < head) ?? places.at(-1);
    if (next) {
      this.view.dispatch({ selection: { anchor: next.from }, scrollIntoView: true });
      this.speaker.say(plain(next.problem.said), "");
    }
    return next !== undefined;
  }

  /** Show what the server has said, or that it says nothing. */
  private show(): void {
    const { host, messages, checking } = this;
    const { text } = this;
    this.showProblems();
    this.silent.textContent = this.server.answers ? "" : messages.silent;
    this.recentButton.hidden = !this.history?.all().length || host.getAttribute("assist") === "off";
    if (!text.trim()) this.explained = null;
    this.meaning.replaceChildren(...(this.explained ? explanation(this.explained, messages.meaning) : []));
    this.meaning.classList.toggle("outdated", !checking.explained);
    const error = checking.checked?.problems.find(({ severity }) => severity === "error");
    const missing = host.hasAttribute("required") && !text.trim();
    const complaint = missing ? messages.required : error ? plain(error.said) : "";
    host.report({ valueMissing: missing, customError: !missing && error !== undefined }, complaint, this.view.contentDOM);
  }

  private showProblems(): void {
    if (this.problems.contains(this.root.activeElement)) return; // a button that somebody is about to press stays
    const marks = this.view.state.field(marksField);
    this.problems.replaceChildren(...notes(marks, this.text, this.checking.checked?.fixed ?? null, this.messages, {
      apply: (fix) => void this.apply(fix),
      preview: (fix) => this.view.dispatch({ effects: setPreview.of(fix) }),
      applyAll: () => {
        this.view.focus();
        this.replace(this.checking.checked?.fixed ?? this.text);
        void this.checking.now();
      },
    }));
    const shown = visible(marks).filter(({ shown }) => shown !== "hint");
    const [first] = shown;
    this.view.contentDOM.ariaInvalid = String(shown.some(({ shown }) => shown === "error"));
    this.speaker.say(first ? `${this.messages.counted(shown.length)} ${plain(first.marked.problem.said)}` : "", this.messages.fixed);
  }
}
