// One message: made once, then updated part by part.

import { changed, el, icon, iconButton, setText } from "./dom.js";
import { replaceText, richText } from "./entities.js";
import { showKeyboard } from "./keyboard.js";
import { linkMoments } from "./moments.js";
import { plainBlocks, richBlocks } from "./rich_message.js";
import { fileUrl } from "./server.js";
import { createPlayer } from "./voice.js";

const MEDIA = ["voice", "audio", "video", "video_note", "photo", "document"];

function kindOf(message) {
  return MEDIA.find((kind) => kind in message) ?? null;
}

// A line that stands for a message where there is no room for it.
export function summary(message) {
  const words = message.text ?? message.caption ?? plainBlocks(message.rich_message);
  if (words) return words.replace(/\s+/g, " ").slice(0, 120);
  if (message.forum_topic_created) return topicCreated(message);
  const names = { voice: "Voice message", audio: "Audio", video: "Video", video_note: "Video message", photo: "Photo" };
  const kind = kindOf(message);
  return kind === "document" ? (message.document.file_name ?? "File") : (names[kind] ?? "");
}

const topicCreated = (message) => `Topic “${message.forum_topic_created.name}” was created`;

const nameOf = (message) => message.sender_chat?.title ?? message.from.first_name;

export function createBubble(message, { onMenu, onCommand, onJump, onMoment }) {
  if (message.forum_topic_created) {
    return el("li", { class: "service", tabindex: "-1" }, topicCreated(message));
  }
  const parts = {
    name: el("div", { class: "name" }),
    origin: el("div", { class: "origin" }),
    quote: el("button", { class: "quoted", type: "button", "aria-label": "Show the message replied to" }),
    media: el("div", { class: "media" }),
    text: el("div", { class: "text", dir: "auto" }),
    reactions: el("div", { class: "reactions" }),
    foot: el("span", { class: "foot" }),
    keys: el("div", { class: "keys" }),
  };
  const more = iconButton("more", "Message menu", () => onMenu(node.message, more), { "aria-haspopup": "menu" });
  more.classList.add("more");
  const inside = [parts.name, parts.origin, parts.quote, parts.media, parts.text, parts.reactions, parts.foot];
  const bubble = el("div", { class: "bubble" }, ...inside);
  const body = el("div", { class: "body" }, bubble, parts.keys);
  const node = el("li", { class: "message", tabindex: "-1" }, el("div", { class: "line" }, body, more));
  parts.quote.addEventListener("click", () => onJump(node.message.reply_to_message.message_id));
  bubble.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    onMenu(node.message, more);
  });
  return Object.assign(node, { parts, onCommand, onMoment });
}

export function updateBubble(node, message, place) {
  node.message = message;
  if (!node.parts) return;
  const { parts } = node;
  const isMine = place.isMine(message);
  node.classList.toggle("mine", isMine);
  showHead(parts, message, isMine, place);
  if (changed(parts.media, "media", kindOf(message) && message[kindOf(message)])) showMedia(parts.media, message);
  showWords(parts.text, message, node);
  if (changed(parts.reactions, "emoji", message.reactions)) {
    parts.reactions.replaceChildren(
      ...message.reactions.map((emoji) => el("span", { "aria-label": `Reaction ${emoji}` }, emoji)),
    );
  }
  setText(parts.foot, `${message.receiver_user ? "only you see this · " : ""}${message.edit_date ? "edited " : ""}${timeOf(message.date)}`);
  showKeyboard(parts.keys, message, place);
  node.setAttribute("aria-label", `${isMine ? "You" : nameOf(message)}, ${timeOf(message.date)}`);
}

function showHead(parts, message, isMine, place) {
  const origin = message.forward_origin;
  const replied = message.reply_to_message;
  const inTopicOnly = replied?.forum_topic_created;
  setText(parts.name, isMine || place.chat?.type === "private" ? "" : nameOf(message));
  parts.name.dataset.hue = message.from.id % 6;
  const author = origin?.sender_user?.first_name ?? origin?.chat?.title ?? origin?.sender_user_name;
  setText(parts.origin, origin ? `Forwarded from ${author}` : "");
  parts.quote.hidden = !replied || Boolean(inTopicOnly);
  if (replied && changed(parts.quote, "quote", [nameOf(replied), summary(replied)])) {
    parts.quote.replaceChildren(el("strong", {}, nameOf(replied)), el("span", {}, summary(replied)));
  }
}

function showWords(node, message, { onCommand, onMoment }) {
  const words = message.text ?? message.caption ?? "";
  const entities = message.entities ?? message.caption_entities;
  const rich = message.rich_message;
  if (!changed(node, "words", [words, entities, rich])) return;
  replaceText(node, rich ? richBlocks(rich.blocks) : richText(words, entities, onCommand));
  if (!rich) linkMoments(node, message, onMoment);
}

function showMedia(node, message) {
  const kind = kindOf(message);
  const media = message[kind];
  if (!kind) node.replaceChildren();
  else if (kind === "voice") node.replaceChildren(createPlayer(media));
  else if (kind === "audio") node.replaceChildren(createPlayer(media, media.title ?? media.file_name ?? "Audio"));
  else if (kind === "photo") node.replaceChildren(el("img", { src: fileUrl(media.at(-1).file_id), alt: "Photo" }));
  else if (kind === "document") node.replaceChildren(download(media));
  else {
    const shape = kind === "video_note" ? "round" : "";
    node.replaceChildren(
      el("video", { class: shape, src: fileUrl(media.file_id), controls: true, preload: "metadata", playsInline: true }),
    );
  }
}

function download(media) {
  const name = media.file_name ?? "file";
  const size = el("span", { class: "size" }, sizeOf(media.file_size ?? 0));
  const look = { class: "document", href: fileUrl(media.file_id), download: name, "aria-label": `Download ${name}` };
  return el("a", look, el("span", { class: "badge" }, icon("file")), el("span", { class: "what" }, name, size));
}

export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

export function timeOf(date) {
  return new Date(date * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}
