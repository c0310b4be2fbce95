// Planning: what is recognised in the agenda is shown while it is pasted or typed. The server reads it, as it will later.

import { $ } from "./page.js";

const form = $("#plan");
let waiting = 0;
let asked = 0;

async function look() {
  const number = ++asked;
  const body = new URLSearchParams(new FormData(form));
  body.set("look", "1");
  try {
    const response = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = page.getElementById("recognised");
    if (found && number === asked) $("#recognised").replaceWith(found);
  } catch {
    // the button still does it
  }
}

$("#plan-agenda").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, 350);
});
form.addEventListener("submit", (event) => {
  if (event.submitter?.id !== "look") return;
  event.preventDefault();
  look();
});
$("#look").hidden = true;
