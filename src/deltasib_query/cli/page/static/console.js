// The page of `deltasib-query console`. Everything that comes from a server is shown by textContent, as text.

const given = new URLSearchParams(location.hash.slice(1));
const token = given.get("token") ?? "";
const PAGE = 50; // rows shown at a time
const FIRST_COLUMNS = 12; // shown of a list that has very many

const $ = (id) => document.getElementById(id);

let start; // the answer of /start: the source, and for each language its words and lists
let language = given.get("language") === "fa" || navigator.language.startsWith("fa") ? "fa" : "en";
let shown = null; // the search whose rows are shown
let failed = null; // the error that is shown, and what tries again
let running = null; // the AbortController of the request for rows that is under way

const words = () => start.languages[language].words;
const lists = () => start.languages[language].lists;
const numeral = (number) => number.toLocaleString(language === "fa" ? "fa-IR" : "en");
const say = (key, values = {}) => words()[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

// What has its own direction in code: see isolates.ts of the element, which has the same.
const LETTERS = "[\\u0590-\\u06ef\\u06fa-\\u08ff\\u200c-\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufb1d-\\ufdff\\ufe70-\\ufefc\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}]+";
const TEXT = "(?<=['\"«“])(?! )[^'\"«»“”\\\\A-Za-z=<>()]+(?=['\"»”\\\\]|$)";
const ISOLATES = new RegExp(`(${TEXT}|${LETTERS}(?: +${LETTERS})*)`, "gu");

/** Return the nodes of a filter or a program: Persian keeps its direction, and the rest runs from left to right. */
const code = (text) => text.split(ISOLATES).map((part, index) => (index % 2 ? element("bdi", part) : part));

/** Return the nodes of a text of ours: what stands in backticks is code. */
const nodes = (text) => sentence(text.split("`").map((part, index) => (index % 2 ? { code: part } : part)));

function element(name, content = [], properties = {}) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...[content].flat());
  return made;
}

/** Return the nodes of a sentence of ours: its codes keep their direction. */
const sentence = (said) =>
  said.map((part) => (typeof part === "string" ? part : element("bdi", element("code", part.code))));

// Requests

class Failure extends Error {
  constructor(error) {
    super(error.kind);
    this.error = error;
  }
}

const headers = () => ({ "Content-Type": "application/json", "Console-Token": token });

const send = (path, body, signal) => fetch(path, { method: "POST", headers: headers(), body: JSON.stringify(body), signal });

async function ask(path, body, signal) {
  const response = await send(path, body, signal);
  const answer = await response.json();
  if (answer.error) throw new Failure(answer.error);
  return answer;
}

/** Yield the lines of /rows while they come. */
async function* lines(body, signal) {
  const response = await send("/rows", body, signal);
  if (!response.ok) throw new Error(String(response.status));
  let rest = "";
  let line = {};
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const whole = (rest + read.value).split("\n");
    rest = whole.pop();
    for (const text of whole) {
      line = JSON.parse(text);
      if (line.error) throw new Failure(line.error);
      yield line;
    }
  }
  if (!("end" in line)) throw new Error("cut off");
}

/** Do something that asks for rows, one at a time: it can be stopped, and what fails is said with what to do. */
async function run(work, again) {
  running?.abort();
  const controller = (running = new AbortController());
  fail(null);
  const began = Date.now();
  let key = "waiting";
  const tick = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    $("progress-said").textContent = say(key, { seconds: numeral(seconds) });
    $("progress").hidden = Date.now() - began < 400 || running !== controller;
  };
  const clock = setInterval(tick, 200);
  document.body.setAttribute("aria-busy", "true");
  try {
    await work(controller.signal, (line) => { if (line.filling) key = "filling"; });
  } catch (error) {
    if (running !== controller) return;
    if (controller.signal.aborted) notice("stopped");
    else fail(error, again);
  } finally {
    clearInterval(clock);
    if (running === controller) {
      running = null;
      $("progress").hidden = true;
      document.body.removeAttribute("aria-busy");
    }
  }
}

function fail(error, again) {
  failed = error && { error, again };
  $("failure").hidden = !error;
  if (!error) return;
  const known = error instanceof Failure;
  $("failure-said").replaceChildren(...(known ? sentence(error.error.said[language]) : nodes(say("gone"))));
  $("failure-advice").replaceChildren(...nodes(known ? error.error.advice[language] : say("gone.advice")));
  $("again").hidden = known && !error.error.again;
}

let fading;
function notice(key, values = {}) {
  clearTimeout(fading);
  $("notice").replaceChildren(...(key ? nodes(say(key, values)) : []));
  if (key) fading = setTimeout(() => notice(""), 6000);
}

