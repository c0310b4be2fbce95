// The live channel: connects, connects again (full jitter, at most 10 s), and hands out each message by its type.

const LONGEST_WAIT = 10_000;
const SILENCE = 20_000; // the server speaks at least every 5 s

export class LiveChannel extends EventTarget {
  #path;
  #socket = null;
  #failures = 0;
  #retry = 0;
  #heard = 0;

  constructor(path) {
    super();
    this.#path = path;
    setInterval(() => this.#watch(), 5000);
    addEventListener("online", () => this.#now());
    document.addEventListener("visibilitychange", () => document.hidden || this.#now());
  }

  /** `handlers`: by message type, and `up`, `down` for the connection itself. */
  start(handlers) {
    for (const [type, handler] of Object.entries(handlers)) {
      this.addEventListener(type, (event) => handler(event.detail));
    }
    this.#connect();
  }

  get connected() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  send(message) {
    if (this.connected) this.#socket.send(JSON.stringify(message));
    return this.connected;
  }

  #connect() {
    clearTimeout(this.#retry);
    const address = new URL(this.#path, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = (this.#socket = new WebSocket(address));
    this.#heard = Date.now();
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = () => socket === this.#socket && this.#lost();
  }

  #receive(data) {
    this.#heard = Date.now();
    const message = JSON.parse(data);
    if (message.type === "snapshot") {
      this.#failures = 0;
      this.#tell("up", message);
    }
    this.#tell(message.type, message);
  }

  #lost() {
    this.#socket = null;
    this.#tell("down", {});
    this.#retry = setTimeout(() => this.#connect(), Math.random() * Math.min(LONGEST_WAIT, 500 * 2 ** this.#failures++));
  }

  #now() {
    if (!this.#socket) this.#connect();
  }

  #watch() {
    if (!this.#socket || Date.now() - this.#heard < SILENCE) return;
    const dead = this.#socket;
    this.#lost();
    dead.close();
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
