// The tabs of a group with topics.

import { byId, el, reconcile, setText } from "./dom.js";

export class Topics {
  #place;

  constructor(place) {
    this.#place = place;
    for (const kind of ["move", "scene"]) place.addEventListener(kind, () => this.show());
    byId("topics").addEventListener("keydown", (event) => this.#step(event));
  }

  show() {
    const chat = this.#place.chat;
    byId("topics").hidden = !chat?.is_forum;
    if (!chat?.is_forum) return;
    reconcile(byId("topics"), [{ id: null, title: "General" }, ...chat.topics], {
      key: (topic) => topic.id ?? 0,
      create: (topic) => el("button", { type: "button", role: "tab", onclick: () => this.#place.go(this.#place.chatId, topic.id) }),
      update: (node, topic) => {
        const isHere = topic.id === this.#place.threadId;
        setText(node, topic.title);
        node.setAttribute("aria-selected", String(isHere));
        node.tabIndex = isHere ? 0 : -1;
      },
    });
  }

  #step(event) {
    const moves = { ArrowLeft: "previousElementSibling", ArrowRight: "nextElementSibling" };
    const next = document.activeElement[moves[event.key]];
    next?.focus();
    next?.click();
  }
}
