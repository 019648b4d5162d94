// A whole file: dropped or chosen, answered by the worker, shown as a chart and a table that holds any number of rows.

import { askForKey, headers } from "./api.js";
import { STATUSES, TRACKS, byId, count, debounce, h, percent } from "./dom.js";
import { pyramid } from "./pyramid.js";
import { Table } from "./table.js";

const FRESH = 700; // milliseconds between looks at a growing table
const NONE = { status: null, cell: null, review: false, text: "" };
const COLUMNS = [["row", "Row"], ["title", "Title"], ["status", "Status"], ["level", "Level"], ["track", "Track"], ["sure", "Sure"]];

let service = null;
let open = () => {};
let worker = null;
let file = null;
let table = null;
let state = { filter: { ...NONE }, sort: null };
let totals = null;
let finished = false;
let looked = 0;

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

/** Place the rows of a file; `title` is the heading of its titles where the service could not tell. */
function take(chosen, title = null) {
  worker?.terminate();
  worker = new Worker("worker.js", { type: "module" });
  worker.onmessage = ({ data }) => heard[data.kind]?.(data);
  worker.onerror = (event) => failed({ message: event.message || "The page's worker stopped." });
  file = chosen;
  totals = null;
  finished = false;
  state = { filter: { ...NONE }, sort: null };
  build();
  worker.postMessage({ kind: "start", file, levels: service.levels, headers: headers("text/csv"), title });
}

const heard = {
  progress: (data) => advance(data),
  done: (data) => {
    finished = true;
    advance(data);
    end(byId("run-note").hidden ? "All rows are answered." : "");
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
    "div", { class: "sheet", id: "sheet", hidden: true },
    h("div", { class: "card chart" }, h("h3", {}, "Levels and tracks"), h("div", { id: "chart" }), h("ul", { class: "statuses", id: "statuses" })),
    h("div", { class: "card table-card" },
      h("div", { class: "tools" }, search, h("button", { type: "button", class: "toggle", id: "review", "aria-pressed": "false", title: "Between levels, unreadable or failed, or title and description disagree", onclick: () => filter({ review: !state.filter.review }) }, "Needs review"), h("button", { type: "button", class: "text-button", id: "clear", hidden: true, onclick: clear }, "Clear"), h("span", { class: "hint", id: "shown", role: "status" })),
      table.element,
      h("div", { class: "row-detail", id: "row-detail", hidden: true }),
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
  if (data.encoding && data.encoding !== "utf-8") remark(`The file is not UTF-8; it was read as ${data.encoding}.`);
  if (!data.rows) return;
  byId("sheet").hidden = false;
  chart();
  if (finished || performance.now() - looked > FRESH) look();
}

function end(words) {
  byId("stop").hidden = true;
  byId("download").hidden = !totals.rows;
  if (words) remark(words);
}

function failed({ message }) {
  finished = true;
  byId("run").classList.add("failed");
  byId("stop").hidden = true;
  byId("download").hidden = !totals?.rows;
  if (!totals?.rows) byId("run-count").textContent = "";
  remark(message, true);
}

/** Offer the headings: the service found none that means the title. */
function ask(headings) {
  const select = h("select", { id: "title-column" }, headings.map((heading) => h("option", { value: heading }, heading || "(no heading)")));
  byId("run").append(
    h("div", { class: "field row ask-title" }, h("label", { for: "title-column" }, "The titles are in"), select, h("button", { type: "button", class: "button", onclick: () => take(file, select.value) }, "Place the rows")),
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
  const { filter: now } = state;
  byId("review").setAttribute("aria-pressed", String(now.review));
  byId("clear").hidden = !(now.review || now.status || now.cell || now.text);
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
  const values = new Map();
  totals.ranks.forEach((level, rank) => ["ic", "manager"].forEach((track, side) => values.set(`${level}/${track}`, totals.cells[rank * 2 + side])));
  const focused = document.activeElement?.getAttribute("aria-label");
  const toggle = (name) => (value) => filter({ [name]: state.filter[name] === value ? null : value });
  byId("chart").replaceChildren(pyramid({ caption: "Rows by level and track", levels: service.levels, values, print: count, pick: toggle("cell"), picked: state.filter.cell }));
  const pressed = (on) => ({ type: "button", "aria-pressed": String(on) });
  const names = Object.keys(STATUSES);
  const items = names.map((status, at) => [status, STATUSES[status], totals.statuses[at], pressed(state.filter.status === status), () => toggle("status")(status)]);
  byId("statuses").replaceChildren(
    ...items.filter(([, , number]) => number).map(([kind, words, number, attributes, onclick]) => h("li", {}, h("button", { ...attributes, onclick, "aria-label": `${words}: ${count(number)} rows` }, h("i", { class: `dot ${kind}` }), h("span", {}, words), h("span", { class: "num" }, count(number))))),
  );
  byId("review").textContent = `Needs review ${count(totals.reviews)}`;
  // The buttons were made anew; the one that had the focus gets it back.
  if (focused) [...byId("chart").querySelectorAll("button"), ...byId("statuses").querySelectorAll("button")].find((button) => button.getAttribute("aria-label") === focused)?.focus();
}

const levelOf = (id) => service.levels.find((level) => level.id === id)?.label ?? "";

/** The cells of a row of the table. */
function cells(row) {
  return [
    h("span", { class: "n" }, count(row.at + 1)),
    h("span", { title: row.title }, row.title || "(no title)"),
    h("span", { class: "s" }, h("i", { class: `dot ${row.status}` }), STATUSES[row.status]),
    h("span", {}, levelOf(row.level)),
    h("span", { class: `track ${row.track}` }, TRACKS[row.track] ?? ""),
    h("span", { class: "c" }, percent(row.sure)),
  ];
}

document.addEventListener("rung:shown", ({ detail: total }) => {
  byId("shown").textContent = total === totals.rows ? "" : `${count(total)} of ${count(totals.rows)} rows`;
});

function detail({ at, headings, values, titleAt }) {
  const box = byId("row-detail");
  const value = (name) => values[headings.indexOf(name)] ?? "";
  const described = headings.findIndex((heading) => /description|beschreibung|posting|duties|body/i.test(heading));
  const rows = headings.map((heading, index) => [heading, values[index] ?? ""]).filter(([heading, text]) => text && heading !== "rung_model");
  const pass = () => {
    open({ title: values[titleAt], description: described < 0 ? "" : values[described], ladder: value("ladder") || undefined });
    byId("try").scrollIntoView();
    byId("title").focus({ preventScroll: true });
  };
  box.hidden = false;
  box.replaceChildren(
    h("h3", {}, `Row ${count(at + 1)}`),
    h("dl", { tabindex: "0", "aria-label": `All cells of row ${at + 1}` }, rows.flatMap(([heading, text]) => [h("dt", {}, heading), h("dd", {}, text.length > 900 ? `${text.slice(0, 900)}…` : text)])),
    h("div", { class: "options" }, h("button", { type: "button", class: "button", onclick: pass }, "See why"), h("button", { type: "button", class: "text-button", onclick: () => (box.hidden = true) }, "Close")),
  );
  box.scrollIntoView({ block: "nearest" });
}

function save(blob) {
  const link = h("a", { href: URL.createObjectURL(blob), download: `${file.name.replace(/\.\w+$/, "")}.rung.csv` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
