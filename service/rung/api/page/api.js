// The public API, and nothing else. A key, where the service asks for one, lives in this tab only.

import { byId } from "./dom.js";

const KEY = "rung-key";

/** What the service refused, with the problem document's own words. */
export class Refused extends Error {
  constructor(problem, status) {
    super(problem.detail ?? problem.title ?? `The service answered ${status}.`);
    this.problem = problem;
    this.status = status;
  }
}

export const key = () => sessionStorage.getItem(KEY);
export const headers = (kind) => ({ ...(kind && { "content-type": kind }), ...(key() && { authorization: `Bearer ${key()}` }) });

/** The problem in an answer that is not a success, whatever its body is. */
export async function refusal(response) {
  const problem = await response.json().catch(() => ({}));
  return new Refused(problem, response.status);
}

async function ask(path, options = {}) {
  const response = await fetch(path, options);
  if (response.status === 401 && (await askForKey())) return ask(path, { ...options, headers: headers(options.body && "application/json") });
  if (!response.ok) throw await refusal(response);
  return response.json();
}

export const info = () => ask("/info", { headers: headers() });

/** Every ladder whole, in the order in which the service lists them. */
export async function ladders() {
  const list = await ask("/ladders", { headers: headers() });
  return Promise.all(list.ladders.map((ladder) => ask(`/ladders/${encodeURIComponent(ladder.id)}`, { headers: headers() })));
}

export const classify = (query, signal) =>
  ask("/classify", { method: "POST", headers: headers("application/json"), body: JSON.stringify(query), signal });

let asking = null;

/** Ask the person for an API key, once for all requests that wait; false where the dialog was closed without one. */
export function askForKey() {
  asking ??= new Promise((resolve) => {
    const dialog = byId("key");
    const value = byId("key-value");
    dialog.returnValue = "";
    dialog.addEventListener(
      "close",
      () => {
        const given = value.value.trim();
        if (given) sessionStorage.setItem(KEY, given);
        value.value = "";
        asking = null;
        resolve(Boolean(given));
      },
      { once: true },
    );
    dialog.showModal();
  });
  return asking;
}