// Searching

const listNow = () => lists().find(({ name }) => name === $("list").value);
/** The field of the filter: the element or, where its script does not run, the input inside. */
const field = () => $("filter-text") ?? $("filter");

/** Search for what stands in the form. The rows of another search stay until the first ones of this one come. */
function search() {
  const { name, columns } = listNow();
  const hidden = columns.length > 2 * FIRST_COLUMNS ? columns.slice(FIRST_COLUMNS) : [];
  return more({
    list: name, user_id: $("customer").hidden ? null : $("user-id").value || null, filter: field().value,
    hidden: new Set(hidden.map(({ name }) => name)), token: null, count: 0, unreadable: 0, ended: false,
  });
}

/** What /rows and /programs are asked about a search. */
const request = ({ list, user_id, filter }, more) => ({ list, user_id, filter, ...more });

const more = (search) =>
  run(async (signal, told) => {
    notice("");
    for await (const line of lines(request(search, { count: PAGE, token: search.token }), signal)) {
      told(line);
      if (line.rows || line.end) showRows(search, line);
    }
  }, () => more(search));

// Rows

function showRows(search, { rows = [], token = null, unreadable = 0, end = false }) {
  if (search !== shown) {
    shown = search;
    $("rows").replaceChildren();
    $("elsewhere").open = false;
    headings();
  }
  const { columns } = listNow();
  for (const cells of rows) {
    const row = cells.map((text, index) => {
      const { name, number } = columns[index];
      const className = `${number ? "number" : ""} ${text === null ? "null" : ""}`;
      return element("td", text ?? [], { dir: number ? "ltr" : "auto", className, hidden: search.hidden.has(name) });
    });
    $("rows").append(element("tr", row));
  }
  search.token = token;
  search.count += rows.length;
  search.unreadable += unreadable;
  search.ended = end;
  $("examples").hidden = true;
  $("results").hidden = false;
  counted();
}

function counted() {
  const { count, unreadable, ended } = shown;
  $("count").textContent = count === 0 ? say("none") : say(ended ? "all" : "rows", { count: numeral(count) });
  $("unreadable").hidden = unreadable === 0;
  $("unreadable").textContent = say("unreadable", { count: numeral(unreadable) });
  $("next").hidden = ended;
  $("scroll").hidden = $("save").hidden = count === 0;
  compared();
}

/** Say whose rows these are while the form has another search. */
function compared() {
  if (!shown) return;
  const userId = $("customer").hidden ? null : $("user-id").value || null;
  $("others").hidden = field().value === shown.filter && userId === shown.user_id;
  const filter = shown.filter ? element("code", code(shown.filter), { dir: "ltr" }) : say("placeholder");
  $("others").replaceChildren(say("others"), " ", filter);
}

function headings() {
  const { columns } = listNow();
  $("headings").replaceChildren(
    ...columns.map(({ name, label, number }) => {
      const content = label === name ? label : [label, element("small", name, { dir: "ltr" })];
      return element("th", content, { scope: "col", hidden: shown.hidden.has(name), className: number ? "number" : "" });
    }),
  );
  $("column-list").replaceChildren(
    ...columns.map(({ name, label }, index) => {
      const box = element("input", [], { type: "checkbox", checked: !shown.hidden.has(name) });
      box.addEventListener("change", () => {
        shown.hidden[box.checked ? "delete" : "add"](name);
        for (const row of $("results").querySelectorAll("tr")) row.children[index].hidden = !box.checked;
      });
      return element("label", [box, element("span", label)]);
    }),
  );
}

/** The columns that are shown; null for all. */
const fieldsShown = () => {
  const names = listNow().columns.map(({ name }) => name).filter((name) => !shown.hidden.has(name));
  return shown.hidden.size && names.length ? names : null;
};

// Taking it away

async function showPrograms() {
  if (!$("elsewhere").open) return;
  const found = await ask("/programs", request(shown, { fields: fieldsShown() })).catch(() => ({}));
  const kinds = ["filter", "python", "command", "powershell"].filter((kind) => found[kind]);
  $("programs").replaceChildren(...kinds.map((kind) => toCopy(kind, found[kind])));
  const picture = found.pictures?.[language];
  if (picture) $("programs").append(toSave(picture));
}

/** Return a figure with a caption, a button, and what is taken away. */
function figure(key, button, content) {
  return element("figure", [element("figcaption", [element("span", nodes(say(key))), button]), content]);
}

