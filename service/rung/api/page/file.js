// A whole file: dropped or chosen, answered by the worker; counts by family and level, what to review first, and a table that holds any number of rows.

import { askForKey, headers } from "./api.js";
import { STATUSES, TRACKS, byId, count, debounce, flagWords, h, levelName, percent } from "./dom.js";
import { draw, familyName } from "./matrix.js";
import { Table } from "./table.js";

const FRESH = 700; // milliseconds between looks at a growing table
const NONE = { status: null, cell: null, review: false, title: null, text: "" };
const COLUMNS = [["row", "Row"], ["title", "Title"], ["family", "Family"], ["level", "Level"], ["track", "Track"], ["confidence", "Confidence"], ["status", "Status"]];
const REASONS = { family: "family open", level: "level open", track: "track open", conflict: "title and description disagree", unreadable: "unreadable", error: "failed" };
// The columns that the service adds, as people read them; those left out repeat what others say.
const ADDED = {
  rung_status: "Status", rung_family: "Family", rung_level_label: "Level", rung_track: "Track", rung_people_management: "Manages people", rung_confidence: "Confidence",
  rung_about: "Open", rung_question: "Question", rung_flags: "Flags", rung_error: "Error",
};
const LONGEST_CELL = 900;

let service = null;
let open = () => {};
let worker = null;
let file = null;
let table = null;
let state = { filter: { ...NONE }, sort: null };
let totals = null;
let finished = false;
let looked = 0;
let allFamilies = false;

export function start(info, openTitle) {
  service = info;
  open = openTitle;
  const drop = byId("drop");
  const over = (on) => (event) => {
    event.preventDefault();
    drop.classList.toggle("is-over", on);
  };
  for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, over(true));
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, over(false));
  drop.addEventListener("drop", (event) => event.dataTransfer.files[0] && take(event.dataTransfer.files[0]));
  // A file dropped beside the field must not replace the page.
  for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
  byId("pick").addEventListener("change", (event) => {
    if (event.target.files[0]) take(event.target.files[0]);
    event.target.value = "";
  });
  byId("sample").addEventListener("click", async () => {
    const response = await fetch("sample.csv");
    take(new File([await response.blob()], "sample.csv", { type: "text/csv" }));
  });
}

/** Classify the rows of a file; `title` is the heading of its titles where the service could not tell, `lines` that each line is a title. */
function take(chosen, title = null, lines = false) {
  worker?.terminate();
  worker = new Worker("worker.js", { type: "module" });
  worker.onmessage = ({ data }) => handlers[data.kind]?.(data);
  worker.onerror = (event) => failed({ message: event.message || "The page's worker stopped." });
  file = chosen;
  totals = null;
  finished = false;
  state = { filter: { ...NONE }, sort: null };
  build();
  worker.postMessage({ kind: "start", file, levels: service.levels, headers: headers("text/csv"), title, lines });
}

const handlers = {
  progress: (data) => advance(data),
  done: (data) => {
    finished = true;
    advance(data);
    end(outcome(data));
  },
  stopped: (data) => {
    finished = true;
    advance(data);
    end("Stopped; what was answered so far is kept.");
  },
  failed: async (data) => {
    if (data.status === 401 && (await askForKey())) return take(file);
    finished = true;
    advance(data);
    failed(data);
    if (data.status === 422 && !data.rows) ask(data.headings);
  },
  view: (data) => table.size(data.total, data.turn),
  rows: (data) => table.fill(data.rows, data.turn),
  groups: (data) => reviewList(data),
  row: (data) => detail(data),
  download: ({ blob }) => save(blob),
};

