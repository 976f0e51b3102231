import { fill } from '../canvas/page.js';

const IDLE = 1500;

/**
 * Keeps the diagram on the server while it is edited. The first change makes the draft. A draft that another window changed is
 * never overwritten: the user chooses.
 */
export class Draft {
  constructor(server, { draft, urls, strings, status, conflict, xml }) {
    Object.assign(this, { server, urls, strings, status, conflict, xml });
    this.id = draft.id;
    this.revision = draft.revision;
    this.base = draft.base;
    this.pending = false;
    this.saving = null;
    this.stopped = false;
    globalThis.addEventListener('beforeunload', (event) => {
      if (this.pending || this.saving) event.preventDefault();
    });
  }

  /** Something changed: save when the user pauses. */
  touch() {
    if (this.stopped) return;
    this.pending = true;
    this.say(this.strings.unsaved, 'busy');
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), IDLE);
  }

  /** Save now what is not saved yet; answers whether the server has the last state. */
  async save() {
    clearTimeout(this.timer);
    if (this.saving) await this.saving;
    if (!this.pending || this.stopped) return !this.pending;
    this.pending = false;
    this.saving = this.store();
    try {
      return await this.saving;
    } finally {
      this.saving = null;
    }
  }

  async store() {
    this.say(this.strings.saving, 'busy');
    try {
      const answer = await this.server.post(this.id ? this.urls.save.replace('ID', this.id) : this.urls.create, {
        xml: await this.xml(),
        revision: this.revision,
        base: this.base,
      });
      this.accept(answer);
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  accept({ id, revision, savedAt, url }) {
    if (!this.id) history.replaceState(null, '', url + location.hash);
    this.id = id;
    this.revision = revision;
    if (!this.pending) this.say(fill(this.strings.saved, { time: savedAt }), 'saved');
  }

  failed(error) {
    this.pending = true;
    this.say(error.message, 'error');
    if (error.status === 409) {
      this.stopped = true;
      this.conflict.hidden = false;
      this.conflict.querySelector('button, a')?.focus();
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 4 * IDLE);
  }

  /** The user keeps this window's state: it becomes a draft of its own. */
  async keepAsCopy() {
    this.conflict.hidden = true;
    this.id = null;
    this.revision = null;
    this.stopped = false;
    this.pending = true;
    return this.save();
  }

  say(text, state) {
    this.status.textContent = text;
    this.status.dataset.state = state;
  }
}
