import assert from "node:assert/strict";
import { test } from "node:test";
import { jalaliDay } from "../src/dates.ts";

test("a Gregorian day has its Jalali one", () => {
  assert.equal(jalaliDay("'2021-01-30'", "fa"), "۱۱ بهمن ۱۳۹۹");
  assert.match(jalaliDay("'2024-03-20 10:00:00'", "en") ?? "", /Farvardin 1, 1403/);
});

test("what is no day has none", () => {
  for (const literal of ["'2021-02-30'", "'0000-00-00'", "'1399/11/11'", "'2021-01-301'", "2021", "''"]) assert.equal(jalaliDay(literal, "fa"), null);
});
