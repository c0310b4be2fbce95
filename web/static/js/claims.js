// "Anna is reading this": a soft claim on the question that is open here, renewed while somebody is there.

import { $, fill, words } from "./page.js";

const LOOKING = 700; // milliseconds on one question before it counts as read: who hurries past claims nothing
const RENEW = 30_000;
const AWAY = 90_000;

export class Claims {
  #page = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(36)).join("");
  #open = null;
  #claimed = false;
  #timer = 0;
  #active = Date.now();
  #readers = {};
  #warned = null;

  /** `card(id)`: where it is shown. */
  constructor(channel, card) {
    Object.assign(this, { channel, card });
    for (const type of ["pointerdown", "keydown", "scroll"]) {
      addEventListener(type, () => (this.#active = Date.now()), { passive: true, capture: true });
    }
    setInterval(() => this.#renew(), RENEW);
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#release() : this.#claim()));
  }

  /** `id` is open now; `null`: none is. */
  look(id) {
    if (id === this.#open) return;
    clearTimeout(this.#timer);
    this.#release(); // at once: whoever comes after is not warned of somebody who has gone on
    this.#open = id;
    if (id) this.#timer = setTimeout(() => this.#claim(), LOOKING);
  }

  /** After the connection came back. */
  again() {
    if (this.#open) this.#claim();
  }

  /** Who reads what: question -> {page, by}. */
  hear(readers) {
    const before = this.#readers;
    this.#readers = readers;
    if (this.#open && !readers[this.#open] && Date.now() - this.#active < AWAY) this.#claim();
    for (const id of new Set([...Object.keys(before), ...Object.keys(readers)])) this.show(id);
  }

  /** The name of somebody else who reads it. */
  other(id) {
    const reader = this.#readers[id];
    return reader && reader.page !== this.#page ? reader.by : "";
  }

  show(id) {
    const line = this.card(id)?.querySelector("[data-field=reader]");
    if (!line) return;
    const by = this.other(id);
    line.textContent = by ? fill(words.reading, { name: by }) : "";
    line.hidden = !by;
  }

  /** Whether to act now. The first press on what somebody else reads only warns. */
  may(id) {
    const by = this.other(id);
    if (!by || this.#warned === id) {
      this.#warned = null;
      return { may: true };
    }
    this.#warned = id;
    return { may: false, message: fill(words.readingWarn, { name: by }) };
  }

  #claim() {
    if (!this.#open || document.hidden) return;
    this.#claimed = true;
    this.channel.send({ type: "claim", question: this.#open, page: this.#page });
  }

  #release() {
    if (this.#claimed) this.channel.send({ type: "release", page: this.#page });
    this.#claimed = false;
  }

  #renew() {
    if (Date.now() - this.#active < AWAY) this.#claim();
  }
}
