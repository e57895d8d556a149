// Times in a text: they play the recording that it replies to from there, by the rules of td's find_media_timestamps.

import { el } from "./dom.js";

const PLAYABLE = ["voice", "audio", "video", "video_note"];
const TIME = /(?<![\p{L}\p{N}_:])(?:(\d{1,2}):([0-5]?\d)|(\d{1,4})):([0-5]\d)(?![\p{L}\p{N}_:])/gu;

export function linkMoments(node, message, onMoment) {
  const replied = message.reply_to_message;
  const media = PLAYABLE.map((kind) => replied?.[kind]).find(Boolean);
  if (!media) return;
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("a, button")) texts.push(walker.currentNode);
  for (const text of texts) {
    text.replaceWith(...withLinks(text.data, media.duration || Infinity, (seconds) => onMoment(replied.message_id, seconds)));
  }
}

function withLinks(text, duration, onMoment) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(TIME)) {
    const [time, hours, minutes, allMinutes, rest] = match;
    const seconds = 3600 * Number(hours ?? 0) + 60 * Number(minutes ?? allMinutes) + Number(rest);
    if (seconds > duration) continue;
    const play = { class: "command", type: "button", "aria-label": `Play from ${time}`, onclick: () => onMoment(seconds) };
    nodes.push(text.slice(at, match.index), el("button", play, time));
    at = match.index + time.length;
  }
  return [...nodes, text.slice(at)];
}
