// Plays an HLS playlist: natively where the browser can, else with hls.js. Comes back by itself after an interruption.

const HLS = "application/vnd.apple.mpegurl";
const LATE = 20; // seconds behind the newest picture before "back to live" is offered

/** Whether `video` plays HLS without help. */
export const playsNatively = (video) => Boolean(video.canPlayType(HLS));

/** hls.js, put there at build time; null where it is not. */
export async function loadHls() {
  try {
    const { default: Hls } = await import("/static/vendor/hls.mjs");
    return Hls.isSupported() ? Hls : null;
  } catch {
    return null;
  }
}

export class LivePlayer {
  #wanted = false;
  #hls = null;
  #failures = 0;
  #played = false;
  #retry = 0;
  #progressed = 0;
  #position = 0;

  constructor({ box, words, word, watch, toLive }) {
    Object.assign(this, { box, words, word, watch, toLive });
    this.video = box.querySelector("video");
    this.source = box.dataset.src;
    this.video.addEventListener("playing", () => this.#well());
    this.video.addEventListener("error", () => this.#wanted && !this.#hls && this.#again());
    watch?.addEventListener("click", () => this.#play());
    toLive?.addEventListener("click", () => this.#seekLive());
    this.#timer = setInterval(() => this.#look(), 1000);
  }
  #timer;

  /** There is a picture to play. Again when it plays already: nothing. */
  async start() {
    if (this.#wanted) return;
    this.#wanted = true;
    await this.#load();
  }

  stop() {
    this.#wanted = false;
    clearTimeout(this.#retry);
    this.#hls?.destroy();
    this.#hls = null;
    this.video.removeAttribute("src");
    this.video.load();
    this.#say(this.words.waiting);
    if (this.watch) this.watch.hidden = true;
  }

  /** Its element leaves the page. */
  end() {
    this.stop();
    clearInterval(this.#timer);
  }

  async #load() {
    this.#progressed = Date.now();
    if (playsNatively(this.video)) {
      this.video.src = this.source;
    } else {
      const Hls = await loadHls();
      if (!Hls) return this.#say(this.words.noPlayer);
      this.#hls?.destroy();
      this.#hls = new Hls({ liveSyncDurationCount: 3 });
      this.#hls.on(Hls.Events.ERROR, (_, problem) => problem.fatal && this.#again());
      this.#hls.loadSource(this.source);
      this.#hls.attachMedia(this.video);
    }
    await this.#play();
  }

  async #play() {
    try {
      await this.video.play();
    } catch (problem) {
      if (problem.name !== "NotAllowedError" || !this.watch) return;
      this.#say("");
      this.watch.hidden = false;
    }
  }

  #again() {
    this.#say(this.#played ? this.words.again : this.words.waiting);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#wanted && this.#load(), Math.min(10_000, 1000 * 1.5 ** this.#failures++));
  }

  #well() {
    this.#failures = 0;
    this.#played = true;
    this.#say("");
    if (this.watch) this.watch.hidden = true;
  }

  #look() {
    if (this.toLive) this.toLive.hidden = !this.#wanted || this.video.paused || this.#behind() < LATE;
    if (this.video.currentTime !== this.#position || this.video.paused) {
      this.#position = this.video.currentTime;
      this.#progressed = Date.now();
    } else if (this.#wanted && Date.now() - this.#progressed > 10_000) {
      this.#progressed = Date.now();
      this.#again();
    }
  }

  #behind() {
    const { seekable, currentTime } = this.video;
    return seekable.length ? seekable.end(seekable.length - 1) - currentTime : 0;
  }

  #seekLive() {
    const { seekable } = this.video;
    if (seekable.length) this.video.currentTime = seekable.end(seekable.length - 1) - 5;
    this.#play();
  }

  #say(text) {
    this.word.textContent = text;
    this.word.hidden = !text;
  }
}
