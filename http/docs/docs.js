// Draws /openapi.json. Text is only ever set as text, never as markup.
"use strict";

function make(tag, text, ...children) {
  const it = document.createElement(tag);
  if (text) it.textContent = text;
  it.append(...children.filter(Boolean));
  return it;
}

function classed(name, it) {
  it.className = name;
  return it;
}

function nameOf(ref) {
  return ref.slice(ref.lastIndexOf("/") + 1);
}

/// One line on what a schema allows.
function brief(schema) {
  if (!schema) return "";
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.oneOf) return schema.oneOf.map(brief).join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.join(" | ");
  const types = [].concat(schema.type || "any");
  let text = types.map(it => it === "array" ? "list of " + brief(schema.items) : it).join(" or ");
  if (schema.minimum !== undefined && schema.maximum !== undefined) text += ` ${schema.minimum} to ${schema.maximum}`;
  if (schema.default !== undefined) text += `, default ${JSON.stringify(schema.default)}`;
  return text;
}

function table(rows) {
  return make("table", "", ...rows.map(cells => make("tr", "", ...cells.map(it => make("td", it)))));
}

function example(content) {
  return content.example === undefined ? null : make("pre", typeof content.example === "string"
    ? content.example : JSON.stringify(content.example, null, 2));
}

function bodies(title, content) {
  return Object.entries(content || {}).flatMap(([kind, it]) =>
    [make("p", `${title}: ${kind}, ${brief(it.schema)}`), example(it)]);
}

function operation(api, path, method, it, shared) {
  const resolve = what => what.$ref ? what.$ref.slice(2).split("/").reduce((at, key) => at[key], api) : what;
  const parameters = [...(shared || []), ...(it.parameters || [])].map(resolve);
  return make("details", "",
    make("summary", "", classed("method", make("span", method.toUpperCase())),
      classed("path", make("code", path)), make("span", it.summary)),
    it.description && make("p", it.description),
    parameters.length > 0 && table(parameters.map(p => [p.name, p.in, brief(p.schema), p.description || ""])),
    ...bodies("Body", it.requestBody && it.requestBody.content),
    table(Object.entries(it.responses).map(([status, answer]) => {
      const whole = resolve(answer);
      const kinds = Object.values(whole.content || {}).map(kind => brief(kind.schema));
      return [status, whole.description, kinds.join(", ")];
    })));
}

function schema(name, it) {
  const needed = new Set(it.required || []);
  const rows = Object.entries(it.properties || {}).map(([key, value]) =>
    [key, brief(value), needed.has(key) ? "" : "optional", value.description || ""]);
  return make("details", "", make("summary", "", make("code", name)),
    it.description && make("p", it.description), rows.length > 0 ? table(rows) : make("p", brief(it)));
}

function draw(api) {
  const main = document.getElementById("main");
  main.replaceChildren(make("p", api.info.description));
  for (const tag of api.tags) {
    main.append(make("h2", tag.name));
    for (const [path, methods] of Object.entries(api.paths))
      for (const [method, it] of Object.entries(methods))
        if (it.tags && it.tags.includes(tag.name))
          main.append(operation(api, path, method, it, methods.parameters));
  }
  main.append(make("h2", "Schemas"), ...Object.entries(api.components.schemas).map(([name, it]) => schema(name, it)));
}

fetch("/openapi.json").then(answer => answer.json()).then(draw)
  .catch(why => document.getElementById("main").replaceChildren(make("p", `The document cannot be drawn: ${why}`)));
