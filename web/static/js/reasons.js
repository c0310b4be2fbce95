// Why a question is returned or rejected: one press, or one digit, for each reason.

import { $, $$ } from "./page.js";

export class Reasons {
  #chosen = null;

  /** `dialog` lists the reasons in the order of their digits. */
  constructor(dialog) {
    this.dialog = dialog;
    for (const button of $$("[data-reason]", dialog)) button.addEventListener("click", () => this.#choose(button.dataset.reason));
    $("[data-close]", dialog).addEventListener("click", () => dialog.close());
    dialog.addEventListener("keydown", (event) => this.#key(event));
    dialog.addEventListener("close", () => this.onclose?.());
  }

  /** Ask for a reason; `about`: what stands beside the question; `told`: whether its asker gets to know. `chosen(reason)`
   * is called at most once. */
  ask(title, about, chosen, told = true) {
    if (this.dialog.open) return;
    $("[data-title]", this.dialog).textContent = title;
    $("[data-about]", this.dialog).textContent = about;
    $("[data-told]", this.dialog).hidden = !told;
    $("[data-problem]", this.dialog).hidden = true;
    this.#chosen = chosen;
    this.dialog.showModal();
    $("[data-reason]", this.dialog)?.focus();
  }

  /** Something about the question changed while it is open. */
  warn(text) {
    if (!this.dialog.open) return;
    const node = $("[data-problem]", this.dialog);
    node.textContent = text;
    node.hidden = false;
  }

  #choose(reason) {
    const chosen = this.#chosen;
    this.#chosen = null;
    this.dialog.close();
    chosen?.(reason);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !/^[1-9]$/.test(event.key)) return;
    event.preventDefault();
    $$("[data-reason]", this.dialog)[Number(event.key) - 1]?.click();
  }
}
