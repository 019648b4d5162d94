// The pyramid: levels down the middle, the highest on top; experts grow to the left, managers to the right.

import { TRACKS, h } from "./dom.js";

/**
 * A table that draws itself as bars. `values` maps "level/track" to a number; `print` makes it text; `marks` says of a cell
 * whether it is the answer and in range; with `pick` the bars are buttons, and `picked` is the cell that is pressed.
 */
export function pyramid({ caption, levels, values, print, marks = () => ({}), pick = null, picked = null }) {
  const most = Math.max(1e-9, ...values.values());
  const rows = [...levels].sort((a, b) => b.rank - a.rank).map((level) => {
    const cell = (track) => {
      const id = `${level.id}/${track}`;
      const value = values.get(id) ?? 0;
      const mark = marks(id);
      const bar = h("i");
      bar.style.width = `${value ? Math.max(2, (value / most) * 58) : 0}%`;
      const content = [bar, h("span", {}, value ? print(value) : "")];
      const name = `${level.label}, ${TRACKS[track]}: ${print(value)}`;
      const inside = pick
        ? h("button", { type: "button", class: "bar", "aria-pressed": String(picked === id), "aria-label": name, onclick: () => pick(id), disabled: !value }, content)
        : h("div", { class: "bar" }, content);
      return h("td", { class: `${track}${mark.range ? " in-range" : ""}${mark.other ? " is-other-cell" : ""}` }, inside);
    };
    const answer = marks(`${level.id}/ic`).answer || marks(`${level.id}/manager`).answer;
    return h("tr", { class: answer ? "is-answer" : null }, cell("ic"), h("th", { scope: "row" }, level.label), cell("manager"));
  });
  return h(
    "table",
    { class: "pyramid" },
    h("caption", { class: "visually-hidden" }, caption),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Expert"), h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, "Level")), h("th", { scope: "col" }, "Manager"))),
    h("tbody", {}, rows),
  );
}
