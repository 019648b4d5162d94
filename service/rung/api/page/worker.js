// Everything about a file that could hold up the page: reading, cutting it into rows, sending slices, keeping, sorting and filtering answers.
// A slice is a whole CSV of its own, so that a failed one can be sent again and its answer is read while the next one is on its way.

import { Lines, Rows, cells, delimiterOf, quoted } from "./csv.js";
import { csvOf, isWorkbook } from "./workbook.js";

const READ = 1 << 19; // bytes read of the file at a time
const SLICE_ROWS = 1000;
const SLICE_CHARS = 256_000;
const AT_ONCE = 2; // slices on their way
const TRIES = 5;
const PROBE = 1 << 22; // bytes in which the encoding is looked for
const REPORT = 120; // milliseconds between reports of progress
const TITLE_KEPT = 200; // characters of a title that the table keeps
const PACKED = 4; // slices after which texts become blobs
const LINE = "\n";
const STATUSES = ["classified", "ambiguous", "unreadable", "error"];
const CONFLICT = "title_description_conflict";
const GROUPS = 40; // titles listed for review
const NO_LEVEL = 255;
// Why a row needs review, one bit each.
const REASONS = ["family", "level", "track", "conflict", "unreadable", "error"];
const REASON = Object.fromEntries(REASONS.map((name, at) => [name, 1 << at]));
const LIST = /\.txt$/i;

let run = null;

onmessage = ({ data }) => {
  if (data.kind === "start") start(data);
  else if (data.kind === "stop") run?.stop.abort();
  else if (data.kind === "view") view(data);
  else if (data.kind === "rows") rows(data);
  else if (data.kind === "groups") groups();
  else if (data.kind === "row") row(data);
  else if (data.kind === "download") postMessage({ kind: "download", blob: new Blob([run.answerHead, ...run.parts], { type: "text/csv;charset=utf-8" }) });
};

/** A run over one file; its answers stand in columns, because a million objects would not fit. */
function fresh({ file, levels, headers, title, lines }) {
  const ranks = [...levels].sort((a, b) => a.rank - b.rank).map((level) => level.id);
  return {
    file, headers, ranks, title, lines, stop: new AbortController(), head: "", answerHead: "", delimiter: ",", places: null,
    parts: [], firsts: [], rows: 0, sent: 0, began: performance.now(),
    titles: [], status: new Uint8Array(4096), rank: new Uint8Array(4096), manager: new Uint8Array(4096), family: new Uint16Array(4096), confidence: new Float32Array(4096), reasons: new Uint8Array(4096),
    statuses: new Float64Array(STATUSES.length), families: [], counts: [], groups: new Map(), reviews: 0,
    order: null, reported: Number.NEGATIVE_INFINITY,
  };
}

async function start(message) {
  run = fresh(message);
  const mine = run;
  try {
    await work(mine);
    if (mine === run) report(mine, "done");
  } catch (error) {
    if (mine !== run) return;
    mine.stop.abort(); // what else is on its way is of no use
    const stopped = error.name === "AbortError";
    report(mine, stopped ? "stopped" : "failed", { message: error.message, status: error.status, headings: cells(mine.head, mine.delimiter) });
  }
}

async function work(mine) {
  if (isWorkbook(new Uint8Array(await mine.file.slice(0, 4).arrayBuffer()))) mine.file = await csvOf(mine.file);
  const { encoding, skip } = await encodingOf(mine.file);
  mine.encoding = encoding;
  if (mine.file.size === 0) throw new Error("The file is empty.");
  const slices = cut(mine, new TextDecoder(encoding), skip);
  const waiting = new Set();
  const turn = { next: 0, done: new Map() };
  for await (const slice of slices) {
    const job = send(mine, slice.body).then((text) => {
      turn.done.set(slice.index, { text, at: slice.at });
      // Answers may come back out of order; they are kept in the order of the file.
      for (; turn.done.has(turn.next); turn.next += 1) {
        const { text: answer, at } = turn.done.get(turn.next);
        turn.done.delete(turn.next);
        keep(mine, answer);
        mine.sent = at;
      }
      if (performance.now() - mine.reported > REPORT) report(mine, "progress");
    });
    job.finally(() => waiting.delete(job)).catch(() => {});
    waiting.add(job);
    if (waiting.size >= AT_ONCE) await Promise.race(waiting);
  }
  await Promise.all(waiting);
  mine.sent = mine.file.size;
}

