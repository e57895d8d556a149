// Attachments: a file is chosen, dropped or pasted, and sent as the kind the person picks.

import { byId, el, iconButton } from "./dom.js";
import { sizeOf } from "./bubble.js";
import { attempt, dialog } from "./overlay.js";
import { upload } from "./server.js";

const KINDS = {
  voice: "Voice message",
  audio: "Audio",
  video: "Video",
  video_note: "Video message (round)",
  photo: "Photo",
  document: "File",
};
const READ_MS = 3000;

export class AttachSheet {
  button = iconButton("attach", "Attach a file", () => this.#input.click());
  #input = el("input", { type: "file", hidden: true, "aria-label": "File to attach" });
  #place;
  #takeReply;

  constructor(place, takeReply) {
    this.#place = place;
    this.#takeReply = takeReply;
    byId("composer").append(this.#input);
    this.#input.addEventListener("change", () => {
      this.#offer(this.#input.files[0]);
      this.#input.value = "";
    });
    document.addEventListener("paste", (event) => this.#offer(event.clipboardData?.files[0]));
    this.#watchDrops(byId("conversation"), byId("drop"));
  }

  #watchDrops(target, veil) {
    target.addEventListener("dragover", (event) => {
      event.preventDefault();
      veil.hidden = !event.dataTransfer.types.includes("Files");
    });
    target.addEventListener("dragleave", (event) => {
      if (!target.contains(event.relatedTarget)) veil.hidden = true;
    });
    target.addEventListener("drop", (event) => {
      event.preventDefault();
      veil.hidden = true;
      this.#offer(event.dataTransfer.files[0]);
    });
  }

  #offer(file) {
    if (!file || !this.#place.chat) return;
    const guess = guessKind(file);
    const kind = el(
      "select",
      { id: "send-as" },
      ...Object.entries(KINDS).map(([value, name]) => el("option", { value, selected: value === guess }, name)),
    );
    const caption = el("input", { type: "text", id: "caption", autocomplete: "off" });
    const form = el(
      "div",
      { class: "form" },
      el("p", { class: "file-name" }, `${file.name}, ${sizeOf(file.size)}`),
      el("label", { for: "send-as" }, "Send as"),
      kind,
      el("label", { for: "caption" }, "Caption"),
      caption,
    );
    const send = async () => {
      sheet.close();
      await this.#send(file, kind.value, caption.value.trim());
    };
    const button = el("button", { class: "primary", type: "button", onclick: send }, "Send");
    const sheet = dialog("Send a file", form, [button], send);
    kind.focus();
  }

  async #send(file, kind, text) {
    const media = { file_name: kind === "audio" || kind === "document" || kind === "video" ? file.name : undefined };
    if (kind !== "photo") media.mime_type = file.type || undefined;
    if (["voice", "audio", "video", "video_note"].includes(kind)) media.duration = await readDuration(file);
    const payload = { ...this.#place.address, kind, media, reply_to: this.#takeReply() };
    if (text) payload.text = text;
    await attempt(() => upload("control/send", payload, file, file.name));
  }
}

function guessKind(file) {
  if (/\.(ogg|oga|opus)$/i.test(file.name)) return "voice";
  const family = file.type.split("/")[0];
  return family === "image" ? "photo" : family in KINDS ? family : "document";
}

// Whole seconds as the browser reads them; 1 for what it can't play.
function readDuration(file) {
  return new Promise((resolve) => {
    const player = new Audio(URL.createObjectURL(file));
    const done = (seconds) => {
      URL.revokeObjectURL(player.src);
      resolve(Number.isFinite(seconds) ? Math.max(1, Math.round(seconds)) : 1);
    };
    player.addEventListener("loadedmetadata", () => done(player.duration));
    player.addEventListener("error", () => done(1));
    setTimeout(() => done(1), READ_MS);
  });
}
