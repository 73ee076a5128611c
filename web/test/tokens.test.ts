import assert from "node:assert/strict";
import { test } from "node:test";
import { opensAt, tokens } from "../src/tokens.ts";

const named = (text: string): [string, string][] => tokens(text).map(({ name, from, to }) => [name, text.slice(from, to)]);

test("a filter has the tokens of the grammar", () => {
  assert.deepEqual(named("Name like 'a''b%' and (Id>=-1.5)"), [
    ["FIELD", "Name"], ["LIKE", "like"], ["STRING", "'a''b%'"], ["AND", "and"], ["(", "("], ["FIELD", "Id"], ["OPERATOR", ">="],
    ["NUMBER", "-1.5"], [")", ")"],
  ]);
});

test("a keyword ends where a word ends, and is written with Latin letters", () => {
  assert.deepEqual(named("order OR or"), [["FIELD", "order"], ["OR", "OR"], ["OR", "or"]]);
  assert.deepEqual(named("li\u212Ae"), [["FIELD", "li"], ["OTHER", "\u212A"], ["FIELD", "e"]]); // the sign of Kelvin
});

test("a text that nothing closes goes to the end", () => {
  assert.deepEqual(named("Name = 'a and b"), [["FIELD", "Name"], ["OPERATOR", "="], ["OPEN", "'a and b"]]);
});

test("unknown characters are one token", () => {
  assert.deepEqual(named("نام \ud83d"), [["OTHER", "نام"], ["OTHER", "\ud83d"]]);
});

test("a list opens where something has to follow, and not behind a value", () => {
  const opens = ["N|", "Name |", "Name =|", "Name = |", "Name = 'x|", "Name = 'x|y'", "(|", "a = 'x' and |", "ن|", "a = 'x' a|"];
  const stays = ["|", " |", "Name = 'x'|", "Name = 'x' |", "a = 5|", "a = 5 |", "(a = 5)|", "(a = 5) |", "ن |"];
  for (const text of [...opens, ...stays]) {
    const caret = text.indexOf("|");
    assert.equal(opensAt(text.replace("|", ""), caret), opens.includes(text), text);
  }
});
