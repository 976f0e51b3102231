/** Talks to the server: every request carries the form token and answers JSON, or fails with words for the user. */
export class Server {
  constructor({ token, strings }) {
    this.token = token;
    this.strings = strings;
  }

  /** POST `fields`; `xml` goes as a file, because form fields are limited in size. */
  async post(url, { xml, ...fields } = {}) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) if (value !== null && value !== undefined) body.append(name, value);
    if (xml !== undefined) body.append('xml', new Blob([xml], { type: 'application/xml' }), 'diagram.bpmn');
    const response = await this.send(url, body);
    const isJson = response.headers.get('content-type')?.includes('json');
    const answer = isJson ? await response.json() : {};
    if (response.ok && isJson) return answer;
    throw new ServerError(response.status, answer.detail ?? this.strings.refused, answer);
  }

  async send(url, body) {
    try {
      const headers = { Accept: 'application/json', 'X-CSRF-Token': this.token };
      return await fetch(url, { method: 'POST', body, credentials: 'same-origin', headers });
    } catch (error) {
      throw new ServerError(0, this.strings.offline, { cause: error.message });
    }
  }
}

/** `status` 0: no answer at all. `answer` is the JSON of the refusal. */
export class ServerError extends Error {
  constructor(status, message, answer) {
    super(message);
    this.status = status;
    this.answer = answer;
  }
}