function build() {
  const bar = h("i");
  const buttons = [
    h("button", { type: "button", class: "button", id: "stop", onclick: () => worker.postMessage({ kind: "stop" }) }, "Stop"),
    h("button", { type: "button", class: "button primary", id: "download", hidden: true, onclick: () => worker.postMessage({ kind: "download" }) }, "Download CSV"),
  ];
  const run = h(
    "div", { class: "card run", id: "run" },
    h("span", { class: "run-name" }, file.name),
    h("span", { class: "run-count", id: "run-count" }, "reading…"),
    h("div", { class: "run-end" }, buttons),
    h("div", { class: "progress", id: "progress", role: "progressbar", "aria-label": "Rows answered, as a share of the file", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": "0" }, bar),
    h("p", { class: "run-note", id: "run-note", role: "status", hidden: true }),
  );
  const search = h("input", { type: "search", placeholder: "Find in titles", "aria-label": "Find in titles", oninput: debounce((event) => filter({ text: event.target.value }), 200) });
  table = new Table({ columns: COLUMNS, cells, ask: (message) => worker.postMessage(message), sort: sortBy, pick: (at) => worker.postMessage({ kind: "row", at }) });
  const sheet = h(
    "div", { id: "sheet", hidden: true },
    h("div", { class: "card chart" }, h("div", { class: "block-head" }, h("h3", {}, "Rows by family and level"), h("ul", { class: "statuses", id: "statuses" })), h("div", { id: "matrix" })),
    h("div", { class: "sheet" },
      h("div", { class: "card table-card" },
        h("div", { class: "tools" }, search, h("button", { type: "button", class: "toggle", id: "review", "aria-pressed": "false", onclick: () => filter({ review: !state.filter.review }) }, "Needs review"), h("button", { type: "button", class: "text-button", id: "clear", hidden: true, onclick: clear }, "Show all rows"), h("span", { class: "hint", id: "shown", role: "status" })),
        table.element,
      ),
      h("aside", { class: "card side", "aria-label": "Review" }, h("div", { id: "row-detail", hidden: true }), h("div", { id: "review-list" })),
    ),
  );
  const results = byId("results");
  results.replaceChildren(run, sheet);
  results.hidden = false;
}

function advance(data) {
  totals = data;
  const bar = byId("progress");
  const done = finished && !data.message ? 1 : data.share;
  bar.firstElementChild.style.width = `${done * 100}%`;
  bar.setAttribute("aria-valuenow", String(Math.round(done * 100)));
  const rate = data.seconds > 1 ? `, ${count(Math.round(data.rows / data.seconds))} a second` : "";
  byId("run-count").textContent = `${count(data.rows)} ${data.rows === 1 ? "row" : "rows"}${rate}`;
  if (data.encoding && data.encoding !== "utf-8") remark(`The file is not UTF-8; Rung read it as ${data.encoding}.`);
  if (!data.rows) return;
  byId("sheet").hidden = false;
  chart();
  if (finished || performance.now() - looked > FRESH) look();
}

function outcome({ rows, statuses }) {
  if (!rows) return "The file has no rows.";
  if (statuses.error) return `${count(statuses.error)} of ${count(rows)} rows could not be answered; rung_error says why.`;
  return byId("run-note").hidden ? "All rows are answered." : "";
}

function end(words) {
  byId("stop").hidden = true;
  byId("download").hidden = !totals.rows;
  if (words) remark(words);
}

function failed({ message, headings, status }) {
  // The service's message names a part of the address; here a form asks for the column.
  const words = status === 422 && headings?.length && /column=title=/.test(message) ? "Rung cannot tell which column holds the job titles." : message;
  finished = true;
  byId("run").classList.add("failed");
  byId("stop").hidden = true;
  byId("download").hidden = !totals?.rows;
  if (!totals?.rows) byId("run-count").textContent = "";
  remark(words, true);
}

/** Offer the headings: the service found none that means the title. */
function ask(headings) {
  const select = h("select", { id: "title-column" }, headings.map((heading) => h("option", { value: heading }, heading || "(no heading)")));
  byId("run").append(
    h("div", { class: "field row ask-title" },
      h("label", { for: "title-column" }, "Column of titles"), select, h("button", { type: "button", class: "button", onclick: () => take(file, select.value) }, "Classify"),
      h("button", { type: "button", class: "text-button", id: "as-lines", onclick: () => take(file, null, true) }, "Every line is a title")),
  );
}

function remark(words, bad = false) {
  const note = byId("run-note");
  note.hidden = false;
  note.classList.toggle("bad", bad);
  note.textContent = words;
}

/** Ask the worker for the rows of the present filter and order. */
function look() {
  looked = performance.now();
  worker.postMessage({ kind: "view", filter: state.filter, sort: state.sort, turn: table.turn });
  worker.postMessage({ kind: "groups" });
  const { filter: now } = state;
  byId("review").setAttribute("aria-pressed", String(now.review));
  byId("clear").hidden = !(now.review || now.status || now.cell || now.text || now.title !== null);
}

function filter(change) {
  Object.assign(state.filter, change);
  table.again();
  look();
  chart();
}

function clear() {
  byId("sheet").querySelector("input[type='search']").value = "";
  filter({ ...NONE });
}

function sortBy(by) {
  const { sort } = state;
  if (sort?.by !== by) state.sort = { by, down: by === "level" };
  else if (sort.down === (by === "level")) state.sort = { by, down: !sort.down };
  else state.sort = null;
  table.again();
  look();
  return state.sort;
}

function chart() {
  const { filter: now } = state;
  draw({
    service, families: totals.families, ranks: totals.ranks, picked: now.cell, all: allFamilies,
    pick: (cell) => filter({ cell }),
    more: () => {
      allFamilies = !allFamilies;
      chart();
    },
  });
  const focused = document.activeElement?.closest("#statuses") && document.activeElement.dataset.status;
  const box = byId("statuses");
  box.replaceChildren(
    ...STATUSES.filter((status) => totals.statuses[status]).map((status) =>
      h("li", {}, h("button", { type: "button", "data-status": status, "aria-pressed": String(now.status === status), onclick: () => filter({ status: now.status === status ? null : status }) }, h("i", { class: `dot ${status}` }), `${status} `, h("span", { class: "num" }, count(totals.statuses[status])))),
    ),
  );
  byId("review").textContent = `Needs review ${count(totals.reviews)}`;
  if (focused) box.querySelector(`[data-status="${focused}"]`)?.focus();
}

/** The cells of a row of the table. */
function cells(row) {
  const doubtful = row.status === "ambiguous" ? " doubtful" : "";
  return [
    h("span", { class: "n" }, count(row.at + 1)),
    h("span", { title: row.title }, row.title || "(no title)"),
    h("span", {}, row.family ? familyName(service, row.family) : ""),
    h("span", { class: `l${doubtful}` }, row.level ? levelName(service, row.level) : ""),
    h("span", { class: `track ${row.track}` }, TRACKS[row.track] ?? ""),
    h("span", { class: "c" }, percent(row.confidence)),
    h("span", { class: "s" }, h("i", { class: `dot ${row.status}` }), row.status),
  ];
}

/** What to review first: titles with the number of their rows, and why. */
function reviewList({ groups, total }) {
  const box = byId("review-list");
  const focused = document.activeElement?.closest("#review-list") && document.activeElement.dataset.title;
  const items = groups.map(({ key, title, rows, reasons, least }) => {
    const pressed = state.filter.title === key;
    const why = reasons.map((reason) => REASONS[reason]).join(", ");
    return h("li", {}, h("button", { type: "button", "data-title": key, "aria-pressed": String(pressed), onclick: () => pickTitle(pressed ? null : key) }, h("span", { class: "g" }, title || "(no title)"), h("span", { class: "num" }, count(rows)), h("small", {}, [why, least ? `confidence from ${percent(least)}` : ""].filter(Boolean).join(" · "))));
  });
  const more = total - groups.length;
  box.replaceChildren(
    h("h3", {}, "Review first"),
    h("p", { class: "hint" }, total ? `${count(total)} ${total === 1 ? "title needs" : "titles need"} a person's decision; those with most rows first.` : "No row needs review."),
    h("ul", { class: "groups" }, items),
    more > 0 ? h("p", { class: "hint" }, `and ${count(more)} more; use “Needs review” to list their rows`) : "",
  );
  if (focused !== null && focused !== undefined) [...box.querySelectorAll("button")].find((button) => button.dataset.title === focused)?.focus({ preventScroll: true });
}

/** Show the rows of one title that need review, or all rows again. */
function pickTitle(title) {
  filter({ title, review: title !== null });
}

document.addEventListener("rung:shown", ({ detail: total }) => {
  byId("shown").textContent = total === totals.rows ? "" : `${count(total)} of ${count(totals.rows)} rows`;
});

function detail({ at, headings, values, titleAt }) {
  const box = byId("row-detail");
  const value = (name) => values[headings.indexOf(name)] ?? "";
  const described = headings.findIndex((heading) => /description|beschreibung|posting|duties|body/i.test(heading));
  const rows = headings.map((heading, index) => ({ added: heading.startsWith("rung_"), cell: shownCell(heading, values[index] ?? "") })).filter(({ cell }) => cell);
  const [answered, given] = [true, false].map((added) => rows.filter((row) => row.added === added).map((row) => row.cell));
  const pass = () => {
    open({ title: values[titleAt], description: described < 0 ? "" : values[described], ladder: value("ladder") || undefined });
    byId("try").scrollIntoView();
    byId("title").focus({ preventScroll: true });
  };
  const close = () => {
    box.hidden = true;
    byId("review-list").hidden = false;
    table.element.focus();
  };
  box.hidden = false;
  byId("review-list").hidden = true;
  box.replaceChildren(
    h("h3", {}, `Row ${count(at + 1)}`),
    h("dl", { tabindex: "0", "aria-label": `Row ${at + 1}` }, [...answered, ...given].flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text)])),
    h("div", { class: "options" }, h("button", { type: "button", class: "button", onclick: pass }, "See why"), h("button", { type: "button", class: "text-button", onclick: close }, "Close")),
  );
  if (matchMedia("(max-width: 1040px)").matches) box.scrollIntoView({ block: "nearest" });
}

/** A cell of a row for people: its name and text; nothing where it is empty or repeats another. */
function shownCell(heading, text) {
  if (!text) return null;
  if (!heading.startsWith("rung_")) return [heading, text];
  const name = ADDED[heading];
  if (!name) return null;
  const words = {
    rung_family: () => familyName(service, text), rung_track: () => TRACKS[text] ?? text, rung_confidence: () => percent(Number(text)),
    rung_about: () => text.split("|").join(", "), rung_flags: () => text.split("|").map(flagWords).join(" "),
  }[heading];
  return [name, words ? words() : text];
}

function save(blob) {
  const link = h("a", { href: URL.createObjectURL(blob), download: `${file.name.replace(/\.\w+$/, "")}.rung.csv` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
