// The terminals of grammar/filter.lark as the text of a module for the highlighting.

/** One line of the grammar that defines a terminal: NAME.priority: /pattern/flags */
const TERMINAL = /^(_?[A-Z]+)(?:\.(-?\d+))?: \/(.*)\/(i?)$/gm;

export function terminals(grammar) {
  const found = [...grammar.matchAll(TERMINAL)].map(([, name, priority = "0", pattern, flags]) => ({
    name: name.replace(/^_/, ""), priority: Number(priority), pattern,
    // With the flag u, i would fold the Kelvin sign to k. What has the flag i is ASCII, so it needs no u.
    flags: flags ? `${flags}y` : "uy",
  }));
  for (const sign of new Set([...grammar.matchAll(/"([^"\w\s])"/g)].map(([, sign]) => sign))) {
    found.push({ name: sign, priority: 0, pattern: `\\${sign}`, flags: "uy" });
  }
  // A terminal of higher priority is tried first; sorting keeps the order of the grammar among equals.
  found.sort((one, other) => other.priority - one.priority);
  const entries = found.map(({ name, pattern, flags }) => `{ name: ${JSON.stringify(name)}, pattern: /${pattern}/${flags} },`);
  return `export const TERMINALS = [\n${entries.join("\n")}\n];\n`;
}
