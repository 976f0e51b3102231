import BpmnModeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import ZeebeBehaviorsModule from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';

import { rendererColours } from '../canvas/renderer.js';
import { ConditionPanelModule } from './conditions.js';
import { KeyboardLayoutModule } from './keyboard.js';
import { RunnableMenuModule } from './menu.js';
import { RunnablePanelModule } from './panel.js';
import { translateModule } from './translate.js';

/**
 * The BPMN editor of the `zeebe:` dialect. `runnable` says which elements the engine runs: only those are offered.
 * `messages` are the translated strings of the tools, `hints` the sentences under fields of the panel.
 */
export function createModeler({ canvas, panel, messages, runnable, hints }) {
  return new BpmnModeler({
    container: canvas,
    propertiesPanel: { parent: panel, description: describe(hints) },
    bpmnRenderer: rendererColours,
    moddleExtensions: { zeebe },
    runnable,
    additionalModules: [
      translateModule(messages),
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      ZeebePropertiesProviderModule,
      ZeebeBehaviorsModule,
      CreateAppendAnythingModule,
      RunnableMenuModule,
      RunnablePanelModule,
      ConditionPanelModule,
      KeyboardLayoutModule,
    ],
  });
}

function describe(hints) {
  return Object.fromEntries(Object.entries(hints).map(([field, hint]) => [field, () => hint]));
}
