// The truth light: the server says it in words; here it is noticed that there is something new to ask for.

import { Bell } from "./bell.js";
import { $, notice, post } from "./page.js";

export class LightWatch {
  #known = null;
  #changed;
  #bell = new Bell();

  /** `changed`: called when the light or one of its troubles is another than before. */
  constructor(changed) {
    this.#changed = changed;
    document.addEventListener("submit", (event) => event.target.matches("[data-alarm-test]") && this.#test(event));
  }

  /** The button that tries everything: this page sounds, too. It may take seconds, and nothing waits for it. */
  async #test(event) {
    event.preventDefault();
    this.#bell.ring();
    event.submitter.disabled = true;
    const answer = await post(event.target);
    event.submitter.disabled = false;
    notice(answer.message, !answer.ok);
  }

  /** `truth`: of a pulse; none while nothing runs. */
  hear(truth) {
    this.#bell.hear(truth?.light === "red");
    const now = truth ? [truth.light, ...truth.troubles.map((t) => [t.code, t.severity, t.about])].join(";") : "";
    if (now === this.#known) return;
    const first = this.#known === null;
    this.#known = now;
    if (!first || now) this.#changed(truth);
  }

  /** Nothing is known any more: an old green light would be a lie. */
  putOut(part, name, sentence) {
    this.#known = null;
    part.className = "truth-light light-unknown";
    part.querySelector("h2").textContent = name;
    part.querySelector(".sentence").textContent = sentence;
    part.querySelectorAll(".todo, details").forEach((old) => old.remove());
    part.querySelector("use").setAttribute("href", "/static/icons.svg#clock");
  }
}

/** The banner of a page that has no light of its own: there while the light is red, in the server's words. */
export function bannerOf(meeting) {
  const place = $("#alarm-place");
  let asked = 0;
  return new LightWatch(async (truth) => {
    const mine = ++asked; // an answer that is overtaken is not shown
    if (truth?.light !== "red") return place.replaceChildren();
    const response = await fetch(`/staff/meetings/${encodeURIComponent(meeting)}/light`).catch(() => null);
    if (!response?.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (mine !== asked) return;
    place.replaceChildren(page.querySelector("#part-light"));
  });
}