/** The encoding: by byte order mark, else UTF-8 where the start of the file is that, else Windows-1252. */
async function encodingOf(file) {
  const bytes = new Uint8Array(await file.slice(0, PROBE).arrayBuffer());
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: "utf-16le", skip: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: "utf-16be", skip: 2 };
  if (bytes.subarray(0, 2000).includes(0)) throw new Error("This is neither a text file nor an XLSX workbook. Save the table as CSV and drop that.");
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return { encoding: "utf-8", skip: marked };
  } catch {
    return { encoding: "windows-1252", skip: 0 };
  }
}

/** Whether a file is a list of titles, one a line: a text file whose first line is no heading. */
const isList = (name, line, delimiter) => LIST.test(name) && !cells(line, delimiter).some((heading) => TITLES.test(heading.trim()));

/** The file as slices: the headings, whole rows, and how far into the file they reach. */
async function* cut(mine, decoder, skip) {
  let cutter = null;
  let early = "";
  let held = [];
  let chars = 0;
  let index = 0;
  for (let at = skip; at < mine.file.size; at += READ) {
    const bytes = await mine.file.slice(at, at + READ).arrayBuffer();
    const last = at + READ >= mine.file.size;
    let text = decoder.decode(bytes, { stream: !last });
    if (!cutter) {
      early += text;
      const line = /^[^\r\n]*/.exec(early)[0];
      if (line.length === early.length && !last) continue;
      const named = /^sep=(.)$/i.exec(line); // Excel's line that names the delimiter
      text = named ? early.slice(line.length).replace(/^\r?\n/, "") : early;
      mine.delimiter = named ? named[1] : delimiterOf(line);
      mine.lines ||= !named && isList(mine.file.name, line, mine.delimiter);
      if (mine.lines) Object.assign(mine, { delimiter: ",", head: `title${LINE}` });
      cutter = mine.lines ? new Lines() : new Rows(mine.delimiter);
    }
    const found = cutter.push(text);
    if (last) found.push(...cutter.end());
    const size = bytes.byteLength;
    for (const [nth, whole] of found.entries()) {
      const ended = mine.lines ? quoted(whole) + LINE : whole.endsWith(LINE) ? whole : whole.replace(/\r$/, "") + LINE;
      if (!mine.head) {
        mine.head = ended;
        continue;
      }
      held.push(ended);
      chars += ended.length;
      if (held.length >= SLICE_ROWS || chars >= SLICE_CHARS) {
        yield { index, body: mine.head + held.join(""), at: at + (size * (nth + 1)) / found.length };
        held = [];
        chars = 0;
        index += 1;
      }
    }
  }
  if (!mine.head) throw new Error("The file is empty.");
  // A file of headings alone is sent too: the service says what is missing.
  if (held.length || index === 0) yield { index, body: mine.head + held.join(""), at: mine.file.size };
}

