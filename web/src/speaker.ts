// What a screen reader says about problems: not at every key, but once nothing has changed for a while.
import { element } from "./dom.ts";

const QUIET = 1000; // milliseconds

export class Speaker {
  readonly live = element("div", { class: "hidden", "aria-live": "polite" });
  private timer = 0;
  private said = "";

  /** Say a text after a while of quiet, unless it is what was said last. An empty text says `relief` where something was said. */
  say(text: string, relief: string): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (text !== this.said) this.live.textContent = text || relief;
      this.said = text;
    }, QUIET);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
