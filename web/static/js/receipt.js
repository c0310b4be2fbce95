// A receipt: counts what is typed, copies the link, and tells when something has changed.

import { $, $$, fill, words } from "./page.js";

const EVERY = 15_000; // milliseconds

const [text, line, form] = [$("#ask-text"), $("#ask-count"), $("#ask")];
function count() {
  const left = Number(form.dataset.limit) - [...text.value.trim()].length;
  line.textContent = fill(left < 0 ? words.over : words.left, { n: Math.abs(left) });
  line.classList.toggle("over-limit", left < 0);
}
if (form) {
  form.addEventListener("input", count);
  count();
}

const [copy, print] = [$("#copy"), $("#print")];
copy.hidden = !navigator.clipboard;
print.hidden = false;
copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(copy.dataset.copy);
  say(words.copied);
});
print.addEventListener("click", () => window.print());

function say(sentence) {
  const told = Object.assign(document.createElement("p"), { className: "notice", textContent: sentence });
  $("#notices").replaceChildren(told);
}

/** Put the present state in place of the one that is shown, if it is another one. What is being typed stays. */
async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [now, then] = [$("#receipt-state", page), $("#receipt-state")];
    if (!now || now.dataset.version === then.dataset.version) return;
    then.replaceWith(document.adoptNode(now));
    for (const box of $$(".change, .withdraw")) box.hidden = !$(`.${box.classList[0]}`, page);
    say(`${words.changed} ${$(".chip", now).textContent}`);
  } catch {
    // no connection: the next time
  }
}
setInterval(look, EVERY);
addEventListener("look", look);
