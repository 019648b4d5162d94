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

export const TRACKS = { ic: "IC", manager: "manager" };
export const STATUSES = ["classified", "ambiguous", "unreadable", "error"];
const FLAGS = {
  title_description_conflict: "The title and the description disagree.",
  stated_otherwise: "The text contradicts a stated fact about the organisation; the stated one counts.",
  corporate_rank: "A word of the title is a rank of the company, not a level of the job.",
  several_roles: "The title names several jobs; Rung classified the first.",
  level_span: "The title names several levels at once.",
  interim: "An interim post.",
  contract: "A contract, not a permanent post.",
  programme: "A place on a programme for beginners.",
  truncated_description: "The description is too long; Rung did not read its end.",
  description_not_used: "The description states nothing that Rung can use.",
  no_job_words: "No word in it names a job.",
  expected_coverage: "The share of answers that are confident enough for the precision asked for.",
  language: "The title names its job in another language than English.",
};

/** What a flag says, in words. */
export function flagWords(flag) {
  if (flag.startsWith("language:")) return `Language: ${languageName(flag.slice(9))}.`;
  return FLAGS[flag.split(":")[0]] ?? `${flag.replaceAll("_", " ")}.`;
}

function languageName(code) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(code);
  } catch {
    return code;
  }
}

/** Text with a capital first letter. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** What a level is called: by the family that has its own names for the scale, or by the scale. */
export const levelName = (service, id, family) => {
  const level = service.levels.find((each) => each.id === id);
  return level?.labels[family] ?? level?.label ?? id;
};

/** Words as a list for people: "a, b or c". */
export const either = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`);

/** The tone (a colour's class) of what a piece of evidence speaks for. */
export const toneOf = (towards) => ({ ic: "tone-ic", manager: "tone-manager" })[towards.track] ?? "tone-other";
