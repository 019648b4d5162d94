// A title and its description: sent as you type, answered with the words that decided.

import * as answer from "./answer.js";
import { classify } from "./api.js";
import { byId, debounce, h, toneOf } from "./dom.js";
import { offsets, pieces, titleSpans } from "./text.js";

const PAUSE = 220; // milliseconds without a key before a query goes out
const EDGES = /^[\s,;:|–—-]+|[\s,;:|–—-]+$/g;
const MARKS_ONLY = /^[\s\p{P}\p{S}]*$/u;
const EMPTY = "The answer appears here as you type.";
let known = new Map(); // question -> the answers that the page offers
let given = []; // sentences added by answering: {label, sentence, before}
let running = null;
let last = null; // {query, result} as shown

export function start(info) {
  answer.start(info);
  for (const ladder of info.ladders) {
    if (ladder.id !== "reference") byId("ladder").append(h("option", { value: ladder.id }, ladder.label));
  }
  const again = debounce(run, PAUSE);
  const form = byId("form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  form.addEventListener("input", (event) => {
    if (event.target.id === "title") forget();
    unpress();
    paint([]);
    again();
  });
  form.addEventListener("change", again);
  marks();
  known = new Map(info.questions.map((item) => [item.question, item.answers]));
  fetch("examples.json").then((response) => response.json()).then(examples);
}

/** Put a query into the form and place it; what it leaves out is emptied. */
export function open(query) {
  const organisation = query.organisation ?? {};
  byId("title").value = query.title ?? "";
  byId("description").value = query.description ?? "";
  byId("company").value = query.company ?? "";
  for (const name of ["sector", "size", "product_teams"]) byId(name).value = organisation[name] ?? "";
  byId("ladder").value = query.ladder ?? "reference";
  byId("more").open = Boolean(query.company || query.organisation);
  forget();
  run();
}

/** Read the title by another ladder's words. */
export function readBy(ladder) {
  byId("ladder").value = ladder;
  run();
}

function examples(list) {
  byId("examples").append(
    ...list.map((example) =>
      h("button", {
        type: "button", class: "chip", "aria-pressed": "false",
        onclick: (event) => {
          unpress();
          event.currentTarget.setAttribute("aria-pressed", "true");
          byId("why").textContent = example.why;
          open(example);
        },
      }, example.label),
    ),
  );
  if (!byId("title").value && !byId("description").value) byId("examples").firstElementChild?.click();
}

function unpress() {
  byId("why").textContent = "";
  for (const chip of document.querySelectorAll("#examples [aria-pressed='true']")) chip.setAttribute("aria-pressed", "false");
}

function forget() {
  given = [];
  showGiven([]);
}

/** The query as the form and the answers given make it. */
function query() {
  const value = (id) => byId(id).value.trim();
  const teams = value("product_teams");
  const organisation = { sector: value("sector") || null, size: value("size") || null, product_teams: teams === "" ? null : Number(teams) };
  const stated = Object.values(organisation).filter((fact) => fact !== null).length + (value("company") ? 1 : 0);
  byId("more-hint").textContent = stated ? `${stated} stated` : "not stated";
  return {
    title: byId("title").value,
    description: [byId("description").value, ...given.map((item) => item.sentence)].filter((text) => text.trim()).join("\n\n") || null,
    company: value("company") || null,
    organisation,
    ladder: byId("ladder").value,
    include: ["evidence", "query", "alternatives", "readings"],
  };
}

async function run() {
  running?.abort();
  const asked = query();
  if (!asked.title.trim() && !asked.description) return clear();
  const mine = (running = new AbortController());
  const box = byId("answer");
  box.setAttribute("aria-busy", "true");
  try {
    const began = performance.now();
    const result = await classify(asked, mine.signal);
    if (mine !== running) return;
    show(asked, result, performance.now() - began);
  } catch (error) {
    if (error.name === "AbortError" || mine !== running) return;
    refuse(error);
  } finally {
    if (mine === running) box.setAttribute("aria-busy", "false");
  }
}

function clear() {
  last = null;
  byId("answer").setAttribute("aria-busy", "false");
  fill(h("p", { class: "empty" }, EMPTY));
  byId("gloss").hidden = true;
  paint([]);
  tell(null);
}

function refuse(error) {
  last = null;
  byId("gloss").hidden = true;
  const fields = (error.problem?.errors ?? []).filter((item) => !error.message.includes(item.message));
  fill(h("div", { class: "problem", role: "alert" }, h("h3", {}, error.problem?.title ?? "No answer"), h("p", {}, error.message), fields.map((item) => h("p", {}, `${item.field}: ${item.message}`))));
  tell(null);
}

const tell = (detail) => document.dispatchEvent(new CustomEvent("rung:answer", { detail }));

function show(asked, result, took) {
  last = { query: asked, result };
  gloss(result);
  const marked = result.evidence.filter((item) => item.source === "description");
  paint(marked);
  const why = [answer.evidence(result, light), question(result), answer.flags(result), foot(result, took)];
  fill(answer.verdict(result, given.at(-1)?.before), answer.chances(result), why);
  byId("status").textContent = answer.spoken(result);
  tell({ query: asked, result });
}

/** Fill the three parts of the answer. */
function fill(verdict, chances = [], reasons = []) {
  byId("verdict").replaceChildren(...[verdict].flat());
  byId("chances").replaceChildren(...chances);
  byId("reasons").replaceChildren(...reasons.filter(Boolean));
}

