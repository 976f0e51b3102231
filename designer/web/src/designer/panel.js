const LAST = 100;

/**
 * Groups of the Zeebe panel that hold nothing the engine reads; whatever they would write is refused by the check.
 */
const GROUPS = new Set([
  'Zeebe__ExtensionProperties',
  'userTaskImplementation', // every user task is one of the inbox
  'adHocSubProcessImplementation',
  'activeElements',
  'adHocCompletion',
]);

/** What the listeners of a user task are told of, with the words of the panel. */
const TASK_EVENTS = { creating: 'Creating', assigning: 'Assigning', completing: 'Completing' };

const withRunnableEvents = (entry) =>
  entry.eventTypes ? { ...entry, eventTypes: entry.eventTypes.filter((type) => type in TASK_EVENTS) } : entry;

class RunnablePanel {
  constructor(propertiesPanel, translate) {
    this._translate = translate;
    propertiesPanel.registerProvider(LAST, this);
  }

  getGroups() {
    return (groups) =>
      groups
        .filter((group) => !GROUPS.has(group.id))
        .map((group) => (group.id === 'Zeebe__TaskListeners' ? this._taskListeners(group) : group));
  }

  _taskListeners(group) {
    const items = (group.items ?? []).map((item) => ({
      ...item,
      label: this._label(item.entries[0].listener),
      entries: item.entries.map(withRunnableEvents),
    }));
    return { ...group, items };
  }

  /** The panel's own label has the event in English. */
  _label(listener) {
    const event = listener.get('eventType');
    const name = TASK_EVENTS[event] ? this._translate(TASK_EVENTS[event]) : event;
    return `${name}: ${listener.get('type') || this._translate('<no type>')}`;
  }
}

RunnablePanel.$inject = ['propertiesPanel', 'translate'];

export const RunnablePanelModule = {
  __init__: ['runnablePanel'],
  runnablePanel: ['type', RunnablePanel],
};
