// One key for each action: shown by `?`, remapped there, kept in this browser; and switched off by who wants none.

import { $, $$, fill, words } from "./page.js";

const STORE = "tribune:keys";

export class Keys {
  #kept = read();
  #changing = null;

  /** `actions`: name -> what it does. The table in `dialog` names the same actions, each with its first key. */
  constructor(dialog, actions) {
    Object.assign(this, { dialog, actions });
    this.first = Object.fromEntries($$("[data-action]", dialog).map((row) => [row.dataset.action, row.dataset.first]));
    this.off = $("[data-keys-off]", dialog);
    this.off.checked = this.#kept.off === true;
    this.off.addEventListener("change", () => this.#keep({ ...this.#kept, off: this.off.checked }));
    $("[data-keys-reset]", dialog).addEventListener("click", () => this.#keep({ off: this.off.checked }));
    dialog.addEventListener("click", (event) => this.#pressed(event.target.closest("[data-change]")));
    dialog.addEventListener("close", () => this.#change(null));
    document.addEventListener("keydown", (event) => this.#down(event));
    this.show();
  }

  /** The key of an action; "" where another action took it. */
  of(action) {
    return this.#kept.keys?.[action] ?? this.first[action] ?? "";
  }

  /** Write every key where it is named, also in moulds. */
  show(root = document) {
    for (const node of $$("kbd[data-key]", root)) {
      const key = this.off.checked ? "" : this.of(node.dataset.key);
      node.textContent = key.length === 1 ? key.toUpperCase() : key;
      node.hidden = !key;
    }
    for (const mould of $$("template", root)) this.show(mould.content);
  }

  #keep(kept) {
    this.#kept = kept;
    try {
      localStorage.setItem(STORE, JSON.stringify(kept));
    } catch {
      // a browser that keeps nothing: the keys hold until the page is left
    }
    this.show();
  }

  #pressed(button) {
    if (button) this.#change(button.closest("[data-action]"));
  }

  #change(row) {
    this.#changing?.classList.remove("changing");
    this.#changing = row;
    row?.classList.add("changing");
    $("[data-keys-said]", this.dialog).textContent = row ? words.pressKey : "";
  }

  #down(event) {
    if (this.#changing) return this.#learn(event);
    const typing = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (typing || document.querySelector("dialog[open]") || event.repeat) return;
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && key === "z") return this.#do("undo", event);
    if (event.ctrlKey || event.metaKey || event.altKey || this.off.checked) return;
    const action = Object.keys(this.first).find((name) => this.of(name) === key) ?? (key === "z" ? "undo" : null);
    if (action) this.#do(action, event);
  }

  #do(action, event) {
    event.preventDefault();
    this.actions[action]?.();
  }

  #learn(event) {
    const key = event.key.toLowerCase();
    if (["tab", "shift", "control", "alt", "meta"].includes(key)) return;
    event.preventDefault();
    event.stopPropagation();
    const action = this.#changing.dataset.action;
    this.#change(null);
    if (key === "escape" || event.ctrlKey || event.metaKey || event.altKey || key.length > 1) return;
    const keys = { ...this.#kept.keys, [action]: key };
    const loser = Object.keys(this.first).find((name) => name !== action && this.of(name) === key);
    if (loser) keys[loser] = "";
    this.#keep({ ...this.#kept, keys });
    $("[data-keys-said]", this.dialog).textContent = loser ? fill(words.keyTaken, { action: this.#name(loser) }) : "";
  }

  #name(action) {
    return $(`[data-action=${action}] th`, this.dialog).textContent.trim();
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}
