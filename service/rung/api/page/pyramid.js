// The pyramid: levels down the middle, the highest on top; ICs grow to the left, managers to the right.

import { TRACKS, h } from "./dom.js";

/**
 * A table that draws itself as bars. `values` maps "level/track" to a probability, and a bar fills that share of its track;
 * `print` makes it text; `marks` says of a cell whether it is the answer and in range; `name` is what a level is called.
 */
export function pyramid({ caption, levels, values, print, name, marks }) {
  const rows = [...levels].sort((a, b) => b.rank - a.rank).map((level) => {
    const cell = (track) => {
      const id = `${level.id}/${track}`;
      const value = values.get(id) ?? 0;
      const mark = marks(id);
      const bar = h("i");
      bar.style.width = `${value * 100}%`;
      return h("td", { class: `${track}${mark.range ? " in-range" : ""}${mark.other ? " is-other-cell" : ""}` }, h("div", { class: "bar" }, h("div", { class: "bar-track" }, bar), h("span", {}, value ? print(value) : "")));
    };
    const answer = marks(`${level.id}/ic`).answer || marks(`${level.id}/manager`).answer;
    return h("tr", { class: answer ? "is-answer" : null }, cell("ic"), h("th", { scope: "row" }, name(level)), cell("manager"));
  });
  return h(
    "table",
    { class: "pyramid" },
    h("caption", { class: "visually-hidden" }, caption),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "IC"), h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, "Level")), h("th", { scope: "col" }, "Manager"))),
    h("tbody", {}, rows),
  );
}
