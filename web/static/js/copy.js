// Buttons that copy what a field holds; without a clipboard they stay hidden, and the field can be marked by hand.

import { $, $$, notice, words } from "./page.js";

for (const button of $$("[data-copies]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText($(`#${button.dataset.copies}`).value);
    notice(words.copied);
  });
}
