// The alarm bell: a tone while the light is red, the page's title besides. A browser lets a page sound only after a press,
// so the bell has a switch; whether it is on is remembered in this browser.

import { $, words } from "./page.js";

const REMEMBERED = "tribune-bell";
const EVERY = 4000; // milliseconds between two rings
const TONES = [880, 660, 880]; // hertz
const TONE = 0.22; // seconds

export class Bell {
  #sounds = null;
  #ringing = 0;
  #title = document.title;
  #on = localStorage.getItem(REMEMBERED) === "on";
  #red = false;

  constructor() {
    $("#bell").hidden = false;
    $("#bell-switch").addEventListener("click", () => this.#turn(!this.#audible));
    $("#bell-hush").addEventListener("click", () => this.#hush());
    // A remembered bell may sound from the first press anywhere on the page.
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => this.#on && this.#wake());
    if (this.#on) this.#wake();
    this.#show();
  }

  /** `red`: whether something is wrong now. */
  hear(red) {
    if (red === this.#red) return;
    this.#red = red;
    document.title = red ? `⚠ ${words.alarm} · ${this.#title}` : this.#title;
    clearInterval(this.#ringing);
    if (red) {
      this.ring();
      this.#ringing = setInterval(() => this.ring(), EVERY);
    }
    this.#show();
  }

  ring() {
    if (!this.#audible) return;
    TONES.forEach((hertz, index) => this.#tone(hertz, this.#sounds.currentTime + index * TONE));
  }

  get #audible() {
    return this.#on && this.#sounds?.state === "running";
  }

  #turn(on) {
    this.#on = on;
    localStorage.setItem(REMEMBERED, on ? "on" : "off");
    if (on) this.#wake().then(() => this.ring()); // heard at once: this is how it sounds
    this.#show();
  }

  #hush() {
    clearInterval(this.#ringing);
    $("#bell-hush").hidden = true;
    $("#bell-switch").focus();
  }

  async #wake() {
    this.#sounds ??= new AudioContext();
    await this.#sounds.resume();
    this.#show();
  }

  #tone(hertz, at) {
    const [wave, gain] = [this.#sounds.createOscillator(), this.#sounds.createGain()];
    wave.frequency.value = hertz;
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.exponentialRampToValueAtTime(0.3, at + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + TONE);
    wave.connect(gain).connect(this.#sounds.destination);
    wave.start(at);
    wave.stop(at + TONE);
  }

  #show() {
    const on = this.#audible;
    $("#bell-switch").dataset.on = on;
    $("#bell-switch span").textContent = on ? words.bellOn : words.bellOff;
    $("#bell-switch use").setAttribute("href", `/static/icons.svg#${on ? "sound" : "muted"}`);
    $("#bell-hush").hidden = !(this.#red && on);
  }
}
