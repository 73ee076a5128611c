// What has its own direction in a filter. All else stands from left to right, whatever somebody has typed: each Persian
// letter is in an isolate, and no isolate holds a Latin letter, a quote, a comparison or a parenthesis.

/** Letters that are written from right to left, and signs that turn text around. The digits ۰ to ۹ do neither. */
const LETTERS = "[\\u0590-\\u06ef\\u06fa-\\u08ff\\u200c-\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufb1d-\\ufdff\\ufe70-\\ufefc\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}]+";
/** A text between quotes, with its numbers and signs. The quotes stay outside, so that a caret behind them stands behind them. */
const TEXT = "(?<=['\"«“])(?! )[^'\"«»“”\\\\A-Za-z=<>()]+(?=['\"»”\\\\]|$)";
const ISOLATES = new RegExp(`(${TEXT}|${LETTERS}(?: +${LETTERS})*)`, "gu");

export const isolates = (text: string): { from: number; to: number }[] =>
  Array.from(text.matchAll(ISOLATES), ({ 0: part, index }) => ({ from: index, to: index + part.length }));

/** A filter in parts: the second, the fourth and so on are its isolates. */
export const parts = (text: string): string[] => text.split(ISOLATES);