function question(result) {
  const { question: ask } = result.range;
  if (!ask) return null;
  const own = ownWords();
  const options = (known.get(ask) ?? []).map((offer) =>
    h("button", { type: "button", class: "button choice", onclick: () => give(offer.label, offer.sentence) }, offer.label),
  );
  if (options.length) {
    own.hidden = true;
    options.push(h("button", { type: "button", class: "text-button", onclick: (event) => {
      own.hidden = false;
      event.currentTarget.remove();
      own.querySelector("input").focus();
    } }, "In other words…"));
  }
  return h(
    "section", { class: "block question", "aria-label": "Question" },
    h("p", { class: "ask" }, ask),
    h("div", { class: "options" }, options),
    own,
    h("p", { class: "hint" }, "Your answer is added to the description as a sentence and weighed like any other."),
  );
}

function ownWords() {
  const input = h("input", { type: "text", "aria-label": "Your answer, as a sentence of the description", placeholder: "You …" });
  const add = () => input.value.trim() && give("in your words", input.value.trim());
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
  return h("div", { class: "options own" }, input, h("button", { type: "button", class: "button", onclick: add }, "Add"));
}

function give(label, sentence) {
  const before = answer.brief(last.result);
  given.push({ label, sentence, before });
  showGiven([]);
  run().then(() => {
    // The button that was pressed is gone: the focus goes to what it changed.
    const level = byId("verdict").querySelector(".level");
    level?.focus({ preventScroll: true });
    byId("verdict").scrollIntoView({ block: "nearest" });
  });
}

/** The sentences that answers added, with what of them is evidence. */
function showGiven(spans) {
  const box = byId("given");
  box.hidden = !given.length;
  box.replaceChildren(
    ...given.map((item, index) =>
      h(
        "div", { class: "given-item" },
        h("span", {}, h("b", {}, `Added by your answer (${item.label})`), pieces(item.sentence, spans[index] ?? []).map(({ text, span }) => (span ? h("mark", { class: span.tone, "data-evidence": span.index }, text) : text))),
        h("button", { type: "button", class: "text-button", "aria-label": `Remove: ${item.sentence}`, onclick: () => {
          given.splice(index, 1);
          showGiven([]);
          run();
        } }, "Remove"),
      ),
    ),
  );
}

/** Mark the evidence in the description, and in the sentences that were added to it. */
function paint(found) {
  const text = byId("description").value;
  const whole = last?.query.description ?? text;
  const at = offsets(whole);
  const spans = apart([...found].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).map((item) => ({ start: at(item.start), end: at(item.end), tone: toneOf(item.towards), index: last.result.evidence.indexOf(item) })));
  const backdrop = byId("backdrop");
  // A last line break needs something after it, or the backdrop is one line shorter than the text area.
  backdrop.replaceChildren(...pieces(text, spans).map((piece) => (piece.span ? h("mark", { class: piece.span.tone, "data-evidence": piece.span.index }, piece.text) : piece.text)), "\n");
  backdrop.scrollTop = byId("description").scrollTop;
  const inside = found.length;
  byId("description-hint").textContent = inside ? `${inside} ${inside === 1 ? "passage" : "passages"} marked` : "optional";
  let base = text.trim() ? text.length + 2 : 0;
  showGiven(given.map((item) => {
    const own = spans.map((span) => ({ ...span, start: span.start - base, end: span.end - base })).filter((span) => span.start >= 0 && span.end <= item.sentence.length);
    base += item.sentence.length + 2;
    return own;
  }));
}

/** The spans that overlap none before them: where two pieces of evidence share words, the heavier one marks them. */
function apart(spans) {
  const kept = [];
  for (const span of spans) if (kept.every((other) => span.end <= other.start || span.start >= other.end)) kept.push(span);
  return kept;
}

/** The backdrop follows the text area, and a mark under the pointer lights its line of evidence. */
function marks() {
  const area = byId("description");
  const backdrop = byId("backdrop");
  area.addEventListener("scroll", () => (backdrop.scrollTop = area.scrollTop));
  area.addEventListener("mousemove", (event) => {
    const mark = document.elementsFromPoint(event.clientX, event.clientY).find((element) => element.matches("#backdrop mark"));
    light(mark?.dataset.evidence ?? null);
  });
  area.addEventListener("mouseleave", () => light(null));
}

function light(index) {
  for (const element of document.querySelectorAll("[data-evidence]")) element.classList.toggle("is-on", element.dataset.evidence === index);
}

function gloss(result) {
  const box = byId("gloss");
  const parts = pieces(result.query.title, titleSpans(result.query, result.evidence));
  box.hidden = !parts.some((part) => part.span);
  box.replaceChildren(
    ...parts.filter(({ text, span }) => span || !MARKS_ONLY.test(text)).map(({ text, span }) => (span ? h("span", { class: `part ${span.kind}` }, h("b", {}, text), h("small", {}, span.label)) : h("span", { class: "glue" }, text.replace(EDGES, "")))),
  );
}

function foot(result, took) {
  const json = h("pre", { class: "json", tabindex: "0", hidden: true, "aria-label": "The answer as JSON" });
  const button = h("button", { type: "button", class: "text-button", "aria-expanded": "false", onclick: () => {
    json.hidden = !json.hidden;
    json.textContent = JSON.stringify(result, null, 2);
    button.setAttribute("aria-expanded", String(!json.hidden));
  } }, "JSON");
  return h("div", {}, h("div", { class: "answer-foot" }, h("span", { class: "num" }, `answered in ${Math.max(1, Math.round(took))} ms`), button), json);
}