function toCopy(kind, text) {
  const button = element("button", say("copy"), { type: "button" });
  button.addEventListener("click", () =>
    navigator.clipboard.writeText(text).then(() => notice("copied"), () => notice("not-copied")),
  );
  return figure(`copy.${kind}`, button, element("pre", code(text), { dir: "ltr", tabIndex: 0 }));
}

function toSave(picture) {
  const button = element("button", say("download"), { type: "button" });
  button.addEventListener("click", () => download(new Blob([picture], { type: "image/svg+xml" }), "filter.svg"));
  const src = `data:image/svg+xml,${encodeURIComponent(picture)}`;
  return figure("copy.picture", button, element("img", [], { src, alt: say("copy.picture") }));
}

function download(blob, name) {
  const link = element("a", [], { download: name, href: URL.createObjectURL(blob) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Save every row of a list. After an error it goes on behind the last row that came. */
function save(asked, pieces = [], saved = 0, token = null) {
  const file = `${asked.list}.csv`;
  const again = () => save(asked, pieces, saved, token);
  return run(async (signal, told) => {
    for await (const line of lines({ ...asked, token }, signal)) {
      told(line);
      if (line.csv) pieces.push(new Blob([line.csv]));
      if (line.token) token = line.token;
      saved += line.count ?? 0;
      notice("saving", { count: numeral(saved) });
    }
    download(new Blob(pieces, { type: "text/csv" }), file);
    notice("saved", { count: numeral(saved), file });
  }, again);
}

// The page itself

function showWords() {
  const { title } = words();
  document.title = title;
  document.documentElement.lang = language;
  document.documentElement.dir = language === "fa" ? "rtl" : "ltr";
  for (const part of document.querySelectorAll("[data-word]")) part.replaceChildren(...nodes(say(part.dataset.word)));
  const { users, username, url } = start.source;
  const isolated = (text) => `\u2068${text}\u2069`;
  $("source").textContent = users
    ? say("sandbox", { users: numeral(users) })
    : say("live", { username: isolated(username), url: isolated(url) });
  const chosen = $("list").value;
  $("list").replaceChildren(...lists().map(({ name }) => element("option", say(`list.${name}`), { value: name })));
  $("list").value = chosen || lists()[0].name;
  field().setAttribute("placeholder", say("placeholder"));
  $("language").lang = language === "fa" ? "en" : "fa";
  $("filter").setAttribute("lang", language);
  showList();
  if (shown) {
    headings();
    counted();
    showPrograms();
  }
  if (failed) fail(failed.error, failed.again);
}

function showList() {
  const { name, customer, examples } = listNow();
  $("filter").setAttribute("src", `/assist/${name}`);
  $("customer").hidden = customer === "none";
  $("user-id").required = customer === "required";
  $("cards").replaceChildren(
    ...examples.map(({ filter, said }) => {
      const content = [element("span", said), element("code", code(filter), { dir: "ltr" })];
      const card = element("button", content, { type: "button" });
      card.addEventListener("click", () => {
        field().value = filter;
        if (customer === "required" && !$("user-id").value && start.source.users) $("user-id").value = "1";
        $("search").requestSubmit();
      });
      return element("li", card);
    }),
  );
}

async function open() {
  $("filter").request = (url, init) => fetch(url, { ...init, headers: { ...init.headers, "Console-Token": token } });
  try {
    start = await ask("/start", {});
  } catch {
    $("closed").hidden = false;
    return;
  }
  $("content").hidden = false;
  showWords();
  $("language").addEventListener("click", () => {
    language = language === "fa" ? "en" : "fa";
    showWords();
  });
  $("list").addEventListener("change", () => {
    running?.abort();
    shown = null;
    fail(null);
    notice("");
    field().value = "";
    $("results").hidden = true;
    $("examples").hidden = false;
    showList();
  });
  $("search").addEventListener("input", compared);
  $("search").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!$("user-id").reportValidity()) return;
    if (field().checkValidity()) search();
    else field().focus(); // below it stands what is wrong
  });
  $("next").addEventListener("click", () => more(shown));
  $("again").addEventListener("click", () => failed.again());
  $("stop").addEventListener("click", () => running?.abort());
  $("save").addEventListener("click", () => save(request(shown, { fields: fieldsShown() })));
  $("elsewhere").addEventListener("toggle", showPrograms);
  const menus = () => document.querySelectorAll("details[open]");
  document.addEventListener("click", ({ target }) => menus().forEach((menu) => (menu.open = menu.contains(target))));
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const menu of menus()) {
      if (menu.matches(":focus-within") || document.activeElement === document.body) menu.querySelector("summary").focus();
      menu.open = false;
    }
  });
  field().focus();
}

open();
