import assert from "node:assert/strict";
import { test } from "node:test";
import { isolates } from "../src/isolates.ts";

const isolated = (text: string): string[] => isolates(text).map(({ from, to }) => text.slice(from, to));

test("a text in quotes is one, with its numbers and signs", () => {
  assert.deepEqual(isolated("Name = 'علی ۱۲%' or Name = 'a''b' and Id = ''"), ["علی ۱۲%", "a''b"]);
  assert.deepEqual(isolated("Name = 'علی and x"), ["علی and x"]);
});

test("elsewhere the words that follow each other are one", () => {
  assert.deepEqual(isolated("«علی رضایی» و Id > ۵ یا 7 (می‌رود)"), ["علی رضایی", "و", "یا", "می‌رود"]);
  assert.deepEqual(isolated("Id = ٥ - ٦ \u202e< \ufe8d \u{1e900} שלום"), ["٥", "٦ \u202e", "\ufe8d \u{1e900} שלום"]);
  assert.deepEqual(isolated("نام = 'علی'، سن"), ["نام", "علی", "، سن"]);
});
