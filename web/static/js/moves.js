// Moving questions, for the moderator and the chair: one press, the server's answer, and what would undo it.

import { $, fill, notice, send, words } from "./page.js";

const BACK = {
  hold: () => ({ verb: "release" }),
  release: () => ({ verb: "hold" }),
  restore: backFromRestored,
  reword: (before) => ({ verb: "reword", text: before.text }),
  translate: (before, { language }) => ({ verb: "translate", language, text: before.translations[language] ?? "" }),
  queue: () => ({ verb: "unqueue" }),
  unqueue: () => ({ verb: "queue" }),
  "put-on-air": () => ({ verb: "take-off-air" }),
  "take-off-air": () => ({ verb: "put-on-air" }),
  answered: () => ({ verb: "put-on-air" }),
  "take-on-notice": () => ({ verb: "restore" }),
  "answer-in-writing": () => ({ verb: "restore" }),
  "propose-redaction": () => ({ verb: "drop-redaction" }),
  "drop-redaction": () => ({ verb: "propose-redaction" }),
};
const BAR_SECONDS = 10; // at least
const VERDICTS = ["publish", "return", "reject", "merge"];

function backFromRestored(before) {
  const verb = { rejected: "reject", returned: "return", merged: "merge", published: "publish" }[before.status];
  return verb && { verb, reason: before.reason ?? "", other: before.other ?? "" };
}

export class Moves {
  #done = [];
  #under = Promise.resolve(); // what is on its way
  #until = 0; // when the bar goes
  #told = 0; // when the last verdict is told
  #timer = 0;

  /** `known`: what is shown, by id. `put(q)` shows a question as it is now. `bar`: where the last action is undone. */
  constructor(meeting, known, put, bar = null) {
    Object.assign(this, { meeting, known, put, bar });
    this.seconds = Number(bar?.dataset.seconds ?? 0);
    if (bar) $("button", bar).addEventListener("click", () => this.takeBack());
  }

  /** Give an order about `before`, the question as it was seen; the answer. What failed is told by `notice`, unless
   *  `quiet`. */
  async order(before, verb, fields = {}, { quiet = false } = {}) {
    const answered = this.#post(before, verb, fields);
    this.#under = Promise.all([this.#under, answered]);
    const answer = await answered;
    if (answer.question) this.put(answer.question);
    if (answer.ok) this.#remember([step(before, verb, fields)].filter(Boolean), answer.message, verb);
    else if (!quiet) this.#refused(answer);
    return answer;
  }

  /** The same order about many, undone by one press; how many went, how many did not. */
  async bulk(questions, verb, fields) {
    const answers = await Promise.all(questions.map((q) => this.#post(q, verb, fields)));
    for (const { question } of answers) if (question) this.put(question);
    const went = questions.filter((_, n) => answers[n].ok);
    const said = fill(words.bulkDone, { n: went.length });
    if (went.length) this.#remember(went.map((q) => step(q, verb, fields)), said, verb);
    if (went.length < questions.length) notice(fill(words.bulkLeft, { n: questions.length - went.length }), true);
  }

  /** Undo the last action, also one whose answer is still on its way. The questions it was about. */
  async takeBack() {
    await this.#under;
    const steps = this.#done.pop() ?? [];
    this.#hide();
    const found = steps.map((each) => [each, this.known.get(each.id)]).filter(([, question]) => question);
    const answers = await Promise.all(found.map(([each, question]) => this.#back(each, question)));
    for (const answer of answers) {
      if (answer.question) this.put(answer.question);
      if (!answer.ok) this.#refused(answer);
    }
    if (answers.length && answers.every((answer) => answer.ok)) notice(words.undone);
    return found.map(([each]) => each.id);
  }

  #back({ verb, ...fields }, question) {
    const late = verb === "undo" && !question.can.includes("undo");
    return this.#post(question, late ? "restore" : verb, fields);
  }

  #post({ id, version }, verb, fields) {
    const path = [this.meeting, "questions", id, verb].map(encodeURIComponent).join("/");
    return send(`/staff/meetings/${path}`, { version, ...fields });
  }

  #refused(answer) {
    const status = answer.code === "conflict" && answer.question && words.statuses[answer.question.status];
    notice(status ? `${answer.message} ${fill(words.nowIs, { status })}` : answer.message, true);
  }

  #remember(steps, said, verb) {
    if (steps.length) this.#done.push(steps);
    $("#notices").replaceChildren();
    if (!this.bar || !steps.length) return;
    $("[data-undo-said]", this.bar).textContent = said;
    this.bar.hidden = false;
    this.#told = VERDICTS.includes(verb) ? Date.now() + this.seconds * 1000 : 0;
    this.#until = Date.now() + Math.max(this.seconds, BAR_SECONDS) * 1000;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), 500);
    this.#tick();
  }

  #tick() {
    const left = Math.ceil((this.#told - Date.now()) / 1000);
    $("[data-undo-left]", this.bar).textContent = left > 0 ? fill(words.toldIn, { n: left }) : "";
    if (Date.now() >= this.#until) this.#hide();
  }

  #hide() {
    clearInterval(this.#timer);
    if (!this.bar || this.bar.hidden) return;
    const held = this.bar.contains(document.activeElement);
    this.bar.hidden = true;
    if (held) this.onhidden?.();
  }
}

/** What undoes it; nothing for what cannot be undone. */
function step(before, verb, fields) {
  const back = VERDICTS.includes(verb) ? { verb: "undo" } : BACK[verb]?.(before, fields);
  return back && { id: before.id, ...back };
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
  chip.textContent = (now.screening === "delayed" && words.phasesRecorded[now.phase]) || words.phases[now.phase];
  chip.dataset.screening = now.screening;
  $("#frozen").hidden = now.phase !== "closed_session";
  $("#now").textContent = title(now.item);
  if ($("#next")) $("#next").textContent = title(now.next);
}

const title = (item) => (item ? fill("{number} {name}", item).trim() : "–");
