// Menu of the bot's commands, shown while the text begins with a slash.

import { el } from "./dom.js";

export class CommandMenu {
  node = el("ul", { class: "commands", id: "commands", role: "listbox", "aria-label": "Commands", hidden: true });
  #text;
  #place;
  #onChoose;
  #chosen = 0;

  constructor(text, place, onChoose) {
    this.#text = text;
    this.#place = place;
    this.#onChoose = onChoose;
    text.addEventListener("fitted", () => this.#show());
    text.addEventListener("blur", () => this.#hide());
  }

  // Whether the key was meant for the menu.
  onKey(event) {
    const entries = [...this.node.children];
    if (this.node.hidden || entries.length === 0) return false;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) this.#choose((this.#chosen + moves[event.key] + entries.length) % entries.length);
    else if (event.key === "Enter") this.#take(entries[this.#chosen].dataset.command);
    else if (event.key === "Tab") this.#complete(entries[this.#chosen].dataset.command);
    else if (event.key === "Escape") this.#hide();
    else return false;
    event.preventDefault();
    return true;
  }

  #show() {
    const typed = this.#text.value;
    const { chat, speaker } = this.#place;
    const commands = typed.startsWith("/") && chat ? (chat.menus[speaker?.id] ?? []) : [];
    const fitting = commands.filter(({ command }) => command.startsWith(typed.slice(1).toLowerCase()));
    this.node.hidden = fitting.length === 0;
    this.node.replaceChildren(...fitting.map((each, index) => this.#entry(each, index)));
    this.#choose(0);
  }

  #entry({ command, description }, index) {
    const words = [el("strong", {}, `/${command}`), el("span", {}, description)];
    const node = el("li", { role: "option", id: `command-${index}`, "data-command": command }, ...words);
    // The text keeps the focus, so that the menu is still there when the button is let go.
    node.addEventListener("mousedown", (event) => event.preventDefault());
    node.addEventListener("click", () => this.#take(command));
    return node;
  }

  #choose(index) {
    this.#chosen = index;
    [...this.node.children].forEach((node, at) => node.setAttribute("aria-selected", String(at === index)));
    const chosen = this.node.children[index];
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) this.#text.setAttribute("aria-activedescendant", chosen.id);
  }

  #take(command) {
    this.#hide();
    this.#onChoose(`/${command}`);
  }

  #complete(command) {
    this.#text.value = `/${command} `;
    this.#hide();
  }

  #hide() {
    this.node.hidden = true;
    this.#text.removeAttribute("aria-activedescendant");
  }
}
