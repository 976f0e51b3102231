const IDLE = 400;

/** Asks the server's engine about the diagram after each pause in editing; the newest answer wins. */
export class Checker {
  constructor(server, { url, base, xml, show, fail }) {
    Object.assign(this, { server, url, base, xml, show, fail });
    this.turn = 0;
  }

  touch() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), IDLE);
  }

  async run() {
    clearTimeout(this.timer);
    this.turn += 1;
    const turn = this.turn;
    try {
      const answer = await this.server.post(this.url, { xml: await this.xml(), base: this.base });
      if (turn === this.turn) this.show(answer);
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    }
  }
}
