// Asking: the typed text survives a reload, a sent question is kept until the server has stored it, and never twice.

import { $, fill, words } from "./page.js";

export class Asking {
  #form = $("#ask");
  #text = $("#ask-text");
  #name = $("#ask-name");
  #item = $("#ask-item");
  #limit = Number(this.#form.dataset.limit);

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
  }

  /** The server told everything: what it has already is not sent again. */
  synchronise(mine) {
    const stored = new Set(mine.map((q) => q.clientId));
    this.#keep(this.#outbox().filter((unsent) => !stored.has(unsent.id)));
    for (const unsent of this.#outbox()) {
      this.#showUnsent(unsent);
      this.channel.send({ type: "ask", ...unsent });
    }
  }

  acknowledged({ id, question }) {
    this.#forget(id);
    this.mine.put(question);
  }

  refused({ id, message }) {
    const unsent = this.#outbox().find((each) => each.id === id);
    this.#forget(id);
    if (unsent && !this.#text.value.trim()) {
      this.#text.value = unsent.text;
      this.#typed();
    }
    this.#mistake(message);
  }

  /** Whether questions are taken now. What is typed stays. */
  open(taken) {
    this.#form.hidden = !taken;
    $("#ask-closed").hidden = taken;
  }

  #submit(event) {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (!text || [...text].length > this.#limit) return this.#text.focus();
    const unsent = { id: identifier(), text, name: this.#name.value.trim(), item: this.#item?.value ?? "" };
    this.#keep([...this.#outbox(), unsent]);
    this.#showUnsent(unsent);
    this.#text.value = "";
    this.#typed();
    this.channel.send({ type: "ask", ...unsent });
  }

  #showUnsent(unsent) {
    const status = this.channel.connected ? "sending" : "unsent";
    const question = { id: unsent.id, status, text: unsent.text, name: unsent.name, item: unsent.item, askedAt: "9" };
    this.mine.put(question);
  }

  #forget(id) {
    this.#keep(this.#outbox().filter((unsent) => unsent.id !== id));
    this.mine.remove(id);
  }

  #typed() {
    store(this.draftKey, { text: this.#text.value, name: this.#name.value });
    this.#mistake("");
    this.#count();
  }

  #restore() {
    const draft = load(this.draftKey, {});
    if (!this.#text.value) this.#text.value = draft.text ?? "";
    if (!this.#name.value) this.#name.value = draft.name ?? "";
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
    this.#text.toggleAttribute("aria-invalid", Boolean(text));
    if (text) this.#text.setAttribute("aria-invalid", "true");
  }

  #outbox() {
    return load(this.outboxKey, []);
  }

  #keep(unsent) {
    store(this.outboxKey, unsent);
  }
}

const memory = new Map(); // where a browser forbids localStorage

function store(key, value) {
  memory.set(key, value);
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // kept in memory until the page is left
  }
}

function load(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? memory.get(key) ?? otherwise;
  } catch {
    return memory.get(key) ?? otherwise;
  }
}

/** crypto.randomUUID exists on https and localhost only. */
function identifier() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
