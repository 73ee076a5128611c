// What the element itself says. The server says what is wrong with a filter, and what it means.

const MESSAGES = {
  en: {
    filter: "Filter",
    completions: "Suggestions",
    problems: "Problems",
    meaning: "This filter finds:",
    required: "Write a filter.",
    silent: "Suggestions are not available at the moment. You can go on typing.",
    fixed: "The filter is correct now.",
    counted: (count: number) => (count === 1 ? "1 problem:" : `${count} problems:`),
    write: "Write",
    perhaps: "Perhaps",
    remove: "Remove",
    fixAll: "Fix all",
    recent: "Recent filters",
    error: "Error",
    warning: "Note",
    hint: "Not finished",
  },
  fa: {
    filter: "فیلتر",
    completions: "پیشنهادها",
    problems: "ایرادها",
    meaning: "این فیلتر پیدا می‌کند:",
    required: "یک فیلتر بنویسید.",
    silent: "اکنون پیشنهادی در دسترس نیست. می‌توانید به نوشتن ادامه دهید.",
    fixed: "فیلتر اکنون درست است.",
    counted: (count: number) => `${count.toLocaleString("fa")} ایراد:`,
    write: "بنویسید",
    perhaps: "شاید:",
    remove: "حذف",
    fixAll: "اصلاح همه",
    recent: "فیلترهای اخیر",
    error: "خطا",
    warning: "نکته",
    hint: "ناتمام",
  },
};

export type Language = keyof typeof MESSAGES;
export type Messages = (typeof MESSAGES)["en"];

export const messages = (language: Language): Messages => MESSAGES[language];

/** The language of an element: its own `lang`, or that of what it stands in. English stands in for an unknown one. */
export function languageOf(element: Element): Language {
  const lang = element.closest("[lang]")?.getAttribute("lang") ?? "";
  return lang.toLowerCase().startsWith("fa") ? "fa" : "en";
}
