// Recording with the microphone: press to begin, press to send, or throw it away.

import { el, icon, iconButton, setText } from "./dom.js";
import { attempt, toast } from "./overlay.js";
import { upload } from "./server.js";
import { clock } from "./voice.js";

const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const LONGEST_MS = 30 * 60 * 1000;

export class Recorder {
  button = iconButton("mic", "Record a voice message", () => this.#begin(), { class: "icon mic" });
  #time = el("span", { class: "time", role: "timer" }, "0:00");
  #level = el("span", { class: "level", "aria-hidden": "true" });
  node = el(
    "div",
    { class: "recording", role: "group", "aria-label": "Recording", hidden: true },
    iconButton("trash", "Throw the recording away", () => this.#end(false)),
    this.#level,
    this.#time,
    el("span", { class: "grow" }, "Recording…"),
    el("button", { class: "primary", type: "button", onclick: () => this.#end(true) }, icon("send"), "Send"),
  );
  #place;
  #takeReply;
  #recording = null;

  constructor(place, takeReply) {
    this.#place = place;
    this.#takeReply = takeReply;
    place.addEventListener("move", () => this.#end(false));
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.#end(false));
  }

  async #begin() {
    if (this.#recording) return;
    const stream = await navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => null);
    if (!stream) {
      toast("There is no microphone, or the browser may not use it.", "error");
      return;
    }
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 48_000 });
    const recording = { recorder, stream, chunks: [], began: performance.now(), address: this.#place.address };
    recorder.addEventListener("dataavailable", ({ data }) => recording.chunks.push(data));
    recorder.start(1000);
    recording.ticking = setInterval(() => this.#tick(recording), 200);
    this.#recording = recording;
    this.#show(true);
    this.node.querySelector(".primary").focus();
  }

  #tick(recording) {
    const elapsed = performance.now() - recording.began;
    setText(this.#time, clock(elapsed / 1000));
    if (elapsed > LONGEST_MS) this.#end(true);
  }

  #show(isRecording) {
    this.node.hidden = !isRecording;
    this.button.hidden = isRecording;
    this.node.parentElement.classList.toggle("records", isRecording);
    setText(this.#time, "0:00");
  }

  #end(isToSend) {
    const recording = this.#recording;
    if (!recording) return;
    this.#recording = null;
    clearInterval(recording.ticking);
    recording.recorder.addEventListener("stop", () => {
      recording.stream.getTracks().forEach((track) => track.stop());
      if (isToSend) this.#send(recording);
    });
    recording.recorder.stop();
    this.#show(false);
    this.button.focus();
  }

  #send(recording) {
    const sound = new Blob(recording.chunks, { type: recording.recorder.mimeType });
    const seconds = (performance.now() - recording.began) / 1000;
    const payload = { ...recording.address, duration_s: seconds, reply_to: this.#takeReply() };
    return attempt(() => upload("record", payload, sound, "recording"));
  }
}
