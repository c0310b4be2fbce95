// Work that wants typing or choosing: each kind a dialog with the question as it is now, its draft kept, and a clear
// word when somebody else changed the question meanwhile.

import { $, $$, fill, words } from "./page.js";
import { alike, found } from "./finding.js";

const MOST = 20; // found at once

export class Work {
  #open = null; // {dialog, id, version}
  #drafts = new Map();
  #alike = [];

  /** `known`: questions by id. `order(q, verb, fields)`: gives the order, answers {ok, message}. */
  constructor(meeting, known, order) {
    Object.assign(this, { meeting, known, order });
    for (const dialog of $$("dialog[data-work]")) this.#furnish(dialog);
  }

  get question() {
    return this.#open?.id ?? null;
  }

  open(verb, q) {
    const dialog = $(`dialog[data-work=${verb}]`);
    if (!dialog || dialog.open) return;
    this.#open = { dialog, id: q.id, version: q.version };
    this.#fill(dialog, q);
    this.#show(q);
    this.#problem("");
    dialog.showModal();
    ($("[autofocus]", dialog) ?? $("input:not([type=hidden]), textarea, select", dialog))?.focus();
  }

  /** `q` changed while it may be open here. */
  changed(q) {
    if (this.#open?.id !== q.id) return;
    this.#show(q);
    if (q.version === this.#open.version) return;
    this.#open.version = q.version;
    this.#problem(fill(words.changedMeanwhile, { status: words.statuses[q.status] }));
  }

  #furnish(dialog) {
    const form = $("form", dialog);
    form.addEventListener("submit", (event) => this.#submit(event, dialog, form));
    form.addEventListener("input", () => this.#keep(dialog, form));
    form.elements.language?.addEventListener("change", () => this.#beside(form, this.known.get(this.#open.id)));
    $("[data-search]", dialog)?.addEventListener("input", () => this.#candidates(dialog, this.known.get(this.#open.id)));
    for (const button of $$("[data-close]", dialog)) button.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      this.#open = null;
      this.onclose?.();
    });
  }

  #fill(dialog, q) {
    const form = $("form", dialog);
    form.reset();
    const verb = dialog.dataset.work;
    if (verb === "reword") form.elements.text.value = q.text;
    if (verb === "answer-in-writing") form.elements.text.value = q.answer ?? "";
    if (verb === "take-on-notice" && q.notice) {
      form.elements.notice_by.value = q.notice.by;
      form.elements.notice_until.value = q.notice.until;
    }
    if (verb === "translate") {
      for (const option of form.elements.language.options) option.hidden = option.disabled = option.value === q.language;
      form.elements.language.value = [...form.elements.language.options].find((option) => !option.disabled)?.value ?? "";
      this.#beside(form, q);
    }
    for (const [name, value] of this.#drafts.get(this.#name(dialog)) ?? []) if (form.elements[name]) form.elements[name].value = value;
    if (verb === "merge") this.#suggest(dialog, q);
    this.#count(form);
  }

  #beside(form, q) {
    form.elements.text.value = q.translations[form.elements.language.value] ?? "";
    form.elements.text.lang = form.elements.language.value;
  }

  #name(dialog) {
    return `${dialog.dataset.work} ${this.#open.id}`;
  }

  #keep(dialog, form) {
    this.#drafts.set(this.#name(dialog), new FormData(form));
    this.#count(form);
  }

  #count(form) {
    const node = $("[data-left]", form);
    if (node) node.textContent = fill(words.left, { n: form.elements.text.maxLength - [...form.elements.text.value].length });
  }

  #show(q) {
    const { dialog } = this.#open;
    $("[data-now=status]", dialog).textContent = words.statuses[q.status];
    const text = $("[data-now=text]", dialog);
    Object.assign(text, { textContent: q.text, lang: q.language });
    const original = $("[data-now=original]", dialog);
    original.textContent = q.original ?? "";
    original.closest("[data-line]").hidden = !q.original;
    for (const button of $$("button[type=submit]", dialog)) button.disabled = !q.can.includes(dialog.dataset.work);
  }

  #problem(text) {
    const node = $("[data-problem]", this.#open.dialog);
    node.textContent = text;
    node.hidden = !text;
  }

  async #submit(event, dialog, form) {
    event.preventDefault();
    const { id } = this.#open;
    const name = this.#name(dialog);
    const fields = Object.fromEntries(new FormData(form));
    const sent = { ...this.known.get(id), version: this.#open.version };
    dialog.classList.add("waiting-answer");
    const answer = await this.order(sent, dialog.dataset.work, fields);
    dialog.classList.remove("waiting-answer");
    if (answer.ok) this.#drafts.delete(name);
    if (this.#open?.id !== id || this.#open.dialog !== dialog) return;
    if (answer.ok) return dialog.close();
    const now = answer.question;
    if (now) this.#open.version = now.version;
    this.#problem(now && answer.code === "conflict" ? fill(words.changedMeanwhile, { status: words.statuses[now.status] }) : answer.message);
  }

  async #suggest(dialog, q) {
    this.#alike = [];
    this.#candidates(dialog, q);
    const answer = await alike(this.meeting, q.id);
    if (this.#open?.id !== q.id || this.#open.dialog !== dialog) return;
    this.#alike = answer;
    this.#candidates(dialog, q);
  }

  #candidates(dialog, q) {
    const box = $("[data-candidates]", dialog);
    const wanted = $("[data-search]", dialog).value;
    const chosen = $("input[name=other]:checked", box)?.value;
    const mould = $("template", dialog).content.firstElementChild;
    const shown = wanted.trim() ? found([...this.known.values()], wanted, q.id).slice(0, MOST) : this.#alike;
    box.replaceChildren(
      ...shown.map((other) => {
        const row = mould.cloneNode(true);
        Object.assign($("input", row), { value: other.id, checked: other.id === chosen });
        $("[data-candidate=text]", row).textContent = other.text;
        $("[data-candidate=status]", row).textContent = words.statuses[other.status];
        return row;
      }),
    );
    $("[data-no-candidates]", dialog).hidden = shown.length > 0;
  }
}
