// Composition root of the page.

import { ChatList } from "./chat_list.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { byId, icon, setText } from "./dom.js";
import { MessageMenu, copyText } from "./message_menu.js";
import { PersonButton } from "./person.js";
import { Place } from "./place.js";
import { Store } from "./store.js";
import { startTheme } from "./theme.js";
import { Topics } from "./topics.js";
import { FaultPanel } from "./fault_panel.js";
import { Welcome } from "./welcome.js";

const WIDE = matchMedia("(min-width: 760px)");
const PATIENCE_MS = 400;

const store = new Store();
const place = new Place(store);

startTheme();
byId("skip").addEventListener("click", () => byId("text").focus());
byId("back").append(icon("back"));
byId("back").addEventListener("click", () => place.go(null));
byId("faults-toggle").append(icon("tools"));
byId("jump").append(icon("down"));

new ChatList(store, place);
new Topics(place);
new PersonButton(store, place);
const composer = new Composer(store, place);
const messageMenu = new MessageMenu(store, place, composer);
new Conversation(store, place, {
  onMenu: (message, opener) => messageMenu.open(message, opener),
  onCommand: (text) => composer.command(text),
});
new Welcome(store, place);
new FaultPanel(store, place);

document.addEventListener("copytext", (event) => copyText(event.detail));
store.addEventListener("scene", () => {
  if (place.chatId === null && WIDE.matches && store.chats.size > 0) place.go(store.chats.keys().next().value);
});

// A short gap is not worth a word.
let lost = 0;
store.addEventListener("connection", () => {
  clearTimeout(lost);
  if (store.connected) byId("offline").hidden = true;
  else lost = setTimeout(() => (byId("offline").hidden = false), PATIENCE_MS);
  setText(byId("offline"), "The sandbox does not answer. The page goes on by itself when it is back.");
});

store.start();
