// The ladder map: one column a ladder, one row a level, and the job highlighted where it belongs on each.

import { TRACKS, byId, h, levelName, percent } from "./dom.js";
import { describe, hide } from "./tip.js";

const RELATIONS = { exact: "same job", close: "close match", broad: "broader job", narrow: "narrower job", none: "no such position" };

const OFFER = "read the title by this";

let levels = [];
let ladders = [];
let choose = () => {};
let answer = null;

export function start(service, data, readBy) {
  const family = service.families.find((each) => each.graded)?.id;
  levels = service.levels.map(({ id, rank }) => ({ id, rank, label: levelName(service, id, family) })).sort((a, b) => b.rank - a.rank);
  ladders = data.map((ladder) => ({ ...ladder, rungs: rungs(ladder) }));
  choose = readBy;
  draw();
  if (answer) light();
}

document.addEventListener("rung:answer", (event) => {
  answer = event.detail;
  if (ladders.length) light();
});

/** The positions of a ladder, one a place on the grid: what variants share is one rung that names them. */
function rungs(ladder) {
  const found = new Map();
  for (const entry of ladder.positions) {
    const variant = Object.keys(entry.variants ?? {})[0] ?? "";
    const best = [...(entry.reference ?? [])].sort((a, b) => b.share - a.share)[0];
    if (!best) continue;
    const key = `${entry.id} ${best.cell}`;
    const rung = found.get(key) ?? { entry, id: entry.id, level: best.cell.split("/")[0], side: side(entry, best), variants: [], shares: entry.reference };
    if (variant) rung.variants.push(variant);
    found.set(key, rung);
  }
  return [...found.values()];
}

function side(entry, best) {
  const level = best.cell.split("/")[0];
  const sides = new Set(entry.reference.filter((share) => share.cell.startsWith(`${level}/`)).map((share) => share.cell.split("/")[1]));
  return sides.size === 1 ? [...sides][0] : "other";
}

/** A label that may break after a slash. */
const breakable = (label) => label.split("/").flatMap((part, at) => (at ? ["/", h("wbr"), part] : [part]));

function draw() {
  const map = byId("map");
  const head = h("tr", {}, h("th", { class: "corner", scope: "col" }, h("span", { class: "visually-hidden" }, "Level")), ladders.map((ladder) => h("th", { scope: "col", "data-ladder": ladder.id }, pick(ladder))));
  const body = levels.map((level) =>
    h("tr", {}, h("th", { scope: "row" }, breakable(level.label)), ladders.map((ladder) => h("td", { "data-ladder": ladder.id }, h("div", { class: "cell" }, ladder.rungs.filter((rung) => rung.level === level.id).reverse().map((rung) => button(ladder, rung)))))),
  );
  const foot = h("tr", {}, h("th", { scope: "row" }, "This job"), ladders.map((ladder) => h("td", { "data-ladder": ladder.id, "data-reading": ladder.id })));
  const swatch = (kind, words) => h("span", {}, h("i", { class: `swatch ${kind}` }), words);
  map.replaceChildren(
    h("div", { class: "map-legend" }, swatch("ic", "IC"), swatch("manager", "manager"), swatch("either", "either"), swatch("doubt", "doubtful: less likely than not"), swatch("near", "nearest, where there is no such position")),
    h("div", { class: "map-scroll", tabindex: "0", role: "region", "aria-label": "Ladder map" },
      h("table", {}, h("caption", { class: "visually-hidden" }, "Positions of every ladder by level of the reference grid"), h("colgroup", {}, h("col", { class: "levels" }), ladders.map(() => h("col"))), h("thead", {}, head), h("tbody", {}, body), h("tfoot", {}, foot)), thread()),
  );
  map.querySelector(".map-scroll").addEventListener("scroll", hide, { passive: true });
  new ResizeObserver(() => answer && weave()).observe(map.querySelector("table"));
}

function pick(ladder) {
  return h("button", { type: "button", class: "ladder-pick", "aria-pressed": "false", title: ladder.summary ?? "", onclick: () => choose(ladder.id) }, h("b", {}, ladder.label), h("small", {}, OFFER));
}

