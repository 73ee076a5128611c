// What has its own direction in a filter, so that everything else stands from left to right, whatever somebody has typed.
import { LITERALS, tokens } from "./tokens.ts";

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Letters that are written from right to left, and signs that turn text around. The digits ۰ to ۹ do neither. */
const LETTERS = "[\\u0590-\\u06ef\\u06fa-\\u08ff\\u200c-\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufb1d-\\ufdff\\ufe70-\\ufefc\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}]+";
const WORDS = new RegExp(`${LETTERS}(?: +${LETTERS})*`, "gu");

/** The texts between quotes, without the quotes, so that a caret behind them stands behind them; elsewhere each run of words. */
export function isolates(text: string): Range[] {
  const found: Range[] = [];
  let behind = 0;
  const words = (to: number): void => {
    for (const { 0: run, index } of text.slice(behind, to).matchAll(WORDS)) found.push({ from: behind + index, to: behind + index + run.length });
  };
  for (const { name, from, to } of tokens(text)) {
    if (!LITERALS.has(name)) continue;
    words(from);
    const end = name === "OPEN" ? to : to - 1;
    if (from + 1 < end) found.push({ from: from + 1, to: end });
    behind = to;
  }
  words(text.length);
  return found;
}

/** A filter in parts: the second, the fourth and so on have their own direction. */
export function parts(text: string): string[] {
  const found: string[] = [];
  let behind = 0;
  for (const { from, to } of isolates(text)) {
    found.push(text.slice(behind, from), text.slice(from, to));
    behind = to;
  }
  return [...found, text.slice(behind)];
}
