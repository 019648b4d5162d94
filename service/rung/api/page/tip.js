// One tooltip for the page: on hover and on focus, never the only place of an answer; Escape hides it.

import { byId } from "./dom.js";

const LINGER = 120; // milliseconds in which the pointer may travel from the element into the tooltip
let leaving = 0;
let owner = null;

/** Show what `content` makes whenever the element is pointed at or focused. */
export function describe(element, content) {
  const show = () => {
    clearTimeout(leaving);
    owner?.removeAttribute("aria-describedby");
    owner = element;
    const tip = byId("tip");
    tip.replaceChildren(...content());
    tip.hidden = false;
    element.setAttribute("aria-describedby", "tip");
    place(tip, element.getBoundingClientRect());
  };
  element.addEventListener("mouseenter", show);
  element.addEventListener("focus", show);
  element.addEventListener("click", show);
  element.addEventListener("mouseleave", later);
  element.addEventListener("blur", hide);
}

function place(tip, box) {
  const { offsetWidth: width, offsetHeight: height } = tip;
  const room = document.documentElement.clientWidth;
  const left = Math.min(Math.max(12, box.left + box.width / 2 - width / 2), room - width - 12);
  const above = box.top - height - 8;
  tip.style.left = `${left + scrollX}px`;
  tip.style.top = `${(above > 64 ? above : box.bottom + 8) + scrollY}px`;
}

function later() {
  clearTimeout(leaving);
  leaving = setTimeout(() => document.activeElement !== owner && hide(), LINGER);
}

export function hide() {
  byId("tip").hidden = true;
  owner?.removeAttribute("aria-describedby");
  owner = null;
}

export function start() {
  const tip = byId("tip");
  tip.addEventListener("mouseenter", () => clearTimeout(leaving));
  tip.addEventListener("mouseleave", later);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
}
