// The speaker: their name and language, and in groups which person speaks.

import { byId, changed, el } from "./dom.js";
import { attempt, dialog } from "./overlay.js";
import { post } from "./server.js";

const LANGUAGES = ["en", "ru", "uk", "de", "fr", "es", "it", "pt-br", "tr", "pl", "ar", "fa", "hi", "zh-hans", "ja"];

export class PersonButton {
  #store;
  #place;

  constructor(store, place) {
    this.#store = store;
    this.#place = place;
    for (const kind of ["move", "scene"]) place.addEventListener(kind, () => this.show());
    byId("person").addEventListener("click", () => this.#open());
  }

  show() {
    const { speaker, chat } = this.#place;
    const button = byId("person");
    button.hidden = !speaker;
    if (!speaker || !changed(button, "speaker", [speaker, chat.id])) return;
    const language = speaker.language_code ?? "–";
    button.replaceChildren(
      el("span", { class: "avatar small", "data-hue": String(speaker.id % 6) }, speaker.first_name[0] ?? "?"),
      el("span", { class: "who" }, speaker.first_name),
      el("span", { class: "language" }, language),
    );
    button.setAttribute("aria-label", `You are ${speaker.first_name}, language ${language}. Change`);
  }

  #open() {
    const { speaker, chat } = this.#place;
    const name = el("input", { id: "person-name", type: "text", value: speaker.first_name, maxlength: "64" });
    const language = el("input", {
      id: "person-language", type: "text", list: "languages", value: speaker.language_code ?? "", autocomplete: "off",
    });
    const known = el("datalist", { id: "languages" }, ...LANGUAGES.map((value) => el("option", { value })));
    const form = el(
      "div",
      { class: "form" },
      ...this.#others(chat, speaker, () => sheet.close()),
      el("label", { for: "person-name" }, "Name"),
      name,
      el("label", { for: "person-language" }, "Language code, as Telegram would report it"),
      language,
      known,
    );
    const save = () => {
      sheet.close();
      const payload = { first_name: name.value.trim() || "?", language_code: language.value.trim() || null };
      return attempt(() => post("control/change-user", { user_id: speaker.id, ...payload }));
    };
    const button = el("button", { class: "primary", type: "button", onclick: save }, "Save");
    const sheet = dialog("You are", form, [button], save);
    language.select();
  }

  #others(chat, speaker, close) {
    if (chat.people.length < 2) return [];
    const people = chat.people.map((id) => {
      const person = this.#store.users.get(id);
      const onclick = () => {
        close();
        this.#place.speakAs(id);
      };
      return el("button", { type: "button", "aria-pressed": String(id === speaker.id), onclick }, person.first_name);
    });
    return [el("div", { class: "switch", role: "group", "aria-label": "Speak as" }, ...people)];
  }
}
