// The Jalali day of a Gregorian date.
import type { Language } from "./messages.ts";

const DATE = /^'(\d{4})-(\d\d)-(\d\d)\b/;
const CALENDARS = { en: "en-u-ca-persian", fa: "fa-IR-u-ca-persian" };

/** The Jalali day that a literal such as '2021-01-30' names; null for one that names no day. */
export function jalaliDay(literal: string, language: Language): string | null {
  const [, year, month, day] = DATE.exec(literal)?.map(Number) ?? [];
  const date = new Date(Date.UTC(year ?? NaN, (month ?? NaN) - 1, day));
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== day || date.getUTCMonth() + 1 !== month) return null;
  return new Intl.DateTimeFormat(CALENDARS[language], { dateStyle: "long", timeZone: "UTC" }).format(date);
}
