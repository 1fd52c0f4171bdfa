// Elements, made of text nodes alone: no word of a delivery is ever read as HTML.

/** The element of the page with that id. */
export const the = (id) => document.getElementById(id);

/** An element with attributes (and listeners, as `onclick`) and children; null is left out. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** A table that scrolls sideways by itself; cells are texts or elements, columns of numbers stand to the right. */
export function table(heads, rows, caption) {
  const numbers = (column) => rows.length > 0 && rows.every((row) => /^([−+-]?[\d.:]+|−∞|)$/.test(row[column]));
  const kinds = heads.map((_, column) => (numbers(column) ? "number" : null));
  const head = make("tr", {}, heads.map((text, column) => make("th", { scope: "col", class: kinds[column] }, text)));
  const body = rows.map((row) => make("tr", {}, row.map((value, column) => make("td", { class: kinds[column] }, value ?? ""))));
  const named = caption ? make("caption", { class: "unseen" }, caption) : null;
  return make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": caption ?? "Table" },
    make("table", {}, named, make("thead", {}, head), make("tbody", {}, body)));
}
