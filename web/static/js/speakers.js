// Speakers shown before, as buttons: kept in this browser until its window is closed, and nowhere else.

import { $ } from "./page.js";

const KEPT = 8;
const place = `speakers ${$("#main").dataset.meeting}`;

function known() {
  try {
    return JSON.parse(sessionStorage.getItem(place)) ?? [];
  } catch {
    return [];
  }
}

/** The newest first. */
export function remember(form) {
  const [name, text] = [form.elements.name.value.trim(), form.elements.function.value.trim()];
  const others = known().filter(([other]) => other !== name);
  sessionStorage.setItem(place, JSON.stringify([[name, text], ...others].slice(0, KEPT)));
  show();
}

function show() {
  const buttons = known().map(([name, text]) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: name });
    button.addEventListener("click", () => {
      const form = $("#speaker");
      [form.elements.name.value, form.elements.function.value] = [name, text];
      form.requestSubmit();
    });
    return button;
  });
  $("#recent").replaceChildren(...buttons);
}

show();
