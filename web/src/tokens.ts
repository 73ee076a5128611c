// Tokens for the looks of a filter and for the question whether a list should open. Only the server judges a filter.
import { TERMINALS } from "grammar:terminals";

export interface Token {
  /** A terminal of the grammar; OPEN is a quote that nothing closes with all behind it; OTHER are unknown characters. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const BLANK = /[ \t\r\n]+/y;
const OPEN = /'[^]*/y;
const OTHER = /[^]/uy;
const ALL = [{ name: "", pattern: BLANK }, ...TERMINALS, { name: "OPEN", pattern: OPEN }, { name: "OTHER", pattern: OTHER }];

export function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (let from = 0; from < text.length; ) {
    const { name, to } = next(text, from);
    const last = found.at(-1);
    if (name === "OTHER" && last?.name === "OTHER" && last.to === from) found[found.length - 1] = { ...last, to };
    else if (name) found.push({ name, from, to });
    from = to;
  }
  return found;
}

function next(text: string, from: number): { name: string; to: number } {
  for (const { name, pattern } of ALL) {
    pattern.lastIndex = from;
    if (pattern.test(text)) return { name, to: pattern.lastIndex };
  }
  throw new Error("OTHER matches everything");
}

export const LITERALS: ReadonlySet<string> = new Set(["STRING", "PATTERN", "OPEN"]);

/** The last token that starts before the caret. */
export const tokenBefore = (text: string, caret: number): Token | undefined => tokens(text).filter(({ from }) => from < caret).at(-1);

/** Whether a list should open by itself at the caret: in a word, an operator or an open text, or where one has to follow. */
export function opensAt(text: string, caret: number): boolean {
  const before = tokenBefore(text, caret);
  if (!before) return false;
  const { name, to } = before;
  if (name === "NUMBER" || name === ")") return false;
  if (name === "STRING" || name === "PATTERN") return caret < to;
  return name !== "OTHER" || caret <= to;
}
