// Starts the page: asks the service what it is, then hands it to the three parts.

import { info, ladders } from "./api.js";
import { byId, h } from "./dom.js";
import * as file from "./file.js";
import * as map from "./map.js";
import * as tip from "./tip.js";
import * as title from "./try.js";

const THEMES = ["system", "light", "dark"];
const THEME_NAMES = { system: "system", light: "light", dark: "dark" };

function themeButton() {
  const button = byId("theme");
  const show = (theme) => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.setAttribute("aria-label", `Colours: ${THEME_NAMES[theme]}`);
  };
  const now = () => document.documentElement.dataset.theme ?? "system";
  show(now());
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(now()) + 1) % THEMES.length];
    localStorage.setItem("rung-theme", next);
    show(next);
  });
}

/** What the service is; while it starts, ask again each second and say so. */
async function known() {
  for (;;) {
    try {
      return await info();
    } catch (error) {
      if (error.status !== 503) throw error;
      byId("verdict").replaceChildren(h("p", { class: "empty", role: "status" }, "The service is starting…"));
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** Which families have ladders of their own. */
function graded({ families, ladders: all }) {
  const own = families.filter((family) => family.graded).map((family) => family.label);
  return own.length ? `${own.join(", ")} ${own.length === 1 ? "has" : "have"} ${all.length} career ladders.` : "";
}

async function main() {
  themeButton();
  tip.start();
  try {
    const service = await known();
    byId("model").textContent = `${service.model.name} ${service.model.version} · ${service.model.digest.slice(0, 19)}`;
    byId("graded").textContent = graded(service);
    title.start(service);
    file.start(service, title.open);
    map.start(service, await ladders(), title.readBy);
  } catch (error) {
    byId("verdict").replaceChildren(h("div", { class: "problem", role: "alert" }, h("h3", {}, "The service is not reachable"), h("p", {}, error.message)));
  }
}

main();
