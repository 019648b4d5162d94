// What an answer says: the verdict, what is open by name, how likely each level is, and why. Every name comes from the answer or from /info.

import { TRACKS, capital, either, flagWords, h, levelName, percent, toneOf } from "./dom.js";
import { pyramid } from "./pyramid.js";

const LONGEST_QUOTE = 190;
const NO_FAMILY = "unknown";

let service = null;

export function start(info) {
  service = info;
}

const familyOf = (id) => service.families.find((family) => family.id === id)?.label ?? capital(id.replaceAll("-", " "));

const levelOf = (result, id) => levelName(service, id, result.family?.id);

/** What is open, by name: `["track: IC or manager"]`. */
export function openNames(result) {
  const { about, families, levels, tracks } = result.range;
  const between = { family: families.map(familyOf), level: levels.map((id) => levelOf(result, id)), track: tracks.map((track) => TRACKS[track]) };
  return about.map((part) => (between[part].length > 1 ? `${part}: ${either(between[part])}` : part));
}

/** The answer in one sentence, for screen readers. */
export function spoken(result) {
  if (!result.family) return "Unreadable: no word of it names a job.";
  const parts = [result.family.label, result.level?.label, TRACKS[result.track]].filter(Boolean);
  const ask = result.range.question ? ` Question: ${result.range.question}` : "";
  return `${capital(result.status)}: ${parts.join(", ")}, confidence ${percent(result.confidence)}.${ask}`;
}

/** The answer in a few words: "Senior, manager, 97%". */
export const brief = (result) => [result.level?.label ?? result.family?.label ?? "unreadable", TRACKS[result.track], percent(result.confidence)].filter(Boolean).join(", ");

/** The verdict; `before` is what the answer was before a question was answered. */
export function verdict(result, before) {
  const doubtful = result.status === "ambiguous";
  const open = openNames(result);
  return [
    h("div", { class: "verdict-head" }, h("span", { class: `tag ${result.status}` }, result.status), doubtful && h("span", { class: "hint" }, "best guess")),
    h("p", { class: `level${doubtful ? " doubtful" : ""}${result.level ? "" : " small"}`, tabindex: "-1" }, result.level?.label ?? result.family?.label ?? "No job in these words"),
    h("p", { class: "position" }, named(result)),
    open.length > 0 && h("p", { class: "open" }, h("b", {}, "Open"), ` ${open.join("; ")}`),
    ...(result.confidence === null ? [] : confidence(result)),
    before && h("p", { class: "before" }, `Before your answer: ${before}`),
  ].filter(Boolean);
}

/** Track, position and family of an answer; without a level, why there is none. */
function named(result) {
  if (!result.family) return ["Rung gives no level where no word names a job."];
  if (!result.level) return ["Rung found no level in this title."];
  const family = result.family.id === NO_FAMILY ? "the title names no family" : result.family.label;
  const parts = [result.position?.label, family].filter((part) => part && part !== result.level.label);
  return [h("span", { class: `track ${result.track}` }, capital(TRACKS[result.track])), ...parts.map((part) => ` · ${part}`)];
}

function confidence(result) {
  const bar = h("i");
  bar.style.width = `${result.confidence * 100}%`;
  const parts = Object.entries(result.confidences ?? {}).filter(([, value]) => value !== null);
  return [
    h("p", { class: "sure" }, h("b", {}, percent(result.confidence)), h("span", {}, "confidence")),
    h("div", { class: "meter", "aria-hidden": "true" }, bar),
    h("dl", { class: "parts" }, parts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, percent(value))))),
  ];
}

/** How likely each level and track of the answer's family is, and the other families; nothing where no level is answered. */
export function chances(result) {
  if (!result.level) return [];
  const answer = `${result.level.id}/${result.track}`;
  const values = new Map([[answer, result.confidence]]);
  const others = new Map();
  for (const { family, level, track, confidence: likely } of result.alternatives) {
    if (family === result.family.id && level) values.set(`${level}/${track}`, (values.get(`${level}/${track}`) ?? 0) + likely);
    else others.set(family, (others.get(family) ?? 0) + likely);
  }
  const { levels, tracks } = result.range;
  const open = levels.length > 1 || tracks.length > 1;
  const marks = (id) => {
    const [level, track] = id.split("/");
    return { answer: id === answer, other: id !== answer, range: open && levels.includes(level) && tracks.includes(track) };
  };
  const chart = pyramid({ caption: "How likely each level and track is", levels: service.levels, values, print: percent, name: (level) => levelOf(result, level.id), marks });
  const rest = [...others].map(([family, likely]) => `${familyOf(family)} ${percent(likely)}`);
  return [chart, rest.length > 0 && h("p", { class: "pyramid-note" }, `Also possible: ${rest.join(", ")}`)].filter(Boolean);
}

/** Why the answer is what it is; `light(index)` marks a piece of evidence where it stands, `light(null)` none. */
export function evidence(result, light) {
  if (!result.family) return null;
  const most = Math.max(...result.evidence.map((item) => Math.abs(item.weight)), 1);
  const items = result.evidence
    .map((item, index) => ({ item, index }))
    .sort((a, b) => Math.abs(b.item.weight) - Math.abs(a.item.weight))
    .map(({ item, index }) => {
      const words = item.text.length > LONGEST_QUOTE ? `${item.text.slice(0, LONGEST_QUOTE).trimEnd()}…` : item.text;
      return h(
        "li", { class: toneOf(item.towards), "data-evidence": index, onmouseenter: () => light(String(index)), onmouseleave: () => light(null) },
        weight(item, most),
        h("div", {}, words && h("q", {}, words.replace(/\s+/g, " ")), " ", h("span", { class: "says" }, item.weight < 0 ? h("span", { class: "against" }, "Against the answer. ") : null, item.says)),
      );
    });
  const shared = result.level && !result.family.graded ? h("p", { class: "hint" }, "This family has no ladders of its own: the words of the title and the shared scale decide.") : null;
  const none = items.length ? null : h("p", { class: "hint" }, "No single word decided: the answer is what titles like this one usually are.");
  return h("section", { class: "block", "aria-label": "Why" }, h("div", { class: "block-head" }, h("h3", {}, "Why"), h("span", { class: "hint" }, "evidence (log-odds)")), h("ul", { class: "evidence" }, items), none, shared);
}

/** The weight of a piece of evidence. It is 0 for a fact that only ladders ask for, and for what other pieces say, too. */
function weight(item, most) {
  if (Math.abs(item.weight) < 0.05) return h("div", { class: "weight" }, "0.0");
  const bar = h("i");
  bar.style.width = `${(Math.abs(item.weight) / most) * 100}%`;
  return h("div", { class: "weight" }, `${item.weight > 0 ? "+" : "−"}${Math.abs(item.weight).toFixed(1)}`, bar);
}

export function flags(result) {
  if (!result.flags.length) return null;
  return h("section", { class: "block", "aria-label": "Flags" }, h("div", { class: "block-head" }, h("h3", {}, "Flags")), h("ul", { class: "flags" }, result.flags.map((flag) => h("li", {}, flagWords(flag)))));
}
