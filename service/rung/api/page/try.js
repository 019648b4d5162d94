// A title and its description: sent as you type, answered with the words that decided.

import { classify } from "./api.js";
import { STATUSES, TRACKS, byId, debounce, h, percent, toneOf } from "./dom.js";
import { pyramid } from "./pyramid.js";
import { offsets, pieces, titleSpans } from "./text.js";

const PAUSE = 220; // milliseconds without a key before a query goes out
const LONGEST_QUOTE = 190;
const EDGES = /^[\s,;:|–—-]+|[\s,;:|–—-]+$/g;
const MARKS_ONLY = /^[\s\p{P}\p{S}]*$/u;
const EMPTY = "The answer appears here as you type.";
const FLAGS = {
  title_description_conflict: "The title and the description disagree.",
  corporate_rank: "A word of the title is a rank of the firm, not a level of this family.",
  several_roles: "The title names several jobs; the first was placed.",
  level_span: "The title names several levels at once.",
  interim: "An interim post.",
  contract: "A contract, not a permanent post.",
  truncated_description: "The description is long; its end was not read.",
  no_job_words: "There is no word of a job in it.",
};

let service = null;
let known = new Map(); // question -> the answers that the page offers
let given = []; // sentences added by answering: {label, sentence, before}
let running = null;
let last = null; // {query, result} as shown

export function start(info) {
  service = info;
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
  fetch("answers.json").then((response) => response.json()).then((list) => {
    known = new Map(list.map((item) => [item.question, item.answers]));
  });
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
  byId("answer-body").replaceChildren(h("p", { class: "empty" }, EMPTY));
  byId("gloss").hidden = true;
  paint([]);
  tell(null);
}

function refuse(error) {
  last = null;
  byId("gloss").hidden = true;
  const fields = (error.problem?.errors ?? []).filter((item) => !error.message.includes(item.message));
  byId("answer-body").replaceChildren(
    h("div", { class: "problem", role: "alert" }, h("h3", {}, error.problem?.title ?? "No answer"), h("p", {}, error.message), fields.map((item) => h("p", {}, `${item.field}: ${item.message}`))),
  );
  tell(null);
}

const tell = (detail) => document.dispatchEvent(new CustomEvent("rung:answer", { detail }));

function show(asked, result, took) {
  last = { query: asked, result };
  gloss(result);
  const marked = result.evidence.filter((item) => item.source === "description");
  paint(marked);
  const blocks = [verdict(result), question(result), evidence(result), flags(result), foot(asked, result, took)];
  byId("answer-body").replaceChildren(...blocks.filter(Boolean));
  byId("status").textContent = spoken(result);
  tell({ query: asked, result });
}

const levelOf = (id) => service.levels.find((level) => level.id === id)?.label ?? id;
const trackWords = (track) => `${TRACKS[track]} track`;

function spoken(result) {
  if (result.level) {
    const asks = result.range.question ? ` It would help to know: ${result.range.question}` : "";
    return `${result.level.label}, ${trackWords(result.track)}, confidence ${percent(result.confidence)}.${asks}`;
  }
  return result.family ? `Another job family: ${result.family.label}.` : "Unreadable: there is no word of a job in it.";
}

function verdict(result) {
  const status = h("span", { class: `tag ${result.status}` }, result.status === "ambiguous" ? "between levels or tracks" : STATUSES[result.status]);
  const left = h("div", {}, status);
  if (result.level) {
    left.append(
      h("p", { class: "level", tabindex: "-1" }, result.level.label),
      h("p", { class: "position" }, h("span", { class: `track ${result.track}` }, `${TRACKS[result.track][0].toUpperCase()}${TRACKS[result.track].slice(1)}`), ` · ${result.position.label}`),
    );
  } else if (result.family) {
    left.append(h("p", { class: "level small", tabindex: "-1" }, result.family.label), h("p", { class: "position" }, "Another job family, so it gets no level."));
  } else {
    left.append(h("p", { class: "level small", tabindex: "-1" }, "No job in these words"), h("p", { class: "position" }, "Nothing is guessed."));
  }
  if (result.confidence !== null) left.append(...sure(result));
  const before = given.at(-1)?.before;
  if (before) left.append(h("p", { class: "before" }, `Before your answer: ${before}`));
  const chart = result.family && (result.level || result.alternatives.some((item) => item.level)) ? h("div", {}, probabilities(result), outside(result)) : null;
  return h("div", { class: chart ? "verdict" : "verdict alone" }, left, chart);
}

function sure(result) {
  const bar = h("i");
  bar.style.width = `${result.confidence * 100}%`;
  const parts = Object.entries(result.confidences ?? {}).filter(([, value]) => value !== null);
  const note = result.level ? "sure of all three together" : "sure that it is another family";
  return [
    h("p", { class: "sure" }, h("b", {}, percent(result.confidence)), h("span", {}, note)),
    h("div", { class: "meter", "aria-hidden": "true" }, bar),
    result.level ? h("dl", { class: "parts" }, parts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, percent(value))))) : "",
  ];
}

