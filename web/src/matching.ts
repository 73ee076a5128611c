// Which items of an answer are still meant when somebody types on in the same word. The server, which knows more (the
// other keyboard layout, slips), is asked again when none is left.
import type { Item } from "./server.ts";

export function matching<I extends Item>(typed: string, items: readonly I[]): I[] {
  const folded = fold(typed);
  const ranked = items.map((item) => ({ item, rank: rank(folded, item) })).filter(({ rank }) => rank < Infinity);
  return ranked.sort((one, other) => one.rank - other.rank).map(({ item }) => item);
}

function rank(typed: string, { label, insert, finds }: Item): number {
  const name = fold(label);
  if (name.startsWith(typed) || fold(insert.trim()).startsWith(typed)) return 0;
  if (name.includes(`_${typed}`)) return 1;
  return ` ${fold(finds.join(" "))}`.includes(` ${typed}`) ? 2 : Infinity;
}

const SAME: Record<string, string> = { ي: "ی", ى: "ی", ك: "ک", "\u200c": "" };

const fold = (text: string): string => text.toLowerCase().replace(/[يىك\u200c]/g, (letter) => SAME[letter] ?? "");
