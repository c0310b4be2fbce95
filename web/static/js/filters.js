// Which of the questions are shown: by item, language, flag, and words. The form works without this script, too.

import { $, $$ } from "./page.js";
import { holds } from "./finding.js";

export class Filters {
  /** `form`: its fields are item, language, flag, q. `changed()` after every change. */
  constructor(form, known, changed) {
    Object.assign(this, { form, known, changed });
    form.addEventListener("input", () => changed());
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(changed));
    $("[data-clear]", form).hidden = false;
  }

  get active() {
    return [...new FormData(this.form).values()].some((value) => value.trim());
  }

  /** Hide what is not wanted. */
  apply(root) {
    const wanted = Object.fromEntries(new FormData(this.form));
    for (const card of $$(".questions > li", root)) card.classList.toggle("filtered", !this.#shown(card, wanted));
    $("[data-clear]", this.form).disabled = !this.active;
  }

  #shown(card, { item, language, flag, q }) {
    const question = this.known.get(card.dataset.id);
    if (!question) return true;
    const flagged = !flag || (flag === "any" ? question.flags.length > 0 : question.flags.includes(flag));
    return (!item || question.item === item) && (!language || question.language === language) && flagged && (!q.trim() || holds(question, q));
  }
}