/** The answer and its alternatives as a pyramid. */
function probabilities(result) {
  const answer = result.level ? `${result.level.id}/${result.track}` : null;
  const values = new Map(result.alternatives.filter((item) => item.level).map((item) => [`${item.level}/${item.track}`, item.confidence]));
  if (answer) values.set(answer, result.confidence);
  const { levels, tracks } = result.range;
  const open = levels.length > 1 || tracks.length > 1;
  const marks = (id) => {
    const [level, track] = id.split("/");
    return { answer: id === answer, other: id !== answer, range: open && levels.includes(level) && tracks.includes(track) };
  };
  return pyramid({ caption: "How likely each level and track is", levels: service.levels, values, print: percent, marks });
}

function outside(result) {
  const other = result.alternatives.find((item) => !item.level);
  return other ? h("p", { class: "pyramid-note" }, `another job family: ${percent(other.confidence)}`) : null;
}

function question(result) {
  const { question: ask, levels, tracks } = result.range;
  if (!ask) return null;
  const between = [...(levels.length > 1 ? [`${levelOf(levels[0])} to ${levelOf(levels.at(-1))}`] : []), ...(tracks.length > 1 ? [tracks.map((track) => TRACKS[track]).join(" or ")] : [])];
  const own = ownWords();
  const options = (known.get(ask) ?? []).map((answer) =>
    h("button", { type: "button", class: "button choice", onclick: () => give(answer.label, answer.sentence) }, answer.label),
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
    "section", { class: "block question", "aria-label": "What would decide" },
    h("div", { class: "block-head" }, h("h3", {}, "What would decide"), h("span", { class: "hint" }, between.join("; "))),
    h("p", { class: "ask" }, ask),
    h("div", { class: "options" }, options),
    own,
    h("p", { class: "hint" }, "An answer is added to the description as a sentence, and the job is placed again."),
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
  const { result } = last;
  const before = result.level ? `${result.level.label}, ${TRACKS[result.track]}, ${percent(result.confidence)}` : `${result.family?.label ?? "unreadable"}, ${percent(result.confidence)}`;
  given.push({ label, sentence, before });
  showGiven([]);
  run().then(() => {
    // The button that was pressed is gone: the focus goes to what it changed.
    const level = byId("answer-body").querySelector(".level");
    level?.focus({ preventScroll: true });
    level?.closest(".verdict").scrollIntoView({ block: "nearest" });
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
  byId("description-hint").textContent = inside ? `${inside} ${inside === 1 ? "passage" : "passages"} decided` : "optional";
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

function evidence(result) {
  if (!result.evidence.length) return null;
  const most = Math.max(...result.evidence.map((item) => Math.abs(item.weight)), 1);
  const items = result.evidence
    .map((item, index) => ({ item, index }))
    .sort((a, b) => Math.abs(b.item.weight) - Math.abs(a.item.weight))
    .map(({ item, index }) => {
      const words = item.text.length > LONGEST_QUOTE ? `${item.text.slice(0, LONGEST_QUOTE).trimEnd()}…` : item.text;
      return h(
        "li", { class: toneOf(item.towards), "data-evidence": index, onmouseenter: () => light(String(index)), onmouseleave: () => light(null) },
        weight(item, most),
        h("div", {}, words && h("q", {}, words.replace(/\s+/g, " ")), h("p", { class: "says" }, item.weight < 0 ? h("span", { class: "against" }, "Against the answer. ") : null, item.says)),
      );
    });
  return h(
    "section", { class: "block", "aria-label": "Evidence" },
    h("div", { class: "block-head" }, h("h3", {}, "The words that decided"), h("span", { class: "hint" }, "weight as log-odds")),
    h("ul", { class: "evidence" }, items),
  );
}

/** The weight of a piece of evidence; what has none is a fact that the ladders' conditions ask for. */
function weight(item, most) {
  if (Math.abs(item.weight) < 0.05) return h("div", { class: "weight" }, "fact");
  const bar = h("i");
  bar.style.width = `${Math.max(6, (Math.abs(item.weight) / most) * 100)}%`;
  return h("div", { class: "weight" }, `${item.weight > 0 ? "+" : "−"}${Math.abs(item.weight).toFixed(1)}`, bar);
}

function flags(result) {
  if (!result.flags.length) return null;
  const words = (flag) => FLAGS[flag] ?? (flag.startsWith("language:") ? `Read as ${languageName(flag.slice(9))}.` : flag.replaceAll("_", " "));
  return h("section", { class: "block", "aria-label": "Look out" }, h("div", { class: "block-head" }, h("h3", {}, "Look out")), h("ul", { class: "flags" }, result.flags.map((flag) => h("li", {}, words(flag)))));
}

function languageName(code) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(code);
  } catch {
    return code;
  }
}

function foot(asked, result, took) {
  const json = h("pre", { class: "json", tabindex: "0", hidden: true, "aria-label": "The answer as JSON" });
  const button = h("button", { type: "button", class: "text-button", "aria-expanded": "false", onclick: () => {
    json.hidden = !json.hidden;
    json.textContent = JSON.stringify(result, null, 2);
    button.setAttribute("aria-expanded", String(!json.hidden));
  } }, "JSON");
  return h("div", {}, h("div", { class: "answer-foot" }, h("span", { class: "num" }, `answered in ${Math.max(1, Math.round(took))} ms`), button), json);
}
