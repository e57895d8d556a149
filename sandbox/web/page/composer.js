// Composer of messages: text, commands, files, recordings, replies and edits.

import { AttachSheet } from "./attach.js";
import { summary } from "./bubble.js";
import { CommandMenu } from "./command_menu.js";
import { byId, el, icon, iconButton, setText } from "./dom.js";
import { InlineMenu } from "./inline_menu.js";
import { attempt } from "./overlay.js";
import { Recorder } from "./recorder.js";
import { chooseSample } from "./samples.js";
import { post } from "./server.js";

export class Composer {
  #store;
  #place;
  #context = null;
  #text = el("textarea", {
    id: "text", rows: "1", placeholder: "Message", "aria-label": "Message", "aria-autocomplete": "list",
    "aria-controls": "commands", autocomplete: "off", dir: "auto",
  });
  #about = el("div", { class: "about", hidden: true });
  #blocked = el("div", { class: "blocked", hidden: true });
  #start = el("button", { class: "primary start", type: "button", hidden: true }, "Start");
  #send = iconButton("send", "Send", () => this.#submit());

  constructor(store, place) {
    this.#store = store;
    this.#place = place;
    const replying = () => this.#takeReply();
    const commands = new CommandMenu(this.#text, place, (command) => this.command(command));
    const inline = new InlineMenu(this.#text, store, place);
    const attach = new AttachSheet(place, replying);
    const recorder = new Recorder(place, replying);
    const samples = iconButton("waves", "Sample voice notes", () => chooseSample(store, place, replying));
    const line = el("div", { class: "line" }, attach.button, samples, this.#text, recorder.button, this.#send);
    const restart = el("button", { class: "primary", type: "button", onclick: () => this.#unblock() }, "Unblock");
    this.#blocked.append(el("span"), restart);
    this.#start.addEventListener("click", () => this.command("/start"));
    byId("composer").append(this.#blocked, this.#start, commands.node, inline.node, this.#about, recorder.node, line);
    this.#text.addEventListener("input", () => this.#fit());
    this.#text.addEventListener("keydown", (event) => this.#onKey(event, [commands, inline]));
    place.addEventListener("move", () => this.#leave());
    place.addEventListener("scene", () => this.show());
    store.addEventListener("message", () => this.show());
    store.addEventListener("snapshot", () => this.show());
  }

  show() {
    const chat = this.#place.chat;
    if (!chat) return;
    const isGuest = chat.bot_status === "left";
    const isOut = chat.bot_status === "kicked" || isGuest;
    const isPrivate = chat.type === "private";
    this.#blocked.hidden = !isOut;
    this.#blocked.classList.toggle("guest", isGuest);
    const name = `@${this.#store.bot.username}`;
    const call = `The bot is not in this group. Reply to a voice message with ${name}, and it answers as a guest.`;
    const removed = isPrivate ? "You have blocked the bot." : "The bot was removed from this group.";
    setText(this.#blocked.firstChild, isGuest ? call : removed);
    setText(this.#blocked.lastChild, isPrivate ? "Unblock" : isGuest ? "Add it" : "Add it again");
    this.#start.hidden = isOut || !isPrivate || this.#store.of(chat.id).size > 0;
    byId("composer").classList.toggle("typing", this.#text.value.trim() !== "");
  }

  reply(message) {
    this.#take("reply", "Reply to", message);
  }

  edit(message) {
    this.#take("edit", "Edit message", message);
    this.#text.value = message.text ?? message.caption ?? "";
    this.#fit();
  }

  command(text) {
    const isGroup = this.#place.chat.type !== "private";
    const full = isGroup && !text.includes("@") ? `${text}@${this.#store.bot.username}` : text;
    this.#text.value = "";
    this.#fit();
    return attempt(() => post("control/send", { ...this.#place.address, text: full }));
  }

  #take(kind, label, message) {
    this.#context = { kind, message };
    const words = el("span", {}, el("strong", {}, label), summary(message));
    this.#about.replaceChildren(icon(kind), words, iconButton("close", "Cancel", () => this.#leave()));
    this.#about.hidden = false;
    this.#text.focus();
  }

  #leave() {
    if (this.#context?.kind === "edit") this.#text.value = "";
    this.#context = null;
    this.#about.hidden = true;
    this.#fit();
  }

  // What is sent next replies to the message that was chosen, once.
  #takeReply() {
    const replyTo = this.#context?.kind === "reply" ? this.#context.message.message_id : null;
    if (replyTo) this.#leave();
    return replyTo;
  }

  async #submit() {
    const text = this.#text.value.trim();
    if (!text || !this.#place.speaker) return;
    const context = this.#context;
    this.#text.value = "";
    this.#leave();
    this.#text.focus();
    const payload = { ...this.#place.address, text };
    const message = context?.message;
    const sent = await attempt(() =>
      context?.kind === "edit"
        ? post("control/edit", { ...payload, message_id: message.message_id })
        : post("control/send", { ...payload, reply_to: message?.message_id }),
    );
    if (sent === null && !this.#text.value) this.#text.value = text;
    this.#fit();
  }

  #onKey(event, menus) {
    if (menus.some((menu) => menu.onKey(event)) || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape") this.#leave();
  }

  #unblock() {
    const payload = { ...this.#place.address, status: "member" };
    return attempt(() => post("control/bot-status", payload));
  }

  #fit() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight, 180)}px`;
    this.show();
    this.#text.dispatchEvent(new Event("fitted"));
  }
}
