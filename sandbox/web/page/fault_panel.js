// The panel of faults: presets switched on and off, and the bot's API calls as they pass.

import { byId, el, iconButton, reconcile, setText } from "./dom.js";
import { attempt, toast } from "./overlay.js";
import { post } from "./server.js";

const PRESETS = {
  slow: ["Slow network", "Each call takes 1.5 s longer, downloads crawl."],
  flood: ["Too many requests", "Every other message or edit gets a 429."],
  server_errors: ["Server errors", "Every other call gets a 502."],
  offline: ["Connection lost", "All calls of the bot break."],
  lost_files: ["Files fail", "Telegram could not fetch every other file for a moment."],
  token_refused: ["Token refused", "All calls get a 401, as after /revoke."],
  lost_answers: ["Answers lost", "Some messages arrive, but the bot never learns of it."],
};
const SHOWN = 120;

export class FaultPanel {
  #store;
  #place;
  #switches = el("ul", { class: "switches" });
  #block = el("button", { type: "button", onclick: () => this.#turnBlock() });
  #calls = el("ol", { class: "calls", reversed: true, "aria-label": "API calls, newest first" });
  #polls = el("input", { type: "checkbox", id: "show-polls" });
  #serial = 0;
  #serials = new WeakMap();

  constructor(store, place) {
    this.#store = store;
    this.#place = place;
    const actions = el(
      "div",
      { class: "actions" },
      this.#block,
      el("button", { type: "button", onclick: () => this.#restart() }, "Restart the sandbox"),
      el("button", { class: "danger", type: "button", onclick: () => this.#startOver() }, "Start over"),
    );
    const polls = el("label", { class: "check", for: "show-polls" }, this.#polls, "getUpdates too");
    const head = el("header", { class: "bar" }, el("h2", {}, "Trouble"), iconButton("close", "Close", () => this.toggle()));
    const callsHead = el("div", { class: "calls-head" }, el("h3", {}, "API calls"), polls);
    byId("faults").append(head, this.#switches, actions, callsHead, this.#calls);
    byId("faults-toggle").addEventListener("click", () => this.toggle());
    this.#polls.addEventListener("change", () => this.#showCalls());
    store.addEventListener("snapshot", () => this.show());
    store.addEventListener("call", () => this.#showCalls());
    for (const kind of ["move", "scene"]) place.addEventListener(kind, () => this.show());
  }

  toggle() {
    const isOpen = byId("faults").hidden;
    byId("faults").hidden = !isOpen;
    byId("faults-toggle").setAttribute("aria-expanded", String(isOpen));
    byId("app").classList.toggle("with-faults", isOpen);
    this.show();
    (isOpen ? byId("faults").querySelector("input") : byId("faults-toggle"))?.focus();
  }

  show() {
    const presets = Object.entries(this.#store.faultPresets);
    byId("faults-toggle").classList.toggle("on", presets.some(([, on]) => on));
    if (byId("faults").hidden) return;
    reconcile(this.#switches, presets, {
      key: ([name]) => name,
      create: ([name]) => this.#createSwitch(name),
      update: (node, [, on]) => (node.querySelector("input").checked = on),
    });
    const isPrivate = this.#place.chat?.type === "private";
    this.#block.disabled = !this.#place.chat;
    if (this.#isOut) setText(this.#block, isPrivate ? "Unblock the bot" : "Add the bot again");
    else setText(this.#block, isPrivate ? "Block the bot" : "Remove the bot");
    this.#showCalls();
  }

  get #isOut() {
    return ["kicked", "left"].includes(this.#place.chat?.bot_status);
  }

  #createSwitch(name) {
    const [title, about] = PRESETS[name] ?? [name, ""];
    const onchange = (event) => attempt(() => post("fault-preset", { name, on: event.target.checked }));
    const input = el("input", { type: "checkbox", role: "switch", onchange, "aria-describedby": `about-${name}` });
    const words = el("span", {}, el("strong", {}, title), el("small", { id: `about-${name}` }, about));
    return el("li", {}, el("label", {}, input, words));
  }

  #showCalls() {
    if (byId("faults").hidden) return;
    const wanted = this.#store.calls.filter((call) => this.#polls.checked || call.method.toLowerCase() !== "getupdates");
    reconcile(this.#calls, wanted.slice(-SHOWN).reverse(), {
      key: (call) => this.#serialOf(call),
      create: (call) => createCall(call),
    });
  }

  #serialOf(call) {
    if (!this.#serials.has(call)) this.#serials.set(call, (this.#serial += 1));
    return this.#serials.get(call);
  }

  #turnBlock() {
    const status = this.#isOut ? "member" : "kicked";
    return attempt(() => post("control/bot-status", { ...this.#place.address, status }));
  }

  async #restart() {
    if (await attempt(() => post("restart"))) toast("The sandbox is restarting.");
  }

  #startOver() {
    if (confirm("Forget all messages and begin anew?")) attempt(() => post("start-over"));
  }
}

function createCall(call) {
  const isBad = call.status === 0 || call.status >= 400;
  const status = el("span", { class: isBad ? "bad" : "good" }, call.status === 0 ? "cut" : String(call.status));
  const time = new Date(call.at * 1000).toLocaleTimeString([], { hour12: false });
  const took = el("span", { class: "took" }, `${Math.round(call.duration_s * 1000)} ms`);
  const line = el("summary", {}, el("time", {}, time), el("strong", {}, call.method), status, took);
  const details = el("details", {}, line);
  details.addEventListener("toggle", () => {
    if (details.childElementCount > 1) return;
    const facts = { ...call.params, ...(call.description ? { error: call.description } : {}) };
    details.append(el("pre", {}, JSON.stringify(facts, null, 2)));
  });
  return el("li", {}, details);
}
