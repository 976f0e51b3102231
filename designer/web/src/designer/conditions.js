import { FeelEntry, Group, isFeelEntryEdited } from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

const AFTER_THE_OTHERS = 200;

/** Entries of the Zeebe panel that say what the engine does not tell apart; the check would refuse them. */
const ENTRIES = new Set(['variableEvents']);

/**
 * Complex gateways in the panel: when one goes on, and which of its outgoing flows are taken. The Zeebe panel knows neither,
 * since its engine does not run them.
 */
class ConditionPanel {
  constructor(propertiesPanel, translate) {
    this.translate = translate;
    propertiesPanel.registerProvider(AFTER_THE_OTHERS, this);
  }

  getGroups(element) {
    return (groups) => {
      const kept = groups.map((group) => ({ ...group, ...(group.entries && { entries: group.entries.filter(shown) }) }));
      const entry = conditionOf(element);
      const group = { id: 'complexCondition', label: this.translate('Condition'), component: Group, entries: [entry] };
      return entry ? [...kept, group] : kept;
    };
  }
}

ConditionPanel.$inject = ['propertiesPanel', 'translate'];

function shown(entry) {
  return !ENTRIES.has(entry.id);
}

function conditionOf(element) {
  const entry = { component: ConditionEntry, isEdited: isFeelEntryEdited };
  if (is(element, 'bpmn:ComplexGateway')) return { ...entry, id: 'activationCondition', label: 'Activation condition' };
  if (is(element, 'bpmn:SequenceFlow') && is(element.source, 'bpmn:ComplexGateway'))
    return { ...entry, id: 'conditionExpression', label: 'Condition expression' };
  return null;
}

/** A FEEL field for the property of the element that has the name of the entry. */
function ConditionEntry({ element, id, label }) {
  const modeling = useService('modeling');
  const bpmnFactory = useService('bpmnFactory');
  const object = getBusinessObject(element);
  const setValue = (body) => {
    const condition = body ? bpmnFactory.create('bpmn:FormalExpression', { body }) : undefined;
    if (condition) condition.$parent = object;
    modeling.updateProperties(element, { [id]: condition });
  };
  return FeelEntry({
    element,
    id,
    label: useService('translate')(label),
    feel: 'required',
    getValue: () => object.get(id)?.get('body') ?? '',
    setValue,
    debounce: useService('debounceInput'),
  });
}

export const ConditionPanelModule = {
  __init__: ['conditionPanel'],
  conditionPanel: ['type', ConditionPanel],
};
