const byId = (id) => document.getElementById(id);
const SIDES = { 'designer-toggle-outline': 'outline', 'designer-toggle-panel': 'panel' };

/** The buttons above the canvas: undo, redo, zoom, side panels, download, save, deploy. */
export class Toolbar {
  constructor(modeler, { draft, data, xml, fit }) {
    Object.assign(this, { modeler, draft, data, xml });
    this.bind('designer-undo', () => modeler.get('commandStack').undo());
    this.bind('designer-redo', () => modeler.get('commandStack').redo());
    this.bind('designer-fit', fit);
    this.bind('designer-zoom-in', () => modeler.get('zoomScroll').stepZoom(1));
    this.bind('designer-zoom-out', () => modeler.get('zoomScroll').stepZoom(-1));
    this.bind('designer-download', () => this.download());
    this.bind('designer-deploy', () => this.deploy());
    this.bind('designer-keep-mine', () => draft.keepAsCopy());
    for (const id of Object.keys(SIDES)) this.bind(id, () => this.toggle(id));
    modeler.on('commandStack.changed', () => this.refresh());
    document.addEventListener('keydown', (event) => this.pressed(event));
    this.refresh();
  }

  bind(id, run) {
    byId(id)?.addEventListener('click', (event) => {
      event.preventDefault();
      run();
    });
  }

  refresh() {
    const stack = this.modeler.get('commandStack');
    byId('designer-undo').disabled = !stack.canUndo();
    byId('designer-redo').disabled = !stack.canRedo();
  }

  /** Ctrl+S (Cmd+S) saves the draft at once, on every keyboard layout. */
  pressed(event) {
    if (event.isComposing || event.code !== 'KeyS' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.draft.save();
  }

  toggle(id) {
    const button = byId(id);
    const shown = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(shown));
    byId('designer').dataset[SIDES[id]] = shown ? 'shown' : 'hidden';
    this.modeler.get('canvas').resized();
  }

  /** The file as it is on the canvas now, saved or not. */
  async download() {
    const url = URL.createObjectURL(new Blob([await this.xml()], { type: 'application/xml' }));
    const link = Object.assign(document.createElement('a'), { href: url, download: this.data.resource });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  /** The deployment page works on the draft, so the draft is stored first, even when nothing was changed. */
  async deploy() {
    if (!this.draft.id) this.draft.pending = true;
    if (await this.draft.save()) location.assign(this.data.urls.deploy.replace('ID', this.draft.id));
  }
}
