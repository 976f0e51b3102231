import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import '../canvas/theme.css';
import './viewer.css';

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';

import { Outline } from '../canvas/outline.js';
import { element, pageData } from '../canvas/page.js';
import { READABLE, fitDiagram } from '../canvas/fit.js';
import { rendererColours } from '../canvas/renderer.js';

const INSET = { left: 24, top: 24, right: 24, bottom: 44 };
const byId = (id) => document.getElementById(id);

/** The diagram of the instance page: where it stands, what failed, which way it came. */
async function start() {
  const data = pageData('diagram-data');
  const host = byId('diagram');
  host.hidden = false;
  const viewer = new NavigatedViewer({ container: host, bpmnRenderer: rendererColours, moddleExtensions: { zeebe } });
  host.viewer = viewer; // for browser tests
  try {
    await viewer.importXML(data.xml);
  } catch (error) {
    host.replaceChildren(element('p', { class: 'diagram-failure' }, `${data.strings.unreadable} ${error.message}`));
    return;
  }
  fitDiagram(viewer.get('canvas'), INSET, READABLE);
  mark(viewer, data);
  connect(viewer, data);
  host.dataset.ready = 'true';
}

function mark(viewer, { elements, flows }) {
  const canvas = viewer.get('canvas');
  const known = viewer.get('elementRegistry');
  for (const id of flows) if (known.get(id)) canvas.addMarker(id, 'flow-taken');
  for (const counts of elements) if (known.get(counts.id)) markElement(viewer, counts);
}

/** Tokens are counted at the upper left, an incident has its sign at the upper right; the label says all of it in words. */
function markElement(viewer, counts) {
  const canvas = viewer.get('canvas');
  if (counts.active) badge(viewer, counts.id, 'active', counts.active, counts.label, { top: -18, left: -14 });
  if (counts.incidents) badge(viewer, counts.id, 'incident', '!', counts.label, { top: -18, right: 14 });
  if (counts.begins) badge(viewer, counts.id, 'begins', `+${counts.begins}`, counts.change, { bottom: 10, left: -14 });
  if (counts.ends) badge(viewer, counts.id, 'ends', `−${counts.ends}`, counts.change, { top: 14, right: 10 });
  if (counts.begins) canvas.addMarker(counts.id, 'element-begins');
  if (counts.completed) canvas.addMarker(counts.id, 'element-completed');
  if (counts.active) canvas.addMarker(counts.id, 'element-active');
  if (counts.incidents) canvas.addMarker(counts.id, 'element-incident');
}

function badge(viewer, id, kind, text, label, position) {
  const html = element('span', { class: `token token-${kind}`, title: label, role: 'img', 'aria-label': label }, String(text));
  viewer.get('overlays').add(id, kind, { position, html });
}

/** Outline and diagram show the same element. */
function connect(viewer, data) {
  const canvas = viewer.get('canvas');
  const known = viewer.get('elementRegistry');
  let current = null;
  const show = (id) => {
    if (current && known.get(current)) canvas.removeMarker(current, 'element-current');
    current = known.get(id) ? id : null;
    if (!current) return;
    canvas.addMarker(id, 'element-current');
    canvas.scrollToElement(known.get(id), 60);
  };
  const outline = new Outline(byId('diagram-outline'), { onSelect: (id) => { show(id); outline.show([id]); } });
  viewer.on('element.click', ({ element: clicked }) => {
    show(clicked.id);
    outline.show([clicked.id]);
    choose(clicked.id);
  });
  byId('diagram-fit')?.addEventListener('click', () => fitDiagram(canvas, INSET));
  byId('diagram-zoom-in')?.addEventListener('click', () => viewer.get('zoomScroll').stepZoom(1));
  byId('diagram-zoom-out')?.addEventListener('click', () => viewer.get('zoomScroll').stepZoom(-1));
  if (known.get(data.focus)) canvas.scrollToElement(known.get(data.focus), 60);
}

/** Clicking an element fills in the fields that ask for one. */
function choose(id) {
  for (const field of document.querySelectorAll('select[data-follows-diagram]')) {
    if ([...field.options].some((option) => option.value === id)) field.value = id;
  }
}

start();
