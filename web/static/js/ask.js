// Asking: the typed text survives a reload, a sent question is kept until the server has stored it, and never twice.
// Where the server asks for a pause or for proof of work, the question waits here and is sent by itself.

import { $, fill, words } from "./page.js";
import { keep, kept } from "./store.js";
import { pause, prove } from "./proof.js";

export class Asking {
  #form = $("#ask");
  #text = $("#ask-text");
  #name = $("#ask-name");
  #shown = $("#ask-name-public");
  #item = $("#ask-item");
  #limit = Number(this.#form.dataset.limit);
  #perPerson = Number(this.#form.dataset.perPerson);
  #waiting = new Set();

  /** `mine`: the asker's own questions on the page. */
  constructor(meeting, channel, mine) {
    Object.assign(this, { channel, mine });
    this.draftKey = `tribune:draft:${meeting}`;
    this.outboxKey = `tribune:outbox:${meeting}`;
    this.#restore();
    this.#count();
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    this.#form.addEventListener("input", () => this.#typed());
    for (const unsent of this.#outbox()) this.#showUnsent(unsent);
    this.left();
  }

  /** The server told everything: what it has already is not sent again. */
  synchronise(mine) {
    const stored = new Set(mine.map((q) => q.clientId));
    this.#keep(this.#outbox().filter((unsent) => !stored.has(unsent.id)));
    for (const unsent of this.#outbox()) {
      this.#showUnsent(unsent);
      if (!this.#waiting.has(unsent.id)) this.#send(unsent);
    }
    this.left();
  }

  acknowledged({ id, question }) {
    this.#forget(id);
    this.mine.put(question);
    this.left();
  }

  /** Not taken: for now, and then it is sent again by itself; or for good, and then the text is back in its box. */
  refused({ id, message, seconds, puzzle, ticket }) {
    const unsent = this.#outbox().find((each) => each.id === id);
    if (unsent && seconds) return this.#later(unsent, { seconds, puzzle, ticket }, message);
    this.#forget(id);
    if (unsent) {
      const typed = this.#text.value.trim();
      this.#text.value = typed && typed !== unsent.text ? `${unsent.text}\n\n${typed}` : unsent.text;
      this.#typed();
    }
    this.#mistake(message);
  }

  /** Whether questions are taken now. What is typed stays. */
  open(taken) {
    this.#form.hidden = !taken;
    $("#ask-closed").hidden = taken;
  }

  /** How many more this person can ask in this meeting. */
  left() {
    const asked = [...this.mine.list.children].filter((card) => card.dataset.status !== "withdrawn").length;
    const left = Math.max(0, this.#perPerson - asked);
    $("#ask-left").textContent = left ? fill(left === 1 ? words.oneMore : words.more, { n: left }) : words.noMore;
  }

  async #later(unsent, offer, message) {
    if (this.#waiting.has(unsent.id)) return;
    this.#waiting.add(unsent.id);
    this.#say(message);
    const tick = (n) => ($("#ask-pause").textContent = n ? fill(words.pause, { n }) : "");
    const proof = offer.puzzle ? await prove(offer, tick) : await pause(offer.seconds, tick);
    this.#waiting.delete(unsent.id);
    this.#say("");
    const still = this.#outbox().some((each) => each.id === unsent.id);
    if (still) this.#send({ ...unsent, ...(proof ? { proof } : {}) });
  }

  #submit(event) {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (!text || [...text].length > this.#limit) return this.#text.focus();
    const unsent = {
      id: identifier(), text, name: this.#name.value.trim(), namePublic: this.#shown.checked, item: this.#item?.value ?? "",
    };
    this.#keep([...this.#outbox(), unsent]);
    this.#showUnsent(unsent);
    this.#text.value = "";
    this.#typed();
    this.#send(unsent);
  }

  #send(unsent) {
    this.channel.send({ type: "ask", ...unsent });
  }

  #showUnsent(unsent) {
    const status = this.channel.connected ? "sending" : "unsent";
    const question = { id: unsent.id, status, text: unsent.text, name: unsent.name, item: unsent.item, askedAt: "9" };
    this.mine.put(question);
    this.left();
  }

  #forget(id) {
    this.#keep(this.#outbox().filter((unsent) => unsent.id !== id));
    this.mine.remove(id);
  }

  #typed() {
    keep(this.draftKey, { text: this.#text.value, name: this.#name.value, shown: this.#shown.checked });
    this.#mistake("");
    this.#count();
  }

  #restore() {
    const draft = kept(this.draftKey, {});
    if (!this.#text.value) this.#text.value = draft.text ?? "";
    if (!this.#name.value) this.#name.value = draft.name ?? "";
    if (draft.shown) this.#shown.checked = true;
  }

  #count() {
    const left = this.#limit - [...this.#text.value.trim()].length;
    const line = $("#ask-count");
    line.textContent = fill(left < 0 ? words.over : words.left, { n: Math.abs(left) });
    line.classList.toggle("over-limit", left < 0);
  }

  #mistake(text) {
    const line = $("#ask-mistake");
    line.textContent = text;
    line.hidden = !text;
    if (text) this.#text.setAttribute("aria-invalid", "true");
    else this.#text.removeAttribute("aria-invalid");
  }

  /** Why a question waits: said once; the seconds beside it are for the eye. */
  #say(text) {
    $("#ask-why").textContent = text;
    $("#ask-later").hidden = !text;
  }

  #outbox() {
    return kept(this.outboxKey, []);
  }

  #keep(unsent) {
    keep(this.outboxKey, unsent);
  }
}

/** crypto.randomUUID exists on https and localhost only. */
function identifier() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
