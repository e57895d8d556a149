// Overlays: toasts, alerts, dialogs and menus.

import { byId, el, icon, iconButton } from "./dom.js";

const TOAST_MS = 4000;

export function toast(text, kind = "info") {
  const node = el("p", { class: `toast ${kind}` }, text);
  byId("toasts").append(node);
  setTimeout(() => node.remove(), TOAST_MS);
}

// Run a request; what the sandbox refuses is said in a toast. Returns null then.
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    toast(error.message, "error");
    return null;
  }
}

// `onEnter` is what the Enter key in a field of the dialog does.
export function dialog(title, content, buttons = [], onEnter = null) {
  const close = () => node.close();
  const head = el("header", {}, el("h2", { id: "dialog-title" }, title), iconButton("close", "Close", close));
  const foot = buttons.length ? el("footer", {}, ...buttons) : null;
  const node = el("dialog", { "aria-labelledby": "dialog-title" }, head, content, foot);
  node.addEventListener("click", (event) => event.target === node && close());
  node.addEventListener("close", () => node.remove());
  node.addEventListener("keydown", (event) => {
    if (!onEnter || event.key !== "Enter" || !event.target.matches("input")) return;
    // Or the key would go on to whatever has the focus once the dialog is gone.
    event.preventDefault();
    onEnter();
  });
  document.body.append(node);
  node.showModal();
  return node;
}

export function alertBox(text) {
  const ok = el("button", { class: "primary", type: "button", onclick: () => node.close() }, "OK");
  const node = dialog("The bot says", el("p", { class: "alert-text" }, text), [ok]);
  ok.focus();
}

// A menu of [label, icon name, action, isDangerous] beside the element that opened it.
export function menu(opener, label, entries) {
  const box = el("div", { class: "menu", role: "menu", "aria-label": label, popover: "auto" });
  for (const [text, iconName, action, isDangerous] of entries) {
    const choose = () => {
      box.hidePopover();
      action();
    };
    const look = { class: isDangerous ? "danger" : "", role: "menuitem", type: "button", tabindex: "-1" };
    box.append(el("button", { ...look, onclick: choose }, iconName ? icon(iconName) : null, text));
  }
  box.addEventListener("keydown", (event) => step(box, event));
  box.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    if (box.contains(document.activeElement) || document.activeElement === document.body) opener.focus();
    box.remove();
  });
  byId("app").querySelector("main").append(box);
  box.showPopover();
  putBeside(box, opener.getBoundingClientRect());
  box.firstElementChild?.focus();
}

function step(box, event) {
  const entries = [...box.children];
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (!(event.key in moves)) return;
  event.preventDefault();
  const index = entries.indexOf(document.activeElement) + moves[event.key];
  entries[(index + entries.length) % entries.length].focus();
}

function putBeside(box, place) {
  const margin = 8;
  const left = Math.min(place.left, innerWidth - box.offsetWidth - margin);
  const below = place.bottom + 4;
  const top = below + box.offsetHeight + margin > innerHeight ? place.top - box.offsetHeight - 4 : below;
  box.style.left = `${Math.max(margin, left)}px`;
  box.style.top = `${Math.max(margin, top)}px`;
}
