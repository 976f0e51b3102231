import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-codes.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import '../canvas/theme.css';
import './designer.css';

import { Outline } from '../canvas/outline.js';
import { element, pageData } from '../canvas/page.js';
import { READABLE, fitDiagram } from '../canvas/fit.js';
import { Checker } from './check.js';
import { Draft } from './draft.js';
import { createModeler } from './modeler.js';
import { Problems } from './problems.js';
import { Server } from './server.js';
import { Toolbar } from './toolbar.js';
import { toolMessages } from './translate.js';

const byId = (id) => document.getElementById(id);

async function start() {
  const data = pageData('designer-data');
  const modeler = createModeler({
    canvas: byId('designer-canvas'),
    panel: byId('designer-panel'),
    messages: { ...(await toolMessages(data.language)), ...data.messages },
    runnable: data.runnable,
    hints: data.hints,
  });
  byId('designer').modeler = modeler; // for browser tests and for the console
  if (!(await open(modeler, data))) return;
  connect(modeler, data);
  byId('designer').dataset.ready = 'true';
}

/** Draw the diagram; one that cannot be drawn leaves the outline and the problems, and says why. */
async function open(modeler, data) {
  try {
    await modeler.importXML(data.xml);
  } catch (error) {
    const canvas = byId('designer-canvas');
    canvas.replaceChildren(element('p', { class: 'designer-failure', role: 'alert' }, `${data.strings.unreadable} ${error.message}`));
    return false;
  }
  fit(modeler, READABLE);
  return true;
}

/** Show the whole diagram in the room that the tools on the canvas leave, if it is not smaller then than `smallest`. */
function fit(modeler, smallest) {
  const tools = document.querySelector('.djs-palette')?.getBoundingClientRect().width ?? 0;
  fitDiagram(modeler.get('canvas'), { left: tools + 36, top: 30, right: 30, bottom: 50 }, smallest);
}

function connect(modeler, data) {
  const server = new Server(data);
  const xml = async () => (await modeler.saveXML({ format: true })).xml;
  const select = (id) => show(modeler, id);
  const outline = new Outline(byId('designer-outline'), { onSelect: select, onOpen: focusPanel });
  const selected = () => modeler.get('selection').get().map((shape) => shape.id);
  const problems = new Problems(modeler, { list: byId('designer-problems'), count: byId('designer-count'), onSelect: select });
  const checker = new Checker(server, {
    url: data.urls.check,
    base: data.draft.base,
    xml,
    show: (answer) => {
      problems.show(answer);
      outline.replace(answer.outlineHtml, selected());
    },
    fail: (error) => {
      byId('designer-count').textContent = error.message;
      byId('designer-count').dataset.state = 'error';
    },
  });
  const draft = new Draft(server, { ...data, xml, status: byId('designer-status'), conflict: byId('designer-conflict') });
  new Toolbar(modeler, { draft, data, xml, fit: () => fit(modeler) });
  problems.mark(data.problems);
  modeler.on('commandStack.changed', () => {
    checker.touch();
    draft.touch();
  });
  modeler.on('selection.changed', () => outline.show(selected()));
  const wanted = /^#element-(.+)$/.exec(decodeURIComponent(location.hash));
  if (wanted) setTimeout(() => select(wanted[1]), 100); // not before the panel listens
}

/** Select an element and bring it into view; its sub-process is opened when it lies in a collapsed one. */
function show(modeler, id) {
  const found = modeler.get('elementRegistry').get(id);
  const canvas = modeler.get('canvas');
  if (!found || found === canvas.getRootElement()) return;
  modeler.get('selection').select(found);
  canvas.scrollToElement(found, { top: 80, left: 110, right: 80, bottom: 80 });
}

/** Go on in the properties panel: its first field, in its first group, which is opened for that. */
function focusPanel() {
  const panel = byId('designer-panel');
  const groups = panel.querySelectorAll('.bio-properties-panel-group-header');
  const isOpen = [...groups].some((header) => header.classList.contains('open'));
  if (!isOpen) groups[0]?.click();
  const visible = () => [...panel.querySelectorAll('input, textarea, select, [contenteditable="true"]')].find((field) => field.offsetParent);
  // The panel draws itself after the selection, in a frame of its own.
  setTimeout(() => visible()?.focus(), 50);
}

start();
