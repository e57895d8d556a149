// The list of chats, and the bot's name and status.

import { summary, timeOf } from "./bubble.js";
import { byId, changed, el, reconcile, setText } from "./dom.js";

export class ChatList {
  #store;
  #place;
  #unread = new Map();

  constructor(store, place) {
    this.#store = store;
    this.#place = place;
    for (const kind of ["snapshot", "connection"]) store.addEventListener(kind, () => this.show());
    store.addEventListener("message", ({ detail }) => this.#onMessage(detail));
    for (const kind of ["move", "scene"]) place.addEventListener(kind, () => this.show());
  }

  show() {
    const { bot, polling, connected } = this.#store;
    this.#unread.delete(this.#place.chatId);
    setText(byId("bot-name"), bot.first_name);
    document.title = `${bot.first_name} – Sandbox`;
    setText(byId("bot-status"), connected ? (polling ? "online" : "not polling") : "no connection");
    byId("bot-status").dataset.is = connected && polling ? "on" : "off";
    reconcile(byId("chat-list"), [...this.#store.chats.values()], {
      key: (chat) => chat.id,
      create: (chat) => this.#create(chat),
      update: (node, chat) => this.#update(node, chat),
    });
  }

  #create(chat) {
    const look = { class: "avatar", "data-hue": String(Math.abs(chat.id) % 6), "aria-hidden": "true" };
    const words = el("span", { class: "words" }, el("strong"), el("span", { class: "last" }));
    const aside = el("span", { class: "aside" }, el("time"), el("b", { class: "unread" }));
    const open = () => this.#place.go(chat.id);
    return el("li", {}, el("button", { type: "button", onclick: open }, el("span", look), words, aside));
  }

  #update(node, chat) {
    const button = node.firstChild;
    const isHere = chat.id === this.#place.chatId;
    const last = [...this.#store.of(chat.id).values()].at(-1);
    const person = this.#store.users.get(chat.people[0]);
    const isPrivate = chat.type === "private";
    const title = isPrivate ? `As ${person.first_name}` : chat.title;
    if (isHere) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    if (!changed(button, "shown", [title, last, this.#unread.get(chat.id), person])) return;
    setText(button.querySelector(".avatar"), (isPrivate ? person.first_name : chat.title)[0] ?? "?");
    setText(button.querySelector("strong"), title);
    setText(button.querySelector(".last"), last ? summary(last) : this.#kind(chat));
    setText(button.querySelector("time"), last ? timeOf(last.date) : "");
    setText(button.querySelector(".unread"), String(this.#unread.get(chat.id) ?? ""));
  }

  #kind(chat) {
    if (chat.type === "private") return "Private chat";
    return chat.is_forum ? "Group with topics" : "Group";
  }

  #onMessage({ chatId, message, isNew }) {
    if (isNew && message.from_bot && chatId !== this.#place.chatId) {
      this.#unread.set(chatId, (this.#unread.get(chatId) ?? 0) + 1);
    }
    this.show();
  }
}
