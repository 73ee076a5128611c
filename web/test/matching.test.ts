import assert from "node:assert/strict";
import { test } from "node:test";
import { matching } from "../src/matching.ts";
import type { Item } from "../src/server.ts";

const item = (label: string, insert = `${label} `, ...finds: string[]): Item =>
  ({ label, insert, finds, caret: 0, kind: "field", detail: "", documentation: "", again: true });
const FIELDS = [item("User_Id", "User_Id ", "User id", "شناسه کاربر"), item("Name", "Name ", "نام"), item("Id_Name", "Id_Name ", "كد")];
const found = (typed: string, items = FIELDS): string[] => matching(typed, items).map(({ label }) => label);

test("the beginning of a name comes before a part of one", () => {
  assert.deepEqual(found("id"), ["Id_Name", "User_Id"]);
  assert.deepEqual(found("NA"), ["Name", "Id_Name"]);
});

test("a word of a label, in Persian or Arabic letters", () => {
  assert.deepEqual(found("کا"), ["User_Id"]);
  assert.deepEqual(found("کد"), ["Id_Name"]);
});

test("a value by what is typed with its quote", () => {
  assert.deepEqual(found("'ac", [item("Active", "'Active'"), item("Closed", "'Closed'")]), ["Active"]);
});

test("nothing for a word that has ended", () => {
  assert.deepEqual(found("Name "), []);
});
