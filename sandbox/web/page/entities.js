// A text with Bot API entities as nodes; offsets are UTF-16 code units, as in JavaScript strings.

import { el } from "./dom.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };
const SHORT = 120;
const LINK = /^(https?|tg|mailto):/i;

export function richText(text, entities, onCommand) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return between(text, sorted, 0, text.length, onCommand);
}

function between(text, entities, start, end, onCommand) {
  const nodes = [];
  let at = start;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || entity.offset >= end) continue;
    const inner = entities.slice(index + 1).filter((other) => other.offset < stop);
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const children = between(text, inner, entity.offset, stop, onCommand);
    nodes.push(wrap(entity, text.slice(entity.offset, stop), children, onCommand));
    at = stop;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

function wrap(entity, text, children, onCommand) {
  switch (entity.type) {
    case "code":
      return copyable(el("code", {}, ...children), text);
    case "pre":
      return el("pre", { "data-language": entity.language }, copyable(el("code", {}, ...children), text));
    case "text_link":
      return link(entity.url, children);
    case "url":
      return link(/^\w+:/.test(text) ? text : `https://${text}`, children);
    case "email":
      return link(`mailto:${text}`, children);
    case "bot_command":
      return el("button", { class: "command", type: "button", onclick: () => onCommand(text) }, ...children);
    case "spoiler":
      return spoiler(children);
    case "blockquote":
      return el("blockquote", {}, ...children);
    case "expandable_blockquote":
      return text.length < SHORT && text.split("\n").length <= 3 ? el("blockquote", {}, ...children) : expandable(children);
    default:
      return TAGS[entity.type] ? el(TAGS[entity.type], {}, ...children) : el("span", {}, ...children);
  }
}

function copyable(node, text) {
  const copy = () => node.dispatchEvent(new CustomEvent("copytext", { bubbles: true, detail: text }));
  node.addEventListener("click", copy);
  node.addEventListener("keydown", (event) => event.key === "Enter" && copy());
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", `${text}, copy`);
  return node;
}

export function link(url, children) {
  if (!LINK.test(url)) return el("span", {}, ...children);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function spoiler(children) {
  const hidden = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text, show" });
  hidden.append(el("span", {}, ...children));
  const show = () => {
    hidden.classList.add("open");
    for (const name of ["role", "tabindex", "aria-label"]) hidden.removeAttribute(name);
  };
  hidden.addEventListener("click", show);
  hidden.addEventListener("keydown", (event) => event.key === "Enter" && show());
  return hidden;
}

function expandable(children) {
  const quote = el("blockquote", { class: "expandable" }, el("div", {}, ...children));
  const toggle = el("button", { class: "expand", type: "button", "aria-expanded": "false" }, "Show all");
  toggle.addEventListener("click", () => open(quote, !quote.classList.contains("open")));
  quote.append(toggle);
  return quote;
}

function open(quote, isOpen) {
  const toggle = quote.querySelector(".expand");
  quote.classList.toggle("open", isOpen);
  toggle.setAttribute("aria-expanded", String(isOpen));
  toggle.textContent = isOpen ? "Show less" : "Show all";
}

// Whoever has opened a quote, a spoiler or a block that folds keeps it open when the text is edited.
export function replaceText(node, children) {
  const opened = (selector) => [...node.querySelectorAll(selector)].map((each) => each.classList.contains("open"));
  const blocks = [...node.querySelectorAll("details")].map((each) => each.open);
  const quotes = opened("blockquote.expandable");
  const spoilers = opened(".spoiler");
  node.replaceChildren(...children);
  node.querySelectorAll("blockquote.expandable").forEach((each, index) => quotes[index] && open(each, true));
  node.querySelectorAll("details").forEach((each, index) => blocks[index] && (each.open = true));
  node.querySelectorAll(".spoiler").forEach((each, index) => spoilers[index] && each.click());
}
