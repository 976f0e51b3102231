import { element } from '../canvas/page.js';

/**
 * The findings of the engine's check: a list made by the server, and a mark on each element concerned. A row of the list leads
 * to its element, a mark to its row.
 */
export class Problems {
  constructor(modeler, { list, count, onSelect }) {
    this.modeler = modeler;
    this.list = list;
    this.count = count;
    this.marked = [];
    list.addEventListener('click', (event) => {
      const link = event.target.closest('[data-problem-element]');
      if (!link || !this.modeler.get('elementRegistry').get(link.dataset.problemElement)) return;
      event.preventDefault();
      onSelect(link.dataset.problemElement);
    });
  }

  /** `answer` is what the check endpoint says: problems as data, the list as HTML, one sentence that counts them. */
  show({ problems, problemsHtml, summary }) {
    this.list.innerHTML = problemsHtml;
    if (this.count.textContent !== summary) this.count.textContent = summary; // it is read aloud when it changes
    this.count.dataset.state = state(problems);
    this.mark(problems);
  }

  mark(problems) {
    const canvas = this.modeler.get('canvas');
    const overlays = this.modeler.get('overlays');
    for (const [id, marker] of this.marked) if (this.element(id)) canvas.removeMarker(id, marker);
    overlays.remove({ type: 'problem' });
    this.marked = [];
    for (const [id, found] of byElement(problems)) if (this.element(id)) this.markElement(canvas, overlays, id, found);
  }

  markElement(canvas, overlays, id, found) {
    const severity = state(found);
    canvas.addMarker(id, `problem-${severity}`);
    this.marked.push([id, `problem-${severity}`]);
    const text = found.map((problem) => problem.message).join('\n');
    const badge = element('button', { type: 'button', class: `problem-badge problem-badge-${severity}`, title: text, 'aria-label': text });
    badge.textContent = '!';
    badge.addEventListener('click', () => this.lead(id));
    overlays.add(id, 'problem', { position: this.place(id), html: badge, show: { minZoom: 0.2 } });
  }

  /** Badges sit on the upper left corner of a shape, on the middle of a flow. */
  place(id) {
    const shape = this.element(id);
    return shape.waypoints ? { top: -8, left: -8 } : { top: -10, left: -10 };
  }

  lead(id) {
    const row = [...this.list.querySelectorAll('[data-problem-element]')].find((link) => link.dataset.problemElement === id);
    row?.scrollIntoView({ block: 'nearest' });
    row?.focus();
    this.modeler.get('selection').select(this.element(id));
  }

  /** A shape that can carry a mark; the process itself has no shape to mark. */
  element(id) {
    const found = this.modeler.get('elementRegistry').get(id);
    return found && found !== this.modeler.get('canvas').getRootElement() ? found : null;
  }
}

function byElement(problems) {
  const found = new Map();
  for (const problem of problems) {
    if (problem.element) found.set(problem.element, [...(found.get(problem.element) ?? []), problem]);
  }
  return found;
}

function state(problems) {
  if (problems.some((problem) => problem.severity === 'error')) return 'error';
  return problems.length ? 'warning' : 'none';
}
