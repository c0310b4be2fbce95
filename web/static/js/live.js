// The live channel (docs/live-protocol.md): connects, comes back and asks for what it missed, and hands out each message
// by its type. Ten thousand pages that come back at the same moment would keep one another out, so each waits a random
// time: as told by the service before it restarts ("bye"), else longer with each failure.

const LONGEST_WAIT = 10_000;
const SILENCE = 20_000; // the server speaks at least every 5 s
const CROWDED = 1013; // too many connections of this person, this address or all together
const CROWDED_WAIT = 15_000;

export class LiveChannel extends EventTarget {
  #path;
  #socket = null;
  #failures = 0;
  #retry = 0;
  #heard = 0;
  #since = ""; // the stream, and the last number that was heard of it
  #within = 0; // milliseconds within which to come back, as told

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
    if (this.#since) address.searchParams.set("since", this.#since);
    const socket = (this.#socket = new WebSocket(address));
    this.#heard = Date.now();
    socket.onmessage = (event) => socket === this.#socket && this.#receive(event.data);
    socket.onclose = (event) => socket === this.#socket && this.#lost(event.code);
  }

  #receive(data) {
    this.#heard = Date.now();
    const message = JSON.parse(data);
    if (message.seq !== undefined) this.#since = `${message.stream ?? this.#since.split(".")[0]}.${message.seq}`;
    if (message.type === "bye") this.#within = 1000 * message.within;
    if (message.type === "snapshot" || message.type === "resumed") {
      this.#failures = this.#within = 0;
      this.#tell("up", message);
      if (message.type === "resumed") for (const question of message.mine) this.#tell("mine", { type: "mine", question });
    }
    this.#tell(message.type, message);
  }

  #lost(code) {
    this.#socket = null;
    this.#tell("down", {});
    this.#retry = setTimeout(() => this.#connect(), this.#wait(code));
  }

  #wait(code) {
    const longest = this.#within || Math.min(LONGEST_WAIT, 500 * 2 ** this.#failures++);
    this.#within = 0;
    return code === CROWDED ? CROWDED_WAIT * (1 + Math.random()) : longest * Math.random();
  }

  /** Somebody looks again, or the network is back: but not before the moment that a full or restarting service gave. */
  #now() {
    if (!this.#socket && this.#failures > 0) this.#connect();
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
