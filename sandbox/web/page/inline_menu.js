// What the bot offers in inline mode, shown while the text begins with its name: `@bot words`.

import { el } from "./dom.js";
import { attempt } from "./overlay.js";
import { post } from "./server.js";

const PAUSE_MS = 300;

export class InlineMenu {
  node = el("ul", { class: "commands", id: "inline", role: "listbox", "aria-label": "Inline results", hidden: true });
  #text;
  #store;
  #place;
  #timer = null;
  #asked = null;
  #chosen = 0;

  constructor(text, store, place) {
    this.#text = text;
    this.#store = store;
    this.#place = place;
    text.addEventListener("fitted", () => this.#ask());
    text.addEventListener("blur", () => this.#hide());
  }

  // Whether the key was meant for the menu.
  onKey(event) {
    const entries = [...this.node.querySelectorAll("[role=option]")];
    if (this.node.hidden || entries.length === 0) return false;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) this.#choose((this.#chosen + moves[event.key] + entries.length) % entries.length);
    else if (event.key === "Enter") entries[this.#chosen].click();
    else if (event.key === "Escape") this.#hide();
    else return false;
    event.preventDefault();
    return true;
  }

  // Ask once nothing has been typed for a moment, as Telegram's apps do.
  #ask() {
    const name = `@${this.#store.bot?.username} `;
    const words = this.#text.value.startsWith(name) ? this.#text.value.slice(name.length) : null;
    if (words === this.#asked) return;
    this.#asked = words;
    clearTimeout(this.#timer);
    this.#hide();
    if (words === null) return;
    this.#timer = setTimeout(async () => {
      const payload = { user_id: this.#place.speaker.id, query: words.trim() };
      const offer = await attempt(() => post("control/ask-inline", payload));
      if (offer?.answer && this.#asked === words) this.#show(offer);
    }, PAUSE_MS);
  }

  #show({ query_id: queryId, answer }) {
    const entries = answer.results.map((result, index) => this.#entry(queryId, result, index));
    if (answer.button) entries.unshift(el("li", { role: "presentation" }, answer.button.text));
    this.node.replaceChildren(...entries);
    this.node.hidden = entries.length === 0;
    this.#text.setAttribute("aria-controls", this.node.id);
    this.#choose(0);
  }

  #entry(queryId, { id, title, description }, index) {
    const words = [el("strong", {}, title), el("span", {}, description)];
    const node = el("li", { role: "option", id: `inline-${index}` }, ...words);
    // The text keeps the focus, so that the menu is still there when the button is let go.
    node.addEventListener("mousedown", (event) => event.preventDefault());
    node.addEventListener("click", () => {
      this.#text.value = "";
      this.#text.dispatchEvent(new Event("input"));
      return attempt(() => post("control/choose", { ...this.#place.address, query_id: queryId, result_id: id }));
    });
    return node;
  }

  #choose(index) {
    this.#chosen = index;
    const entries = [...this.node.querySelectorAll("[role=option]")];
    entries.forEach((node, at) => node.setAttribute("aria-selected", String(at === index)));
    entries[index]?.scrollIntoView({ block: "nearest" });
    if (entries[index]) this.#text.setAttribute("aria-activedescendant", entries[index].id);
  }

  #hide() {
    if (this.node.hidden) return;
    this.node.hidden = true;
    this.#text.setAttribute("aria-controls", "commands");
    this.#text.removeAttribute("aria-activedescendant");
  }
}