/** Send a slice; a busy service is asked again when it says so, a broken connection a few times. */
async function send(mine, body) {
  let broken = "The service cannot be reached.";
  for (let attempt = 1; ; attempt += 1) {
    let wait = 400 * 2 ** attempt;
    try {
      const response = await fetch(mine.title ? `/classify/csv?column=${encodeURIComponent(`title=${mine.title}`)}` : "/classify/csv", { method: "POST", headers: mine.headers, body, signal: mine.stop.signal });
      if (response.ok) {
        broken = "The answer broke off. A row may be longer than the service reads.";
        return await response.text();
      }
      const problem = await response.json().catch(() => ({}));
      const busy = response.status === 429 || response.status === 503;
      if (!busy || attempt === TRIES) throw Object.assign(new Error(problem.detail ?? `The service answered ${response.status}.`), { status: response.status, final: true });
      wait = Math.max(wait, 1000 * Number(response.headers.get("retry-after") ?? 0));
    } catch (error) {
      if (error.final || error.name === "AbortError") throw error;
      if (attempt === TRIES) throw new Error(broken);
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

function keep(mine, text) {
  const cutter = new Rows(mine.delimiter);
  const found = [...cutter.push(text), ...cutter.end()];
  const head = found.shift() ?? "";
  if (!mine.places) {
    mine.answerHead = head;
    mine.headings = cells(head, mine.delimiter);
    mine.places = Object.fromEntries(["status", "family", "level", "track", "confidence", "about", "flags"].map((name) => [name, mine.headings.indexOf(`rung_${name}`)]));
    mine.titleAt = mine.title ? mine.headings.indexOf(mine.title) : titleAt(mine.headings);
    if (!mine.headings.includes("rung_status")) throw new Error("The answer has no column rung_status; is this the service that the page came from?");
  }
  mine.parts.push(text.slice(head.length));
  if (mine.parts.length % PACKED === 0) pack(mine);
  mine.firsts.push(mine.rows);
  grow(mine, mine.rows + found.length);
  for (const line of found) note(mine, cells(line, mine.delimiter));
}

/** Turn texts into blobs: the browser may keep those on disk. */
function pack(mine) {
  mine.parts = mine.parts.map((part) => (typeof part === "string" ? new Blob([part]) : part));
}

const TITLES = /^(job.?|raw.?|position.?|role.?|posting.?|vacancy.?)?(title|titel|titre|titulo|titolo)(.?raw)?$/i;

/** Which column to show as the title: the one called so, else one that says job, role or position, else the first. */
function titleAt(headings) {
  const named = headings.findIndex((heading) => TITLES.test(heading.trim()));
  if (named >= 0) return named;
  return Math.max(0, headings.findIndex((heading) => /title|titel|bezeichnung|position|role|job|poste|puesto/i.test(heading)));
}

function note(mine, values) {
  const at = mine.rows;
  const value = (name) => values[mine.places[name]] ?? "";
  const status = STATUSES.includes(value("status")) ? value("status") : "error";
  const rank = mine.ranks.indexOf(value("level"));
  const title = (values[mine.titleAt] ?? "").slice(0, TITLE_KEPT);
  mine.titles.push(title);
  mine.status[at] = STATUSES.indexOf(status);
  mine.rank[at] = rank < 0 ? NO_LEVEL : rank;
  mine.manager[at] = value("track") === "manager" ? 1 : 0;
  mine.family[at] = familyAt(mine, value("family"));
  mine.confidence[at] = value("confidence") ? Number(value("confidence")) : Number.NaN;
  mine.reasons[at] = reasonsOf(status, value("about"), value("flags"));
  mine.statuses[STATUSES.indexOf(status)] += 1;
  mine.counts[mine.family[at]][rank < 0 ? mine.ranks.length : rank] += 1;
  if (mine.reasons[at]) group(mine, at, title);
  mine.rows += 1;
}

/** The number of a family, which is new where it was not met before. */
function familyAt(mine, id) {
  const known = mine.families.indexOf(id);
  if (known >= 0) return known;
  mine.counts.push(new Float64Array(mine.ranks.length + 1));
  return mine.families.push(id) - 1;
}

function reasonsOf(status, about, flags) {
  let bits = REASON[status] ?? 0;
  for (const part of about.split("|")) bits |= REASON[part] ?? 0;
  return flags.split("|").includes(CONFLICT) ? bits | REASON.conflict : bits;
}

/** Count a row that needs review with the others of its title. */
function group(mine, at, title) {
  const key = title.trim().toLowerCase();
  const mates = mine.groups.get(key);
  const sure = mine.confidence[at] || 0;
  mine.reviews += 1;
  if (!mates) mine.groups.set(key, { key, title, rows: 1, reasons: mine.reasons[at], least: sure });
  else Object.assign(mates, { rows: mates.rows + 1, reasons: mates.reasons | mine.reasons[at], least: Math.min(mates.least, sure) });
}

const reasonNames = (bits) => REASONS.filter((name) => bits & REASON[name]);

/** The titles to review first: those of most rows, and of those the least confident. */
function groups() {
  const first = [...run.groups.values()].sort((a, b) => b.rows - a.rows || a.least - b.least).slice(0, GROUPS);
  postMessage({ kind: "groups", total: run.groups.size, groups: first.map((mates) => ({ ...mates, reasons: reasonNames(mates.reasons) })) });
}

function grow(mine, needed) {
  if (needed <= mine.status.length) return;
  const room = Math.max(needed, mine.status.length * 2);
  for (const name of ["status", "rank", "manager", "family", "confidence", "reasons"]) {
    const wider = new mine[name].constructor(room);
    wider.set(mine[name]);
    mine[name] = wider;
  }
}

function report(mine, kind, more = {}) {
  mine.reported = performance.now();
  postMessage({
    kind, rows: mine.rows, share: mine.file.size ? mine.sent / mine.file.size : 1, seconds: (performance.now() - mine.began) / 1000,
    statuses: Object.fromEntries(STATUSES.map((status, at) => [status, mine.statuses[at]])), families: mine.families.map((id, at) => ({ id, counts: [...mine.counts[at]] })),
    ranks: mine.ranks, reviews: mine.reviews, encoding: mine.encoding, lines: mine.lines, ...more,
  });
}

/** Which rows are shown, in which order; `null` stands for all in the order of the file. */
function view({ filter, sort, turn }) {
  const mine = run;
  const wanted = matcher(mine, filter);
  if (!wanted && !sort) mine.order = null;
  else {
    const found = new Uint32Array(mine.rows);
    let size = 0;
    for (let at = 0; at < mine.rows; at += 1) {
      if (wanted && !wanted(at)) continue;
      found[size] = at;
      size += 1;
    }
    mine.order = found.slice(0, size);
    if (sort) arrange(mine, sort);
  }
  postMessage({ kind: "view", total: mine.order ? mine.order.length : mine.rows, rows: mine.rows, turn });
}

/** Whether a row passes a filter, as a function of its number; `null` where all do. */
function matcher(mine, { status, cell, review, title, text }) {
  const words = text.trim().toLowerCase();
  const tests = [];
  if (review) tests.push((at) => mine.reasons[at] > 0);
  if (status) tests.push((at) => STATUSES[mine.status[at]] === status);
  if (cell) {
    const [family, rank] = [mine.families.indexOf(cell.family), cell.rank === null || cell.rank < mine.ranks.length ? cell.rank : NO_LEVEL];
    tests.push((at) => mine.family[at] === family && (rank === null || mine.rank[at] === rank));
  }
  if (title !== null) tests.push((at) => mine.titles[at].trim().toLowerCase() === title);
  if (words) tests.push((at) => mine.titles[at].toLowerCase().includes(words));
  return tests.length ? (at) => tests.every((test) => test(at)) : null;
}

/** Sort the shown rows; those without a value stand last either way, and equal ones in the order of the file. */
function arrange(mine, { by, down }) {
  const sign = down ? -1 : 1;
  if (by === "row") {
    if (down) mine.order.reverse();
    return;
  }
  if (by === "title") {
    const keys = mine.titles.map((title) => title.toLowerCase());
    mine.order.sort((a, b) => (keys[a] < keys[b] ? -sign : keys[a] > keys[b] ? sign : a - b));
    return;
  }
  const ifLevelled = (values) => (at) => (mine.rank[at] === NO_LEVEL ? Number.NaN : values[at]);
  const families = by === "family" ? [...mine.families].sort() : [];
  const value = {
    status: (at) => mine.status[at], confidence: (at) => mine.confidence[at], level: ifLevelled(mine.rank), track: ifLevelled(mine.manager),
    family: (at) => families.indexOf(mine.families[mine.family[at]]),
  }[by];
  mine.order.sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    const [blank, other] = [Number.isNaN(left), Number.isNaN(right)];
    if (blank || other) return blank && other ? a - b : blank ? 1 : -1;
    return sign * (left - right) || a - b;
  });
}

function rows({ from, to, turn }) {
  const found = [];
  const total = run.order ? run.order.length : run.rows;
  for (let shown = Math.max(0, from); shown < Math.min(to, total); shown += 1) {
    const at = run.order ? run.order[shown] : shown;
    const none = run.rank[at] === NO_LEVEL;
    found.push({
      shown, at, title: run.titles[at], status: STATUSES[run.status[at]], family: run.families[run.family[at]], level: none ? null : run.ranks[run.rank[at]],
      track: none ? null : ["ic", "manager"][run.manager[at]], confidence: run.confidence[at], reasons: reasonNames(run.reasons[at]),
    });
  }
  postMessage({ kind: "rows", rows: found, turn });
}

/** All cells of one row, read again from where its slice is kept. */
async function row({ at }) {
  const mine = run;
  let low = 0;
  let high = mine.firsts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (mine.firsts[middle] <= at) low = middle;
    else high = middle - 1;
  }
  const part = mine.parts[low];
  const cutter = new Rows(mine.delimiter);
  const text = typeof part === "string" ? part : await part.text();
  const lines = [...cutter.push(text), ...cutter.end()];
  postMessage({ kind: "row", at, headings: mine.headings, values: cells(lines[at - mine.firsts[low]] ?? "", mine.delimiter), titleAt: mine.titleAt });
}
