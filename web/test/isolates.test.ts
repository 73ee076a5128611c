import assert from "node:assert/strict";
import { test } from "node:test";
import { isolates, parts } from "../src/isolates.ts";

const isolated = (text: string): string[] => isolates(text).map(({ from, to }) => text.slice(from, to));

test("a text in quotes is one, with its numbers and signs", () => {
  assert.deepEqual(isolated("Name = 'علی ۱۲%' or Name = 'a''b' and Id = ''"), ["علی ۱۲%"]);
  assert.deepEqual(isolated('Name = «۱۲ متری» و "کوی ۵" and Name like \'علی%'), ["۱۲ متری", "و", "کوی ۵", "علی%"]);
});

test("elsewhere the words that follow each other are one", () => {
  assert.deepEqual(isolated("علی رضایی و Id > ۵ یا 7 (می‌رود)"), ["علی رضایی و", "یا", "می‌رود"]);
  assert.deepEqual(isolated("Id = ٥ - ٦ \u202e< \ufe8d \u{1e900} שלום"), ["٥", "٦ \u202e", "\ufe8d \u{1e900} שלום"]);
});

test("code is in none, although a quote is missing", () => {
  assert.deepEqual(isolated("Name = 'علی and Family = 'رضا ۵' or Id = '3' و 5"), ["علی", "رضا ۵", "3", "و"]);
  assert.deepEqual(isolated("Name = 'کوی\\ ۵' or Name = 'x"), ["کوی"]);
});

test("every second part is one", () => {
  assert.deepEqual(parts("Name = 'علی'"), ["Name = '", "علی", "'"]);
});
