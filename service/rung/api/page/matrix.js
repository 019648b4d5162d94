// The rows of a file by family and level: a table of counts whose cells filter the rows. Every name comes from /info or from the answers.

import { byId, capital, count, h, levelName } from "./dom.js";

const FIRST = 8; // families shown before the others are asked for

/** The name of a family by its id, from /info where it stands there. */
export const familyName = (service, id) => service.families.find((family) => family.id === id)?.label ?? (id ? capital(id.replaceAll("-", " ")) : "No family");

const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);

/**
 * The table. `families` are `{id, counts}`, a count for each of `ranks` and a last one for rows without a level; `picked` is the cell
 * that filters the rows, `{family, rank}` with rank null for the whole family; `pick` gets a cell, or null to take the filter away.
 */
export function matrix({ service, families, ranks, picked, pick, all, more }) {
  const ordered = families.map((family) => ({ ...family, rows: sum(family.counts) })).sort((a, b) => b.rows - a.rows || a.id.localeCompare(b.id));
  const shown = all ? ordered : ordered.slice(0, FIRST);
  const most = Math.max(1, ...ordered.flatMap((family) => family.counts));
  const some = ordered.some((family) => family.counts[ranks.length]);
  const levels = ranks.map((id, rank) => ({ rank, name: levelName(service, id) })).concat(some ? [{ rank: ranks.length, name: "No level" }] : []);
  const cell = (family, rank, number, name) => {
    const here = picked?.family === family.id && picked.rank === rank;
    return h("button", { type: "button", "aria-pressed": String(here), "aria-label": `${familyName(service, family.id)}, ${name}: ${count(number)}`, onclick: () => pick(here ? null : { family: family.id, rank }) }, count(number));
  };
  const shade = (number, element) => {
    if (number) element.style.setProperty("--share", `${Math.round(6 + 34 * Math.sqrt(number / most))}%`);
    return element;
  };
  const rows = shown.map((family) =>
    h(
      "tr", {},
      h("th", { scope: "row" }, familyName(service, family.id)),
      levels.map(({ rank, name }) => shade(family.counts[rank], h("td", { class: family.counts[rank] ? "filled" : "" }, family.counts[rank] ? cell(family, rank, family.counts[rank], name) : h("span", {}, "·")))),
      h("td", { class: "all" }, cell(family, null, family.rows, "all levels")),
    ),
  );
  const total = (rank) => sum(ordered.map((family) => family.counts[rank]));
  const rest = ordered.length - shown.length;
  return [
    h("div", { class: "matrix-scroll", tabindex: "0", role: "region", "aria-label": "Rows by family and level" },
      h("table", { class: "matrix" },
        h("caption", { class: "visually-hidden" }, "Rows by family and level"),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Family"), levels.map(({ name }) => h("th", { scope: "col" }, name)), h("th", { scope: "col" }, "All"))),
        h("tbody", {}, rows),
        h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "All families"), levels.map(({ rank }) => h("td", {}, count(total(rank)))), h("td", {}, count(sum(ordered.map((family) => family.rows)))))),
      )),
    rest > 0 || all ? h("button", { type: "button", class: "text-button", onclick: more }, all ? "Fewer families" : `${rest} more ${rest === 1 ? "family" : "families"}`) : "",
  ];
}

/** Put the table in its place; the button that had the focus keeps it. */
export function draw(options) {
  const box = byId("matrix");
  const focused = box.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
  const at = box.querySelector(".matrix-scroll")?.scrollLeft ?? 0;
  box.replaceChildren(...matrix(options));
  box.querySelector(".matrix-scroll").scrollLeft = at;
  if (focused) [...box.querySelectorAll("[aria-label]")].find((each) => each.getAttribute("aria-label") === focused)?.focus({ preventScroll: true });
}
