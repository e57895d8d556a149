// Light and dark theme: the system's, unless the person chose.

import { byId, icon } from "./dom.js";

const KEY = "sandbox-theme";
const DARK = matchMedia("(prefers-color-scheme: dark)");

export function startTheme() {
  show(localStorage.getItem(KEY));
  DARK.addEventListener("change", () => show(localStorage.getItem(KEY)));
  byId("theme").addEventListener("click", () => {
    const chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem(KEY, chosen);
    show(chosen);
  });
}

function show(chosen) {
  const theme = chosen ?? (DARK.matches ? "dark" : "light");
  document.documentElement.dataset.theme = theme;
  byId("theme").replaceChildren(icon(theme === "dark" ? "sun" : "moon"));
}
