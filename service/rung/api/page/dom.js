// Building elements. Text always becomes a text node, never markup: what a posting says cannot run here.

/** An element with properties (class, on…, aria-…, data-…) and children; null and false children are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** A function that runs once its calls have paused for some milliseconds. */
export function debounce(work, pause) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), pause);
  };
}

const WHOLE = new Intl.NumberFormat("en");
export const count = (number) => WHOLE.format(number);

/** A probability for people. Only 0 and 1 are printed as 0% and 100%. */
export function percent(probability) {
  if (probability === null || probability === undefined || Number.isNaN(probability)) return "";
  const rounded = Math.round(probability * 100);
  if (rounded === 100 && probability < 1) return "> 99%";
  if (rounded === 0 && probability > 0) return "< 1%";
  return `${rounded}%`;
}

export const TRACKS = { ic: "expert", manager: "manager" };
export const STATUSES = { classified: "placed", ambiguous: "between", out_of_family: "another family", unreadable: "unreadable", error: "failed" };

/** The tone (a colour's class) of what a piece of evidence speaks for. */
export const toneOf = (towards) => ({ ic: "tone-ic", manager: "tone-manager" })[towards.track] ?? "tone-other";
