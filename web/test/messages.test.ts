import assert from "node:assert/strict";
import { test } from "node:test";
import { messages } from "../src/messages.ts";

test("both languages say the same things, Persian in Persian letters", () => {
  const [en, fa] = [messages("en"), messages("fa")];
  assert.deepEqual(Object.keys(fa), Object.keys(en));
  for (const [key, text] of Object.entries(fa)) {
    assert.doesNotMatch(String(typeof text === "function" ? text(5) : text), /[A-Za-zيك0-9]/, key);
  }
});

test("numbers are counted", () => {
  assert.equal(messages("en").counted(1), "1 problem:");
  assert.equal(messages("en").counted(2), "2 problems:");
  assert.equal(messages("fa").counted(12), "۱۲ ایراد:");
});
