import { PopupEntries } from 'bpmn-js/lib/features/popup-menu/PopupEntries';
import { isEventSubProcess } from 'bpmn-js/lib/util/DiUtil';

const LAST = 100;
const MENUS = ['bpmn-create', 'bpmn-append', 'bpmn-replace'];

/** Menu keys whose name differs from the entry of the catalogue they stand for. */
const ALIASES = {
  'none-start': 'none-start-event',
  'none-end': 'none-end-event',
  'none-intermediate-throw': 'none-intermediate-throwing',
  subprocess: 'expanded-subprocess',
  'ad-hoc-subprocess': 'expanded-ad-hoc-subprocess',
};

/** What a switch in the head of the replace menu puts on an activity. */
const SWITCHES = { 'toggle-loop': 'StandardLoop', 'toggle-adhoc': 'AdHocSubProcess' };

/**
 * Offer only what the engine runs, so that nobody draws a diagram that the check refuses afterwards. `config.runnable` lists
 * names such as `UserTask`, `BoundaryEvent:Timer` and `EventSubProcess`; `EventSubProcess:Error` is a start event in one.
 */
class RunnableMenu {
  constructor(popupMenu, runnable) {
    this.runnable = new Set(runnable);
    for (const menu of MENUS) popupMenu.registerProvider(menu, LAST, this);
  }

  getPopupMenuEntries(element) {
    return (entries) => this.filter(entries, (key) => this.offers(catalogueEntry(key)?.target, element));
  }

  getPopupMenuHeaderEntries() {
    return (entries) => this.filter(entries, (key) => !SWITCHES[key] || this.runnable.has(SWITCHES[key]));
  }

  filter(entries, keeps) {
    return Object.fromEntries(Object.entries(entries).filter(([key]) => keeps(key)));
  }

  /** An entry that makes no element (a conditional flow, say) has no target and stays. */
  offers(target, element) {
    if (!target) return true;
    const startsEventSubProcess = target.type === 'bpmn:StartEvent' && isEventSubProcess(element?.parent);
    const type = target.triggeredByEvent || startsEventSubProcess ? 'EventSubProcess' : target.type.replace('bpmn:', '');
    const event = target.eventDefinitionType?.replace('bpmn:', '').replace('EventDefinition', '');
    return this.runnable.has(event ? `${type}:${event}` : type);
  }
}

RunnableMenu.$inject = ['popupMenu', 'config.runnable'];

function catalogueEntry(key) {
  const name = key.replace(/^(create|append)-/, '').replace(/^replace-with-/, '');
  return PopupEntries[ALIASES[name] ?? name];
}

export const RunnableMenuModule = {
  __init__: ['runnableMenu'],
  runnableMenu: ['type', RunnableMenu],
};
