/** Elements made in code. A text is always a text node, so no name or formula can become markup. */

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element: h("button", {class: "play", onclick: play}, "Play"). */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function s(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Writes a text, unless it is there already: the page is then left alone. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Writes an attribute, unless it is there already. */
export function mark(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** A drawing of 16 by 16 from one path, for buttons. */
export function icon(path) {
  return s("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, s("path", { d: path, fill: "currentColor" }));
}
