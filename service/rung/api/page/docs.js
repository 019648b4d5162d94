// The API documentation, drawn from this service's own OpenAPI document: nothing is fetched from elsewhere.

import { byId, h } from "./dom.js";

const DEEPEST = 4; // levels of nested fields that are shown

let schemas = {};

const resolve = (schema) => (schema?.$ref ? schemas[schema.$ref.split("/").at(-1)] : schema) ?? {};

/** A type in words: "string", "one of …", "array of …", with "or null" where it may be. */
function typeOf(schema) {
  const found = resolve(schema);
  if (found.const !== undefined) return JSON.stringify(found.const);
  if (found.enum) return `one of ${found.enum.map((value) => JSON.stringify(value)).join(", ")}`;
  const options = found.anyOf ?? found.oneOf;
  if (options) return options.map(typeOf).join(" or ");
  if (found.type === "array") return `array of ${typeOf(found.items)}`;
  return found.type ?? "any";
}

/** The fields of an object schema, however deep in lists and options it lies. */
function fieldsOf(schema) {
  const found = resolve(schema);
  if (found.properties) return found;
  if (found.items) return fieldsOf(found.items);
  return (found.anyOf ?? found.oneOf ?? []).map(fieldsOf).find((option) => option) ?? null;
}

/** A description with its `words in backquotes` as code. */
const prose = (text) => text.split("`").map((part, at) => (at % 2 ? h("code", {}, part) : part));

function fields(schema, depth = 0) {
  const found = fieldsOf(schema);
  if (!found || depth === DEEPEST) return null;
  const required = new Set(found.required ?? []);
  return h("dl", { class: "api-fields" }, Object.entries(found.properties).map(([name, field]) => {
    const inner = fields(field, depth + 1);
    return h("div", {}, h("dt", {}, h("code", {}, name), h("span", { class: "hint" }, ` ${typeOf(field)}${required.has(name) && depth === 0 ? ", required" : ""}`)), h("dd", {}, prose(field.description ?? resolve(field).description ?? ""), inner));
  }));
}

const media = (content) => Object.entries(content ?? {})[0] ?? [null, {}];

/** The example of a body: the document's own, or one made of the examples of its fields. */
function example(body, schema) {
  if (body.example !== undefined) return body.example;
  const named = Object.values(body.examples ?? {})[0];
  return named ? named.value : exampleOf(schema);
}

function exampleOf(schema, depth = 0) {
  const found = resolve(schema);
  if (schema?.examples?.length) return schema.examples[0];
  if (found.examples?.length) return found.examples[0];
  if (found.const !== undefined) return found.const;
  if (found.properties && depth < 6) return Object.fromEntries(Object.entries(found.properties).map(([name, field]) => [name, exampleOf(field, depth + 1)]));
  if (found.type === "array") return [exampleOf(found.items, depth + 1)];
  const options = found.anyOf ?? found.oneOf;
  return options ? exampleOf(options[0], depth + 1) : null;
}

const code = (value) => h("pre", { class: "json", tabindex: "0" }, typeof value === "string" ? value : JSON.stringify(value, null, 2));

function operation(path, method, item) {
  const id = item.operationId ?? `${method}-${path}`;
  const [type, body] = media(item.requestBody?.content);
  const [answerType, answer] = media(item.responses?.["200"]?.content);
  const parameters = (item.parameters ?? []).map((parameter) => h("div", {}, h("dt", {}, h("code", {}, parameter.name), h("span", { class: "hint" }, ` ${typeOf(parameter.schema)}, in ${parameter.in}${parameter.required ? ", required" : ""}`)), h("dd", {}, prose(parameter.description ?? ""))));
  const errors = Object.entries(item.responses ?? {}).filter(([status]) => status !== "200");
  const part = (name, ...content) => h("details", { class: "more" }, h("summary", {}, name), content);
  return h(
    "section", { class: "card api-operation", id },
    h("h2", {}, h("span", { class: `verb ${method}` }, method.toUpperCase()), h("code", {}, path)),
    h("p", {}, prose(item.description ?? item.summary ?? "")),
    parameters.length ? h("dl", { class: "api-fields" }, parameters) : null,
    type && body.schema ? part(`Body (${type})`, fields(body.schema), type.includes("json") && fieldsOf(body.schema) ? code(example(body, body.schema)) : null) : null,
    answerType ? part(`Answer (${answerType})`, answer.schema && fields(answer.schema), answerType.includes("json") && answer.schema && fieldsOf(answer.schema) ? code(example(answer, answer.schema)) : null) : null,
    errors.length ? part("Errors", h("dl", { class: "api-fields" }, errors.map(([status, response]) => h("div", {}, h("dt", {}, h("code", {}, status)), h("dd", {}, prose(response.description ?? "")))))) : null,
  );
}

async function main() {
  const response = await fetch("/openapi.json");
  const document = await response.json();
  schemas = document.components?.schemas ?? {};
  byId("about").textContent = document.info.description ?? `${document.info.title} ${document.info.version}`;
  const all = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).filter(([, item]) => item.responses).map(([method, item]) => ({ path, method, item })));
  byId("contents").append(...all.map(({ path, method, item }) => h("a", { href: `#${item.operationId ?? `${method}-${path}`}` }, h("span", { class: `verb ${method}` }, method.toUpperCase()), path)));
  byId("operations").append(...all.map(({ path, method, item }) => operation(path, method, item)));
  if (location.hash) globalThis.document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

main().catch((error) => (byId("about").textContent = `The description cannot be read: ${error.message}`));
