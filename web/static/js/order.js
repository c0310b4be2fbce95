// The running order: by dragging, by arrow keys, by buttons. The list is brought into its order at once, the server
// told, and put right again where it refuses.

import { $, $$, fill, notice, send, words } from "./page.js";

export class RunningOrder {
  #dragged = null;
  #before = [];

  /** `list`: the <ol> of queued cards. `known`: questions by id. `put(q)` shows one as it is now. */
  constructor(meeting, list, known, put) {
    Object.assign(this, { path: `/staff/meetings/${encodeURIComponent(meeting)}/queue`, list, known, put });
    list.addEventListener("pointerdown", (event) => this.#grip(event));
    list.addEventListener("pointermove", (event) => this.#drag(event));
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) list.addEventListener(type, () => this.#drop());
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  get ids() {
    return $$(":scope > li", this.list).map((card) => card.dataset.id);
  }

  /** Bring the cards into the order of their places; the focus stays where it is. */
  sort() {
    if (this.#dragged) return;
    const cards = $$(":scope > li", this.list);
    const place = (card) => this.known.get(card.dataset.id)?.place ?? Infinity;
    const sorted = [...cards].sort((a, b) => place(a) - place(b));
    if (sorted.some((card, at) => card !== cards[at])) this.#lay(sorted);
    this.number();
  }

  number() {
    const cards = $$(":scope > li", this.list);
    for (const [at, card] of cards.entries()) {
      $("[data-number]", card).textContent = at + 1;
      for (const form of $$("[data-shift]", card)) {
        const to = at + Number(form.dataset.shift);
        const button = $("button", form);
        button.disabled = to < 0 || to >= cards.length;
      }
    }
  }

  /** One card by so many places. */
  async shift(card, by) {
    const cards = $$(":scope > li", this.list);
    const at = cards.indexOf(card);
    const to = at + by;
    if (at < 0 || to < 0 || to >= cards.length) return;
    const before = this.ids;
    [cards[at], cards[to]] = [cards[to], cards[at]];
    this.#lay(cards);
    this.number();
    $("#arrivals").textContent = fill(words.moved, { n: to + 1, all: cards.length });
    await this.#tell(before);
  }

  #lay(cards) {
    const held = this.list.contains(document.activeElement) ? document.activeElement : null;
    this.list.append(...cards);
    held?.focus({ preventScroll: true });
  }

  async #tell(before) {
    const ids = this.ids;
    if (ids.every((id, at) => id === before[at])) return;
    for (const [at, id] of ids.entries()) this.known.set(id, { ...this.known.get(id), place: at + 1 });
    const answer = await send(this.path, { order: ids.join(" ") });
    for (const q of answer.questions ?? []) this.put(q);
    if (answer.ok) return;
    if (!answer.questions) for (const [at, id] of before.entries()) this.known.set(id, { ...this.known.get(id), place: at + 1 });
    notice(answer.message, true);
    this.sort();
  }

  #grip(event) {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    grip.focus();
    this.#dragged = grip.closest("li");
    this.#before = this.ids;
    this.#dragged.classList.add("dragged");
    grip.setPointerCapture(event.pointerId);
  }

  #drag(event) {
    if (!this.#dragged) return;
    const others = $$(":scope > li", this.list).filter((card) => card !== this.#dragged);
    const below = others.find((card) => {
      const box = card.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    });
    if ((below ?? null) === this.#dragged.nextElementSibling) return;
    // the others go around it: what is held must stay in the page, or its pointer is lost
    const at = below ? others.indexOf(below) : others.length;
    for (const card of others.slice(0, at)) this.list.insertBefore(card, this.#dragged);
    for (const card of others.slice(at)) this.list.append(card);
    this.number();
  }

  #drop() {
    if (!this.#dragged) return;
    this.#dragged.classList.remove("dragged");
    this.#dragged = null;
    this.#tell(this.#before);
  }

  #key(event) {
    const grip = event.target.closest("[data-grip]");
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || !(grip || event.altKey)) return;
    event.preventDefault();
    this.shift(event.target.closest("li"), by);
  }
}
