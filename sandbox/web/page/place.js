// Current chat, topic and speaker; the page's address keeps chat and topic.

export class Place extends EventTarget {
  chatId = null;
  threadId = null;
  #store;
  #speakers = new Map();

  constructor(store) {
    super();
    this.#store = store;
    this.#read();
    addEventListener("hashchange", () => {
      this.#read();
      this.dispatchEvent(new Event("move"));
    });
    store.addEventListener("scene", () => this.dispatchEvent(new Event("scene")));
  }

  get chat() {
    return this.#store.chats.get(this.chatId) ?? null;
  }

  get speaker() {
    const people = this.chat?.people ?? [];
    const chosen = this.#speakers.get(this.chatId);
    return this.#store.users.get(people.includes(chosen) ? chosen : people[0]) ?? null;
  }

  go(chatId, threadId = null) {
    location.hash = chatId === null ? "" : `#/${chatId}${threadId ? `/${threadId}` : ""}`;
  }

  speakAs(userId) {
    this.#speakers.set(this.chatId, userId);
    this.dispatchEvent(new Event("scene"));
  }

  // Who sends what where, as every request to the sandbox needs it.
  get address() {
    return { user_id: this.speaker.id, chat_id: this.chatId, message_thread_id: this.threadId };
  }

  isMine(message) {
    return !message.from_bot && message.from.id === this.speaker?.id;
  }

  isHere(message) {
    if (message.receiver_user && message.receiver_user.id !== this.speaker.id) return false;
    return !this.chat?.is_forum || (message.message_thread_id ?? null) === this.threadId;
  }

  #read() {
    const [, chatId, threadId] = location.hash.match(/^#\/(-?\d+)(?:\/(\d+))?$/) ?? [];
    this.chatId = chatId ? Number(chatId) : null;
    this.threadId = threadId ? Number(threadId) : null;
  }
}
