// What the moderator's and the chair's cards show beside text and status: flags, the asker's own words, translations,
// promises, answers.

import { $, $$, day, fill, words } from "./page.js";

/** `q` into a card that already shows its text. */
export function dress(card, q) {
  card.dataset.flags = q.flags.join(" ");
  card.dataset.language = q.language;
  card.dataset.item = q.item ?? "";
  marked($("[data-field=text]", card), q);
  chips(card, q);
  line(card, "origin", q.origin === "youtube", () => {});
  line(card, "original", q.original);
  line(card, "translations", Object.keys(q.translations).length && q.translations, (node) => translated(node, q));
  line(card, "notice", q.notice && fill(words.onNotice, { by: q.notice.by, until: day(q.notice.until) }));
  line(card, "answer", q.answer);
  line(card, "redaction", q.redactionBy && fill(words.redaction, { name: q.redactionBy }));
  const pick = $("[data-pick]", card);
  if (pick) {
    pick.closest("label").hidden = q.status !== "held";
    if (q.status !== "held") pick.checked = false;
  }
  for (const node of $$("[data-mask]", card)) node.hidden = !q.masked || !q.can.includes("reword");
}

function line(card, name, value, write = (node) => (node.textContent = value)) {
  const node = $(`[data-field=${name}]`, card);
  if (!node) return;
  const box = node.closest("[data-line]") ?? node;
  box.hidden = !value;
  if (value) write(node);
}

function chips(card, q) {
  const box = $("[data-field=flags]", card);
  if (!box) return;
  box.hidden = !q.flags.length;
  box.replaceChildren(...q.flags.map((flag) => made("span", "chip flag", words.flags[flag])));
}

function translated(node, q) {
  node.replaceChildren(
    ...Object.entries(q.translations).map(([language, text]) => {
      const part = made("p", "translation", text);
      part.lang = language;
      part.prepend(made("span", "label", `${language.toUpperCase()} `));
      return part;
    }),
  );
}

/** Links, numbers, listed words stand out within the text. Places are counted in characters, not in UTF-16. */
function marked(node, q) {
  const text = [...q.text];
  const parts = [];
  let at = 0;
  for (const { flag, start, end } of q.marks) {
    if (start < at || flag === "shouting") continue;
    parts.push(text.slice(at, start).join(""), made("mark", "", text.slice(start, end).join(""), words.flags[flag]));
    at = end;
  }
  if (parts.length) node.replaceChildren(...parts, text.slice(at).join(""));
}

function made(tag, dress, text, title = "") {
  return Object.assign(document.createElement(tag), { className: dress, textContent: text, title });
}
