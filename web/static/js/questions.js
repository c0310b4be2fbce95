// Questions on a page: each made from the mould that the server put there, changed in place when it changes.

import { $, $$, day, fill, words, written } from "./page.js";

const hour = written({ hour: "2-digit", minute: "2-digit" });
const itemNames = new Map($$("[data-item]").map((node) => [node.dataset.item, node.textContent.trim()]));

/** Put `q` into a card. */
export function show(card, q) {
  Object.assign(card.dataset, { id: q.id, status: q.status, version: q.version ?? "", asked: q.askedAt ?? "" });
  field(card, "status", words.statuses[q.status] ?? words[q.status] ?? "");
  field(card, "text", q.text || (words.erased ?? ""));
  field(card, "name", q.name ?? "");
  field(card, "item", itemNames.get(q.item) ?? "");
  field(card, "reason", q.reason ? (words.reasons[q.reason] ?? q.reason) : "");
  more(card, q);
  time(card, q.askedAt);
  if (q.language) $("[data-field=text]", card).lang = q.language;
  for (const node of $$("[data-verb]", card)) order(node, q);
}

/** What few questions have. */
function more(card, q) {
  const reworded = $("[data-field=reworded]", card);
  if (reworded) reworded.hidden = !q.reworded;
  field(card, "answer", q.answer ?? "");
  field(card, "notice", q.notice && words.notice ? fill(words.notice, { who: q.notice.by, day: day(q.notice.until) }) : "");
  const others = $("div[data-field=translations]", card);
  if (others) translations(others, Object.entries(q.translations ?? {}));
  const receipt = $("[data-field=receipt]", card);
  if (!receipt) return;
  receipt.hidden = !q.clientId;
  receipt.setAttribute("href", addressed(receipt.getAttribute("href"), q.id));
}

/** The same address for another question. */
export const addressed = (path, id) => path.replace(/questions\/[^/]+\//, `questions/${encodeURIComponent(id)}/`);

function translations(box, all) {
  box.hidden = !all.length;
  const rows = all.map(([lang, text]) => {
    const row = Object.assign(document.createElement("p"), { className: "translation" });
    const label = Object.assign(document.createElement("span"), { className: "label", textContent: lang.toUpperCase() });
    row.append(label, " ", Object.assign(document.createElement("span"), { lang, textContent: text }));
    return row;
  });
  if (box.textContent.trim() !== rows.map((row) => row.textContent).join("").trim()) box.replaceChildren(...rows);
}

function order(node, q) {
  if (!node.closest("details") || node.matches("details")) node.hidden = !(q.can ?? []).includes(node.dataset.verb);
  if (node.matches("form")) {
    const version = node.elements.namedItem("version");
    if (version) version.value = q.version;
    node.setAttribute("action", addressed(node.getAttribute("action"), q.id));
  }
}

function field(card, name, text) {
  const node = $(`[data-field=${name}]`, card);
  if (!node) return;
  if (node.textContent !== text) node.textContent = text;
  if (!["status", "text"].includes(name)) node.hidden = !text;
}

function time(card, askedAt) {
  const node = $("[data-field=time]", card);
  if (!node || !askedAt) return;
  Object.assign(node, { dateTime: askedAt, textContent: hour.format(new Date(askedAt)) });
}

export class Questions {
  /** `list`: the <ol>; `mould`: the <template>; `rank(q)`: order on the page, undefined: who asked first stands first. */
  constructor(list, mould, { rank, none, box } = {}) {
    Object.assign(this, { list, mould, rank, none, box });
  }

  card(id) {
    return $$(":scope > li", this.list).find((card) => card.dataset.id === id);
  }

  get ids() {
    return $$(":scope > li", this.list).map((card) => card.dataset.id);
  }

  put(q) {
    const known = this.card(q.id);
    const card = known ?? this.mould.content.firstElementChild.cloneNode(true);
    const moved = !known || (this.rank && card.dataset.status !== q.status);
    show(card, q);
    if (moved) this.list.insertBefore(card, this.#after(card, q));
    this.#tidy();
    return card;
  }

  /** The card it stands before. A question may be told before an older one that is in the snapshot. */
  #after(card, q) {
    const others = $$(":scope > li", this.list).filter((other) => other !== card);
    return others.find((other) => this.#isBefore(q, other.dataset)) ?? null;
  }

  #isBefore(q, other) {
    const asked = q.askedAt ?? "";
    if (!this.rank) return asked < other.asked;
    const by = this.rank(q) - this.rank(other);
    return by < 0 || (by === 0 && this.newest && asked >= other.asked);
  }

  remove(id) {
    this.card(id)?.remove();
    this.#tidy();
  }

  /** Exactly these. */
  replace(questions) {
    const wanted = new Set(questions.map((q) => q.id));
    for (const id of this.ids) if (!wanted.has(id)) this.remove(id);
    for (const q of questions) this.put(q);
    this.#tidy();
  }

  #tidy() {
    const empty = !this.list.firstElementChild;
    if (this.none) this.none.hidden = !empty;
    if (this.box) this.box.hidden = empty;
  }
}
