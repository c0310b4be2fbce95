// “I want to know too”: sent without leaving the page. The number comes with the answer, others' with the pulse.

import { $, $$, fill, notice, send, words } from "./page.js";
import { pause, prove } from "./proof.js";
import { addressed } from "./questions.js";

export class Support {
  /** `list`: where the questions are; `mine`: whether a question is the reader's own. */
  constructor(list, mine) {
    Object.assign(this, { list, mine });
    this.counts = new Map($$("[data-id]", list).map((card) => [card.dataset.id, Number(card.dataset.support) || 0]));
    this.given = new Set($$("[data-supported]", list).map((card) => card.dataset.id));
    list.addEventListener("submit", (event) => event.target.matches(".support") && this.#send(event));
  }

  /** What the server counted: {question: number}. */
  told(counts) {
    for (const [id, number] of Object.entries(counts)) {
      this.counts.set(id, number);
      const card = $$(":scope > li", this.list).find((each) => each.dataset.id === id);
      if (card) this.show(card);
    }
  }

  /** Bring a card up to date; one that was just made, too. */
  show(card) {
    const form = $("form.support", card);
    if (!form) return;
    const { id } = card.dataset;
    const [number, given] = [this.counts.get(id) ?? 0, this.given.has(id)];
    card.dataset.support = number;
    form.action = addressed(form.getAttribute("action"), id);
    form.elements.back.value = given ? "1" : "";
    const button = $("button", form);
    if (button) {
      button.setAttribute("aria-pressed", String(given));
      button.hidden = this.mine(id);
    }
    $("[data-field=support]", form).textContent = number ? fill(number === 1 ? words.supporter : words.supporters, { n: number }) : "";
  }

  async #send(event) {
    event.preventDefault();
    const form = event.target;
    const button = $("button", form);
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    const answer = await this.#posted(new URLSearchParams(new FormData(form)), form.action);
    button.removeAttribute("aria-disabled");
    if (!answer.ok) return notice(answer.message ?? words.failed, true);
    const { id } = form.closest("[data-id]").dataset;
    if (answer.supported) this.given.add(id);
    else this.given.delete(id);
    this.told({ [id]: answer.support });
  }

  /** Once more with a proof, or after the pause, where the server asks for it. */
  async #posted(body, address) {
    for (let tries = 0; ; tries++) {
      const answer = await send(address, body);
      if (answer.ok || tries > 2 || !answer.seconds) return answer;
      if (answer.puzzle) body.set("proof", await prove(answer));
      else if (answer.seconds <= 5) await pause(answer.seconds);
      else return answer;
    }
  }
}
