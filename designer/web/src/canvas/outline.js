/**
 * The outline beside a canvas: a nested list of links, one per element, rendered by the server. It and the canvas show the
 * same selection; arrow keys, Home and End walk through it.
 */
export class Outline {
  constructor(host, { onSelect, onOpen }) {
    this.host = host;
    this.onSelect = onSelect;
    this.onOpen = onOpen;
    host.addEventListener('click', (event) => this.clicked(event));
    host.addEventListener('keydown', (event) => this.pressed(event));
  }

  links() {
    return [...this.host.querySelectorAll('[data-element-id]')];
  }

  link(id) {
    return this.links().find((link) => link.dataset.elementId === id);
  }

  /** Mark the rows of the selected elements and bring the first into view. */
  show(ids) {
    const wanted = new Set(ids);
    let first = null;
    for (const link of this.links()) {
      const selected = wanted.has(link.dataset.elementId);
      if (selected) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
      if (selected && !first) first = link;
    }
    if (first) first.scrollIntoView({ block: 'nearest' });
  }

  /** Put in place the list that the server made anew; the keyboard stays on the row it was on. */
  replace(html, selected) {
    const focused = this.host.contains(document.activeElement) ? document.activeElement.dataset.elementId : null;
    this.host.innerHTML = html;
    this.show(selected);
    if (focused) this.link(focused)?.focus();
  }

  clicked(event) {
    const link = event.target.closest('[data-element-id]');
    if (!link) return;
    event.preventDefault();
    this.onSelect(link.dataset.elementId);
    // A click of the Enter key has no pointer detail: the user works by keyboard and wants to go on with this element.
    if (event.detail === 0 && this.onOpen) this.onOpen(link.dataset.elementId);
  }

  pressed(event) {
    if (event.isComposing) return;
    const links = this.links();
    const at = links.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (at < 0 || next === undefined || !links[next]) return;
    event.preventDefault();
    links[next].focus();
    this.onSelect(links[next].dataset.elementId);
  }
}
