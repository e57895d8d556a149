// The header's title, and what an empty chat says.

import { byId, el, setText } from "./dom.js";

export class Welcome {
  #store;
  #place;
  #node = el("div", { class: "welcome", hidden: true }, el("h2"), el("p"));

  constructor(store, place) {
    this.#store = store;
    this.#place = place;
    byId("scroller").prepend(this.#node);
    for (const kind of ["move", "scene"]) place.addEventListener(kind, () => this.show());
    for (const kind of ["message", "snapshot"]) store.addEventListener(kind, () => this.show());
  }

  show() {
    const { chat, speaker } = this.#place;
    if (!chat) return;
    setText(byId("chat-title"), chat.type === "private" ? this.#store.bot.first_name : chat.title);
    const isEmpty = ![...this.#store.of(chat.id).values()].some((message) => this.#place.isHere(message));
    this.#node.hidden = !isEmpty;
    const [title, words] = this.#node.children;
    setText(title, chat.type === "private" ? "What can this bot do?" : "Nobody has written here yet.");
    setText(words, (chat.type === "private" && chat.about[speaker?.id]) || "Write, record, drop a file, or send a sample voice note.");
  }
}
