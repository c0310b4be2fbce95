// How the chair's page looks on this very tablet: light or dark, and how large its type is. Kept in the browser.

import { $, $$ } from "./page.js";

const STORE = "tribune:look";
const LARGEST = 4;

export function lookAfter() {
  const look = { theme: "", type: 1, ...read() };
  const show = () => {
    document.documentElement.dataset.theme = look.theme;
    $("#main").dataset.type = look.type;
    for (const button of $$("button[data-type]")) button.disabled = Number(button.dataset.type) < 0 ? look.type <= 0 : look.type >= LARGEST;
    try {
      localStorage.setItem(STORE, JSON.stringify(look));
    } catch {
      // it holds until the page is left
    }
  };
  for (const button of $$("button[data-type]")) {
    button.addEventListener("click", () => {
      look.type = Math.min(Math.max(look.type + Number(button.dataset.type), 0), LARGEST);
      show();
    });
  }
  $("#theme").addEventListener("click", () => {
    const dark = look.theme ? look.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    look.theme = dark ? "light" : "dark";
    show();
  });
  show();
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}
