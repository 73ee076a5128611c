// <deltasib-filter>: a form field that helps to write a filter.
import { Box, type Selected } from "./box.ts";
import css from "./element.css";
import type { Checked, Explained, Problem, Request } from "./server.ts";

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** What an <input> within the element has said so far; it is the field of a page without scripts. */
const ADOPTED = ["id", "name", "value", "placeholder", "required", "disabled", "readonly"];

export class DeltasibFilter extends HTMLElement {
  static readonly formAssociated = true;
  static readonly observedAttributes = ["assist", "history", "label", "lang", "placeholder", "readonly", "required"];

  /** Sends the requests: `fetch`, or a function that adds headers to them. */
  request: Request = (url, init) => fetch(url, init);

  private readonly root = this.attachShadow({ mode: "open", delegatesFocus: true });
  private readonly internals = this.attachInternals();
  /** What stands in the page, while the element does. */
  private box: Box | null = null;
  private kept: string | null = null;
  private disabledByForm = false;

  constructor() {
    super();
    this.root.adoptedStyleSheets = [sheet];
  }

  get value(): string {
    return this.box?.text ?? this.kept ?? this.initial;
  }
  set value(value: string) {
    this.kept = value;
    this.box?.replace(value);
  }

  /** What is wrong with the value, as the server says it; empty while it has not yet. */
  get problems(): readonly Problem[] {
    return this.checked?.problems ?? [];
  }

  /** Whether the value is a filter; null as long as the server has not said. */
  get valid(): boolean | null {
    return this.checked && this.checked.canonical !== null && this.internals.validity.valid;
  }

  /** What the value means; null as long as the server has not said. */
  get explanation(): Explained | null {
    return this.box?.checking.explained ?? null;
  }

  get form(): HTMLFormElement | null {
    return this.internals.form;
  }
  get name(): string {
    return this.getAttribute("name") ?? "";
  }
  get type(): string {
    return this.localName;
  }
  get validity(): ValidityState {
    return this.internals.validity;
  }
  get validationMessage(): string {
    return this.internals.validationMessage;
  }
  checkValidity(): boolean {
    return this.internals.checkValidity();
  }
  reportValidity(): boolean {
    return this.internals.reportValidity();
  }

  /** Check the value at once; return what is wrong with it, or null if the server does not say. */
  async check(): Promise<readonly Problem[] | null> {
    return (await this.box?.checking.now())?.problems ?? null;
  }

  /** Make all fixes that are certain, if a filter comes of it; say whether one does. */
  async fixAll(): Promise<boolean> {
    const fixed = (await this.box?.checking.now())?.fixed ?? null;
    if (fixed !== null) this.box?.replace(fixed);
    return fixed !== null;
  }

  /** Forget the filters that were searched for. */
  clearHistory(): void {
    this.box?.clearHistory();
  }

  get disabled(): boolean {
    return this.disabledByForm;
  }
  set disabled(disabled: boolean) {
    this.toggleAttribute("disabled", disabled);
  }

  /** The name for a screen reader. */
  get label(): string {
    return this.getAttribute("label") ?? Array.from(this.internals.labels, ({ textContent }) => textContent?.trim()).join(" ");
  }

  /** Called by the box: tell the form what the value is, and what is wrong with it. */
  report(flags: ValidityStateFlags, message: string, anchor: HTMLElement): void {
    this.internals.setFormValue(this.value);
    this.internals.setValidity(flags, message, anchor);
  }

  connectedCallback(): void {
    const typing = this.adopt();
    this.box = new Box(this, this.root, this.value);
    if (typing) this.box.typeOn(typing);
  }

  disconnectedCallback(): void {
    this.kept = this.value;
    this.box?.destroy();
    this.box = null;
  }

  attributeChangedCallback(name: string): void {
    this.box?.configure();
    if (name === "lang") this.box?.checking.restart(); // everything is said again, in the other language
  }

  formDisabledCallback(disabled: boolean): void {
    this.disabledByForm = disabled;
    this.box?.configure();
  }

  formResetCallback(): void {
    this.value = this.initial;
  }

  formStateRestoreCallback(state: unknown): void {
    if (typeof state === "string") this.value = state;
  }

  private get checked(): Checked | null {
    return this.box?.checking.checked ?? null;
  }

  private get initial(): string {
    return this.getAttribute("value") ?? "";
  }

  /** Take the place of the <input>; return where somebody is typing in it, who came before the script. */
  private adopt(): Selected | null {
    const input = this.querySelector("input");
    if (!input) return null;
    if (input.value !== input.defaultValue) this.kept ??= input.value;
    for (const name of ADOPTED) {
      const value = input.getAttribute(name);
      if (value !== null && !this.hasAttribute(name)) this.setAttribute(name, value);
    }
    const typing = input.matches(":focus") ? { anchor: input.selectionStart ?? 0, head: input.selectionEnd ?? 0 } : null;
    input.remove();
    return typing;
  }
}

customElements.define("deltasib-filter", DeltasibFilter);
