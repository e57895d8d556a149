// Menu of a message: reply, react, copy, forward, edit, delete.

import { el } from "./dom.js";
import { attempt, dialog, menu, toast } from "./overlay.js";
import { post } from "./server.js";

const REACTIONS = ["👍", "❤", "👀", "✍", "🔥"];

export async function copyText(text) {
  const isDone = await navigator.clipboard.writeText(text).then(() => true, () => false);
  toast(isDone ? "Copied." : "The browser does not let the page copy.", isDone ? "info" : "error");
}

export class MessageMenu {
  #store;
  #place;
  #composer;

  constructor(store, place, composer) {
    this.#store = store;
    this.#place = place;
    this.#composer = composer;
  }

  open(message, opener) {
    const words = message.text ?? message.caption;
    const entries = [["Reply", "reply", () => this.#composer.reply(message)]];
    entries.push(["React", "smile", () => this.#chooseReaction(message, opener)]);
    if (words) entries.push(["Copy text", "copy", () => copyText(words)]);
    entries.push(["Forward", "forward", () => this.#chooseTarget(message)]);
    if (words && this.#place.isMine(message)) entries.push(["Edit", "edit", () => this.#composer.edit(message)]);
    entries.push(["Delete", "trash", () => this.#delete(message), true]);
    menu(opener, "Message", entries);
  }

  #chooseReaction(message, opener) {
    const react = (emoji) =>
      attempt(() => post("control/react", { ...this.#place.address, message_id: message.message_id, emoji }));
    const entries = REACTIONS.map((emoji) => [emoji, null, () => react(emoji)]);
    menu(opener, "Reaction", [...entries, ["No reaction", "close", () => react(null)]]);
  }

  #delete(message) {
    return attempt(() => post("control/delete", { ...this.#place.address, message_id: message.message_id }));
  }

  #chooseTarget(message) {
    const hidden = el("input", { type: "checkbox", id: "hide-author" });
    const targets = [...this.#store.chats.values()].map((chat) => {
      const person = this.#store.users.get(chat.people[0]);
      const title = chat.type === "private" ? `Private chat of ${person.first_name}` : chat.title;
      const onclick = () => {
        sheet.close();
        this.#forward(message, chat, hidden.checked);
      };
      return el("button", { type: "button", onclick }, title);
    });
    const hide = el("label", { class: "check" }, hidden, "Hide who wrote it");
    const sheet = dialog("Forward to", el("div", { class: "choices" }, ...targets, hide));
  }

  async #forward(message, chat, hidden) {
    const { speaker, chatId } = this.#place;
    const userId = chat.people.includes(speaker.id) ? speaker.id : chat.people[0];
    const payload = { user_id: userId, message_id: message.message_id, from_chat_id: chatId, chat_id: chat.id, hidden };
    if (await attempt(() => post("control/forward", payload))) this.#place.go(chat.id);
  }
}
