// The blocks of a rich message as nodes, and as one line of plain text.

import { el } from "./dom.js";
import { link } from "./entities.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", marked: "mark" };
const BLOCKS = { paragraph: "p", footer: "small", heading: "h4", expandable_blockquote: "blockquote" };

export function richBlocks(blocks) {
  return blocks.map((block) => {
    if (block.type === "divider") return el("hr");
    if (block.type === "blockquote") return el("blockquote", {}, ...richBlocks(block.blocks));
    if (block.type !== "details") return el(BLOCKS[block.type] ?? "p", {}, ...nodes(block.text));
    const details = el("details", {}, el("summary", {}, ...nodes(block.summary)), ...richBlocks(block.blocks));
    details.open = Boolean(block.is_open);
    return details;
  });
}

export function plainBlocks(message) {
  const plain = (text) => (Array.isArray(text) ? text.map(plain).join("") : (text?.text !== undefined ? plain(text.text) : (text ?? "")));
  const lines = (blocks) => blocks.flatMap((block) => [plain(block.summary), plain(block.text), ...lines(block.blocks ?? [])]);
  return message ? lines(message.blocks).filter(Boolean).join(" ") : "";
}

function nodes(text) {
  if (Array.isArray(text)) return text.flatMap(nodes);
  if (typeof text === "string") return [text];
  const children = nodes(text.text);
  return [text.type === "url" ? link(text.url, children) : el(TAGS[text.type] ?? "span", {}, ...children)];
}