function button(ladder, rung) {
  const tone = { ic: "tone-ic", manager: "tone-manager" }[rung.side] ?? "tone-other";
  const all = new Set((ladder.variants ?? []).map((variant) => variant.id));
  const some = rung.variants.length && rung.variants.length < all.size ? rung.variants.join(", ") : "";
  const element = h("button", { type: "button", class: `rung ${tone}`, "data-ladder": ladder.id, "data-position": rung.id, "data-level": rung.level }, h("span", {}, rung.entry.title, some && h("small", {}, ` ${some}`)));
  describe(element, () => details(ladder, rung));
  return element;
}

const facts = (pairs) => Object.entries(pairs ?? {}).map(([name, value]) => `${name.replaceAll("_", " ")}: ${String(value).replaceAll("|", " or ")}`);

function details(ladder, rung) {
  const { entry } = rung;
  const names = (entry.synonyms ?? []).map((name) => name.title ?? name);
  const counts = Object.entries(entry.counts ?? {}).map(([name, [low, high]]) => (low === high ? `${low} ${name}` : `${low} to ${high} ${name}`));
  const label = (id) => levels.find((level) => level.id === id)?.label ?? id;
  const means = rung.shares.map((share) => `${label(share.cell.split("/")[0])}, ${TRACKS[share.cell.split("/")[1]]} ${percent(share.share)}`);
  const variants = (ladder.variants ?? []).filter((variant) => rung.variants.includes(variant.id)).map((variant) => variant.label);
  const conditions = [...facts(ladder.conditions), ...facts(entry.conditions)];
  const rows = [
    ["also", names.join(", ")],
    ["freedom", entry.autonomy],
    ["counts", counts.join(", ")],
    ["reports to", (entry.reports_to ?? []).map((id) => ladder.positions.find((position) => position.id === id)?.title ?? id).join(", ")],
    ["where", [...variants, ...conditions].join("; ")],
    ["means", means.join("; ")],
  ].filter(([, value]) => value);
  const reading = readingOf(ladder.id);
  const lit = reading && reading.position === rung.id ? h("p", { class: "lit-line" }, `This job: ${words(reading)}`) : null;
  return [h("h4", {}, entry.title), entry.scope ? h("p", {}, entry.scope) : null, h("dl", {}, rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])), lit].filter(Boolean);
}

const readingOf = (ladder) => answer?.result.readings.find((reading) => reading.ladder === ladder);

/** A reading that is less likely to hold than not. */
const doubtful = (reading) => reading.likelihood < 0.5;

function words(reading) {
  return `${doubtful(reading) ? "doubtful, " : ""}${percent(reading.likelihood)} likely; ${RELATIONS[reading.relation]}`;
}

/** What a condition asks for, and what is known here. */
function condition({ fact, wanted, here, holds }) {
  const sign = { yes: "holds", no: "does not hold", unknown: "not known here" }[holds];
  return `${fact.replaceAll("_", " ")} ${TRACKS[wanted] ?? wanted}: ${here === null ? sign : `${sign} (${TRACKS[here] ?? here})`}`;
}

/** Show on every column where the job stands. */
function light() {
  const readings = answer?.result.readings ?? [];
  byId("map").classList.toggle("has-job", readings.length > 0);
  const by = answer?.query.ladder ?? "reference";
  for (const element of document.querySelectorAll("#map th[data-ladder], #map td[data-ladder]")) element.classList.toggle("by", element.dataset.ladder === by);
  for (const ladder of ladders) {
    const reading = readingOf(ladder.id);
    column(ladder, reading);
    const choice = document.querySelector(`#map th[data-ladder="${CSS.escape(ladder.id)}"] .ladder-pick`);
    choice.setAttribute("aria-pressed", String(ladder.id === by));
    choice.querySelector("small").textContent = ladder.id === by ? "the title is read by this" : OFFER;
    document.querySelector(`#map [data-reading="${CSS.escape(ladder.id)}"]`).replaceChildren(...footer(ladder, reading));
  }
  weave();
}

const SVG = "http://www.w3.org/2000/svg";

