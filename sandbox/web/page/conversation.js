// The conversation: its messages, drafts and header, kept at the newest message while the reader is there.

import { createBubble, summary, updateBubble } from "./bubble.js";
import { byId, changed, el, reconcile, setText } from "./dom.js";
import { replaceText, richText } from "./entities.js";
import { attempt } from "./overlay.js";
import { post } from "./server.js";

const NEAR_END_PX = 120;
const SETTLED_MS = 1200;
const DOING = {
  typing: "typing…",
  upload_document: "sending a file…",
  record_voice: "recording…",
  upload_voice: "sending a voice message…",
};

// The recording of a message is played from a moment on, in seconds.
function onMoment(messageId, seconds) {
  const node = byId("messages").querySelector(`[data-key="${messageId}"]`);
  node?.querySelector(".player")?.dispatchEvent(new CustomEvent("playat", { detail: seconds }));
  const video = node?.querySelector("video");
  if (video) {
    video.currentTime = seconds;
    video.play().catch(() => {});
  }
}

export class Conversation {
  #store;
  #place;
  #actions;
  #scroller = byId("scroller");
  #unseen = 0;
  #followsEnd = true;
  #announcing = 0;

  constructor(store, place, actions) {
    this.#store = store;
    this.#place = place;
    this.#actions = actions;
    place.addEventListener("move", () => this.#enter());
    place.addEventListener("scene", () => this.show());
    store.addEventListener("snapshot", () => this.#enter());
    store.addEventListener("message", ({ detail }) => this.#onMessage(detail));
    for (const kind of ["drafts", "typing"]) store.addEventListener(kind, () => this.#showMoving());
    this.#scroller.addEventListener("scroll", () => this.#onScroll());
    const growth = new ResizeObserver(() => this.#followsEnd && this.#toEnd("instant"));
    for (const node of [this.#scroller, byId("messages"), byId("drafts")]) growth.observe(node);
    byId("jump").addEventListener("click", () => this.#toEnd("smooth"));
    byId("messages").addEventListener("keydown", (event) => this.#walk(event));
    byId("text").addEventListener("keydown", (event) => {
      if (event.key === "ArrowUp" && !event.target.value) byId("messages").lastElementChild?.focus();
    });
  }

  show() {
    const chat = this.#place.chat;
    byId("app").classList.toggle("in-chat", chat !== null);
    if (!chat) return;
    const messages = [...this.#store.of(chat.id).values()].filter((each) => this.#place.isHere(each));
    reconcile(byId("messages"), messages, {
      key: (message) => message.message_id,
      create: (message) => createBubble(message, { ...this.#actions, onJump: (id) => this.jumpTo(id), onMoment }),
      update: (node, message) => updateBubble(node, message, this.#place),
    });
    this.#showMoving();
  }

  jumpTo(messageId) {
    const node = byId("messages").querySelector(`[data-key="${messageId}"]`);
    node?.scrollIntoView({ block: "center", behavior: "smooth" });
    node?.focus({ preventScroll: true });
  }

  #enter() {
    this.show();
    this.#toEnd("instant");
  }

  #onMessage({ chatId, message, isNew }) {
    if (message?.from_bot) this.#announce(message);
    if (chatId !== this.#place.chatId) return;
    this.show();
    if (!isNew) return;
    if (this.#followsEnd || this.#place.isMine(message)) this.#toEnd("instant");
    else this.#showUnseen(this.#unseen + 1);
  }

  // Drafts, and what the bot is doing, which comes and goes.
  #showMoving() {
    const chat = this.#place.chat;
    if (!chat) return;
    reconcile(byId("drafts"), this.#store.drafts.get(chat.id) ?? [], {
      key: (draft) => draft.draft_id,
      create: (draft) => newDraft(draft.draft_id, chat.id),
      update: (node, draft) => {
        node.lastChild.hidden = !draft.can_stop;
        if (!changed(node, "draft", [draft.text, draft.entities])) return;
        replaceText(node.firstChild, draft.text ? richText(draft.text, draft.entities, () => {}) : ["Thinking…"]);
      },
    });
    const doing = this.#store.typing.get(chat.id);
    const isHere = doing && (!chat.is_forum || doing.threadId === this.#place.threadId);
    byId("chat-subtitle").classList.toggle("busy", Boolean(isHere));
    setText(byId("chat-subtitle"), isHere ? (DOING[doing.action] ?? "busy…") : this.#about(chat));
  }

  #about(chat) {
    const { first_name: name, language_code: code } = this.#place.speaker ?? {};
    if (chat.bot_status === "kicked") return chat.type === "private" ? "blocked" : "removed from the group";
    if (chat.bot_status === "left") return `${chat.people.length} members, without the bot`;
    return chat.type === "private" ? `with ${name} (${code ?? "no language"})` : `${chat.people.length + 1} members`;
  }

  // Said once it stands still: a progress that is edited every second would be noise.
  #announce(message) {
    clearTimeout(this.#announcing);
    const say = () => setText(byId("announcer"), `${message.from.first_name}: ${summary(message)}`);
    this.#announcing = setTimeout(say, SETTLED_MS);
  }

  // The reader's own scrolling decides whether the newest message is followed; growth below does not.
  #onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#followsEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    this.#showUnseen(this.#followsEnd ? 0 : this.#unseen);
  }

  #toEnd(behavior) {
    this.#followsEnd = true;
    this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior });
    this.#showUnseen(0);
  }

  #showUnseen(count) {
    this.#unseen = count;
    byId("jump").hidden = this.#followsEnd;
    byId("jump").dataset.count = count || "";
  }

  #walk(event) {
    const moves = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" };
    if (event.target.parentElement !== event.currentTarget) return;
    const next = event.key === "Escape" ? byId("text") : event.target[moves[event.key]];
    if (event.key === "Enter") event.target.querySelector(".more")?.click();
    else if (next) next.focus();
    else return;
    event.preventDefault();
  }
}

// A draft, which is in a private chat and so stopped by the person whose chat it is.
function newDraft(draftId, chatId) {
  const stop = () => attempt(() => post("control/stop-draft", { user_id: chatId, draft_id: draftId }));
  return el(
    "div",
    { class: "draft" },
    el("div", { class: "bubble text", dir: "auto" }),
    el("button", { type: "button", class: "key stop", hidden: true, onclick: stop }, "■ Stop"),
  );
}
