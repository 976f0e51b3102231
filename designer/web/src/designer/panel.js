const LAST = 100;

/**
 * Groups of the Zeebe panel that hold nothing the engine reads; whatever they would write is refused by the check.
 */
const GROUPS = new Set([
  'Zeebe__ExecutionListeners',
  'Zeebe__TaskListeners',
  'Zeebe__ExtensionProperties',
  'userTaskImplementation', // every user task is one of the inbox
  'adHocSubProcessImplementation',
  'activeElements',
  'adHocCompletion',
]);

class RunnablePanel {
  constructor(propertiesPanel) {
    propertiesPanel.registerProvider(LAST, this);
  }

  getGroups() {
    return (groups) => groups.filter((group) => !GROUPS.has(group.id));
  }
}

RunnablePanel.$inject = ['propertiesPanel'];

export const RunnablePanelModule = {
  __init__: ['runnablePanel'],
  runnablePanel: ['type', RunnablePanel],
};
