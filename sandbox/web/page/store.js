// State of the page: filled by the event stream, read by all views.

import { follow } from "./server.js";

const TYPING_MS = 5500;
const DRAFT_MS = 30_000;
const CALLS_KEPT = 300;

export class Store extends EventTarget {
  bot = { id: 0, first_name: "Sandbox", username: "" };
  polling = false;
  connected = false;
  users = new Map();
  chats = new Map();
  messages = new Map();
  drafts = new Map();
  typing = new Map();
  faultPresets = {};
  calls = [];
  samples = [];

  start() {
    follow(
      (kind, data) => this[`on_${kind}`](data),
      (connected) => {
        this.connected = connected;
        this.tell("connection");
      },
    );
  }

  tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  on_snapshot({ scene, messages, drafts, calls, samples }) {
    this.messages = new Map(
      Object.entries(messages).map(([id, list]) => [Number(id), new Map(list.map((each) => [each.message_id, each]))]),
    );
    this.drafts = new Map(Object.entries(drafts).map(([id, list]) => [Number(id), list]));
    this.typing.clear();
    this.calls = calls;
    this.samples = samples;
    this.on_scene(scene);
    this.tell("snapshot");
  }

  on_scene(scene) {
    this.bot = scene.bot;
    this.polling = scene.polling;
    this.faultPresets = scene.fault_presets;
    this.users = new Map(scene.users.map((user) => [user.id, user]));
    this.chats = new Map(scene.chats.map((chat) => [chat.id, chat]));
    this.tell("scene");
  }

  on_message(message) {
    const chatId = message.chat.id;
    const list = this.of(chatId);
    const isNew = !list.has(message.message_id);
    list.set(message.message_id, message);
    if (isNew && message.from_bot) {
      this.drafts.delete(chatId);
      this.typing.delete(chatId);
    }
    this.tell("message", { chatId, message, isNew });
  }

  on_gone({ chat_id: chatId, message_id: messageId }) {
    this.of(chatId).delete(messageId);
    this.tell("message", { chatId, message: null, isNew: false });
  }

  on_drafts({ chat_id: chatId, drafts }) {
    this.drafts.set(chatId, drafts);
    this.tell("drafts", { chatId });
    this.#later("drafts", chatId, drafts, DRAFT_MS);
  }

  on_action({ chat_id: chatId, action, thread_id: threadId }) {
    const doing = { action, threadId: threadId ?? null };
    this.typing.set(chatId, doing);
    this.tell("typing", { chatId });
    this.#later("typing", chatId, doing, TYPING_MS);
  }

  on_call(call) {
    this.calls = [...this.calls, call].slice(-CALLS_KEPT);
    this.tell("call", call);
  }

  of(chatId) {
    if (!this.messages.has(chatId)) this.messages.set(chatId, new Map());
    return this.messages.get(chatId);
  }

  // Drafts and actions end by themselves unless newer ones have come.
  #later(kind, chatId, value, delay) {
    setTimeout(() => {
      if (this[kind].get(chatId) !== value) return;
      this[kind].delete(chatId);
      this.tell(kind, { chatId });
    }, delay);
  }
}
