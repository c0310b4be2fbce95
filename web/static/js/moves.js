// Moving questions, for the moderator and the chair: one press, the server's answer, and what would undo it.

import { $, fill, notice, post, words } from "./page.js";

const BACK = {
  publish: () => ({ verb: "restore" }),
  reject: () => ({ verb: "restore" }),
  restore: (before) => (before.status === "rejected" ? { verb: "reject", reason: before.reason } : { verb: "publish" }),
  "put-on-air": () => ({ verb: "take-off-air" }),
  "take-off-air": () => ({ verb: "put-on-air" }),
  answered: () => ({ verb: "put-on-air" }),
};

export class Moves {
  #done = [];
  #under = Promise.resolve(); // what is on its way

  /** `put(q)` shows a question as it is now. `known`: what is shown, by id. */
  constructor(meeting, known, put, undo = null) {
    Object.assign(this, { meeting, known, put, undo });
    undo?.addEventListener("click", () => this.takeBack());
  }

  /** Send a card's form. */
  send(form, submitter) {
    const card = form.closest("[data-id]");
    const before = this.known.get(card.dataset.id);
    if (!before || card.matches(".waiting-answer")) return;
    const step = { id: before.id, ...BACK[form.dataset.verb](before) };
    this.#remember(step);
    card.classList.add("waiting-answer");
    const answered = post(form, submitter).then((answer) => {
      card.classList.remove("waiting-answer");
      if (!answer.ok) this.#forget(step);
      this.#told(answer);
    });
    this.#under = Promise.all([this.#under, answered]);
  }

  /** Undo the last action, also one whose answer is still on its way. */
  async takeBack() {
    await this.#under;
    const last = this.#done.pop();
    this.#enable();
    const question = last && this.known.get(last.id);
    if (!question) return;
    const form = document.createElement("form");
    form.action = `/staff/meetings/${encodeURIComponent(this.meeting)}/questions/${encodeURIComponent(last.id)}/${last.verb}`;
    for (const [name, value] of Object.entries({ version: question.version, reason: last.reason ?? "" })) {
      form.append(Object.assign(document.createElement("input"), { name, value }));
    }
    this.#told(await post(form));
  }

  #told(answer) {
    if (answer.question) this.put(answer.question);
    if (!answer.ok) notice(answer.message, true);
    else $("#notices").replaceChildren();
  }

  #remember(step) {
    this.#done.push(step);
    this.#enable();
  }

  #forget(step) {
    this.#done = this.#done.filter((each) => each !== step);
    this.#enable();
  }

  #enable() {
    if (this.undo) this.undo.disabled = !this.#done.length;
  }
}

/** The line about the connection, the phase and the open item, the same on both pages. */
export const connection = {
  up() {
    $("#line").hidden = true;
  },
  down() {
    $("#line").textContent = words.offline;
    $("#line").hidden = false;
  },
};

export function showState(now) {
  const chip = $("#phase-chip .chip");
  chip.className = `chip phase-${now.phase}`;
  chip.textContent = words.phases[now.phase];
  $("#frozen").hidden = now.phase !== "closed_session";
  $("#now").textContent = title(now.item);
  if ($("#next")) $("#next").textContent = title(now.next);
}

const title = (item) => (item ? fill("{number} {name}", item).trim() : "–");