function drawn(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

const thread = () => drawn("svg", { class: "thread", "aria-hidden": "true" });

/** A thread through the columns: it joins the places where the job stands, and is dashed where a ladder has no such position. */
function weave() {
  const scroll = document.querySelector("#map .map-scroll");
  const table = scroll.querySelector("table");
  const origin = table.getBoundingClientRect();
  const stops = ladders.map((ladder) => stop(ladder, origin)).filter(Boolean);
  const lines = stops.flatMap((here, at) => {
    const next = stops[at + 1];
    const bend = next && (next.left - here.right) / 2;
    const across = here.gap ? [drawn("path", { class: "gap", d: `M${here.left} ${here.y}H${here.right}` })] : [];
    const on = next ? [drawn("path", { class: here.between || next.between ? "gap" : "", d: `M${here.right} ${here.y}C${here.right + bend} ${here.y} ${next.left - bend} ${next.y} ${next.left} ${next.y}` })] : [];
    return [...across, ...on];
  });
  const svg = scroll.querySelector(".thread");
  svg.setAttribute("width", origin.width);
  svg.setAttribute("height", origin.height);
  svg.replaceChildren(...lines);
}

/** Where the thread crosses a column: through the lit position, or half-way between the nearest ones. */
function stop(ladder, origin) {
  const column = `#map .rung[data-ladder="${CSS.escape(ladder.id)}"]`;
  const lit = document.querySelector(`${column}.is-lit`);
  const boxes = lit ? [lit] : [...document.querySelectorAll(`${column}.is-near`)];
  if (!boxes.length) return null;
  const places = boxes.map((box) => box.getBoundingClientRect()).sort((a, b) => a.top - b.top);
  const [upper, lower] = [places[0], places.at(-1)];
  const gap = upper === lower ? upper.top - 5 : (upper.bottom + lower.top) / 2;
  const y = (lit ? upper.top + upper.height / 2 : gap) - origin.top;
  return { left: places[0].left - origin.left, right: places[0].right - origin.left, y, gap: !lit, between: !lit || lit.classList.contains("is-doubtful") };
}

function column(ladder, reading) {
  const own = [...document.querySelectorAll(`#map .rung[data-ladder="${CSS.escape(ladder.id)}"]`)];
  const named = own.filter((rung) => reading && rung.dataset.position === reading.position);
  const same = named.filter((rung) => rung.dataset.level === answer.result.level?.id);
  // A position that stands at several levels, by size of the organisation, is lit at the job's own where it is there at all.
  const lit = same.length ? same : named;
  const near = reading && !reading.position ? [nearest(own, reading.below, true), nearest(own, reading.above, false)] : [];
  for (const rung of own) {
    rung.classList.toggle("is-lit", lit.includes(rung));
    rung.classList.toggle("is-doubtful", lit.includes(rung) && doubtful(reading));
    rung.classList.toggle("is-near", near.includes(rung));
  }
}

/** The place of a position that is nearest to the job's level, below it or not: by size of the organisation it may have several. */
function nearest(rungs, position, below) {
  const rank = (id) => levels.find((level) => level.id === id)?.rank ?? 0;
  const job = rank(answer.result.level?.id);
  const places = rungs.filter((rung) => rung.dataset.position === position);
  const right = places.filter((rung) => rank(rung.dataset.level) < job === below);
  const away = (rung) => Math.abs(rank(rung.dataset.level) - job);
  return (right.length ? right : places).sort((a, b) => away(a) - away(b))[0];
}

function footer(ladder, reading) {
  if (!answer) return [];
  if (!reading) return [h("span", { class: "rel" }, "not on this ladder")];
  if (reading.position) return [h("b", {}, reading.title), h("span", { class: `rel${doubtful(reading) ? " doubt" : ""}` }, words(reading)), ...reading.conditions.map((each) => h("span", { class: "rel" }, condition(each)))];
  const title = (id) => ladder.positions.find((position) => position.id === id)?.title;
  const between = [reading.below, reading.above].map(title).filter(Boolean).join(" and ");
  return [h("b", {}, RELATIONS.none), h("span", { class: "rel" }, between && `nearest: ${between}`)];
}
