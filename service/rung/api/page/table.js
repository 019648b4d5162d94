// A table of any length: only the rows in sight are elements, and past what a browser can scroll the rows slide under the scroll bar.

import { h } from "./dom.js";

const ROW = 36;
const SHOWN = 13; // rows in sight where there are as many
const TALLEST = 6_000_000; // pixels: browsers cut off elements at some 17 to 33 million

export class Table {
  /** `cells(row)` makes a row's elements; `ask` sends to the worker; `sort(by)` answers the order now; `pick(at)` opens a row. */
  constructor({ columns, cells, ask, sort, pick }) {
    Object.assign(this, { cells, ask, pick, total: 0, turn: 0, active: -1, opening: false, waiting: false });
    this.heads = columns.map(([by, name]) => h("div", { role: "columnheader", "aria-sort": "none", "data-by": by }, h("button", { type: "button", tabindex: "-1", onclick: () => this.sorted(sort(by)) }, name)));
    this.space = h("div", { class: "grid-space", role: "rowgroup" });
    this.element = h(
      "div", { class: "grid-scroll", role: "grid", tabindex: "0", "aria-label": "Answers", "aria-colcount": String(columns.length) },
      h("div", { class: "grid-top", role: "rowgroup" }, h("div", { class: "grid-head", role: "row", "aria-rowindex": "1" }, this.heads)),
      this.space,
    );
    for (const head of this.heads) head.firstElementChild.removeAttribute("tabindex");
    this.element.addEventListener("scroll", () => this.draw(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  /** Forget what is shown: the filter or the order changed, and answers to older questions are late. */
  again() {
    this.turn += 1;
    this.active = -1;
    this.element.scrollTop = 0;
  }

  sorted(order) {
    for (const head of this.heads) {
      const mine = order?.by === head.dataset.by;
      head.setAttribute("aria-sort", mine ? (order.down ? "descending" : "ascending") : "none");
    }
  }

  size(total, turn) {
    if (turn !== this.turn) return;
    this.total = total;
    this.space.style.height = `${Math.min(total * ROW, TALLEST)}px`;
    this.element.style.height = `${(1 + Math.min(SHOWN, Math.max(total, 4))) * ROW}px`;
    this.element.setAttribute("aria-rowcount", String(total + 1));
    document.dispatchEvent(new CustomEvent("rung:shown", { detail: total }));
    this.draw();
  }

  /** How many rows fit in sight, and the first of them. */
  get sight() {
    return Math.max(1, Math.floor((this.element.clientHeight - ROW) / ROW));
  }

  get first() {
    const whole = this.total * ROW;
    if (whole <= TALLEST) return Math.floor(this.element.scrollTop / ROW);
    const share = this.element.scrollTop / (this.element.scrollHeight - this.element.clientHeight);
    return Math.round(share * Math.max(0, this.total - this.sight));
  }

  draw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      const first = this.first;
      this.ask({ kind: "rows", from: first - 4, to: first + this.sight + 6, turn: this.turn });
    });
  }

  fill(rows, turn) {
    if (turn !== this.turn) return;
    const exact = this.total * ROW <= TALLEST;
    const first = this.first;
    const elements = rows.map((row) => {
      const element = h("div", { class: `grid-row${row.shown === this.active ? " is-active" : ""}`, role: "row", id: `row-${row.shown}`, "aria-rowindex": String(row.shown + 2), "aria-selected": String(row.shown === this.active), onclick: () => this.activate(row.shown, row.at) }, this.cells(row));
      for (const cell of element.children) cell.setAttribute("role", "gridcell");
      element.style.top = `${exact ? row.shown * ROW : this.element.scrollTop + (row.shown - first) * ROW}px`;
      return element;
    });
    this.space.replaceChildren(...(elements.length ? elements : [h("div", { role: "row" }, h("div", { role: "gridcell", class: "none" }, "No row is like this."))]));
    const active = rows.find((row) => row.shown === this.active);
    if (active) this.element.setAttribute("aria-activedescendant", `row-${this.active}`);
    else this.element.removeAttribute("aria-activedescendant");
    if (active && this.opening) {
      this.opening = false;
      this.pick(active.at);
    }
  }

  activate(shown, at) {
    this.active = shown;
    this.draw();
    this.pick(at);
  }

  key(event) {
    if (event.target !== this.element) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: this.sight, PageUp: -this.sight, Home: -this.total, End: this.total }[event.key];
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      // The row may not be drawn yet: it opens when it is.
      this.opening = this.active >= 0;
      this.draw();
      return;
    }
    if (!step) return;
    event.preventDefault();
    this.active = Math.min(this.total - 1, Math.max(0, this.active < 0 ? this.first : this.active + step));
    const { first, sight } = this;
    if (this.active < first) this.show(this.active);
    else if (this.active >= first + sight) this.show(this.active - sight + 1);
    this.draw();
  }

  /** Scroll so that a row is the first in sight. */
  show(row) {
    const whole = this.total * ROW;
    if (whole <= TALLEST) this.element.scrollTop = row * ROW;
    else this.element.scrollTop = (row / Math.max(1, this.total - this.sight)) * (this.element.scrollHeight - this.element.clientHeight);
  }
}
