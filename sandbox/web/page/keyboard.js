// Inline keyboards under messages: a pressed button spins until the bot answers, and the answer is shown.

import { changed, el, reconcile } from "./dom.js";
import { alertBox, attempt, toast } from "./overlay.js";
import { post } from "./server.js";

const WAIT_S = 15;

// Shows the keyboard of a message in `node`, an element kept for it.
export function showKeyboard(node, message, place) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  node.hidden = rows.length === 0;
  if (!changed(node, "rows", rows)) return;
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", "Buttons");
  reconcile(node, rows.map((row, index) => ({ row, index })), {
    key: ({ index }) => index,
    create: () => el("div", { class: "row" }),
    update: (line, { row }) => showRow(line, row, message, place),
  });
}

function showRow(line, row, message, place) {
  reconcile(line, row, {
    key: (button) => button.callback_data ?? button.url ?? button.copy_text?.text ?? button.text,
    create: (button) => createButton(button, message, place),
    update: (node, button) => changed(node, "text", button.text) && (node.firstChild.textContent = button.text),
  });
}

function createButton(button, message, place) {
  const text = el("span", {}, button.text);
  if (button.url) {
    return el("a", { class: "key", href: button.url, target: "_blank", rel: "noopener noreferrer" }, text);
  }
  const node = el("button", { class: "key", type: "button" }, text);
  if (button.copy_text) {
    node.addEventListener("click", () =>
      node.dispatchEvent(new CustomEvent("copytext", { bubbles: true, detail: button.copy_text.text })),
    );
  } else if (button.callback_data) {
    node.addEventListener("click", () => press(node, button.callback_data, message.message_id, place));
  } else {
    node.disabled = true;
    node.title = "The sandbox does not know this kind of button";
  }
  return node;
}

async function press(node, data, messageId, place) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  const payload = { ...place.address, message_id: messageId, data, timeout_s: WAIT_S };
  const pressed = await attempt(() => post("control/press", payload));
  node.removeAttribute("aria-busy");
  if (pressed === null) return;
  const answer = pressed.answer;
  if (answer === null) toast("The bot has not answered the button.", "error");
  else if (answer.text && answer.show_alert) alertBox(answer.text);
  else if (answer.text) toast(answer.text);
}
