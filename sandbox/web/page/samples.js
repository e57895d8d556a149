// Sample voice notes, to send without a microphone.

import { el } from "./dom.js";
import { attempt, dialog, toast } from "./overlay.js";
import { post } from "./server.js";
import { clock } from "./voice.js";

export function chooseSample(store, place, takeReply) {
  if (store.samples.length === 0) {
    toast("The sandbox was started without sample voice notes.");
    return;
  }
  const send = (sample) => {
    sheet.close();
    return attempt(() => post("sample", { ...place.address, sample: sample.id, reply_to: takeReply() }));
  };
  const list = el("ul", { class: "samples" }, ...store.samples.map((sample) => el("li", {}, entry(sample, send))));
  const sheet = dialog("Sample voice notes", list);
}

function entry(sample, send) {
  const language = el("span", { class: "language" }, sample.language === "none" ? "–" : sample.language);
  const words = el("span", { class: "words", lang: sample.language === "none" ? null : sample.language }, sample.text);
  const facts = el("span", { class: "facts" }, clock(sample.duration_s));
  const title = sample.licence ? `Licence: ${sample.licence}` : null;
  return el("button", { type: "button", title, onclick: () => send(sample) }, language, words, facts);
}
