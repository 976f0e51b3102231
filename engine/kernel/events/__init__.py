"""Facts about one root process instance, in the order they happened. `engine.kernel.apply` turns them into state.

`key` names an element instance, `task`/`job`/`timer`/`subscription`/`incident` a wait; both come from one counter per root
instance. A released event never changes its meaning: a new meaning is a new class.
"""

from __future__ import annotations

from engine.kernel.events.elements import (
    AdHocElementBegun,
    AdHocElementsChosen,
    CompensationKept,
    CompensationStarted,
    CompensationTriggered,
    DecisionEvaluated,
    ElementActivated,
    ElementCompleted,
    ElementEntered,
    ElementMigrated,
    ElementTerminated,
    ErrorThrown,
    EscalationThrown,
    ExecutorStateChanged,
    FlowTaken,
    GatewayActivated,
    InstanceCancelled,
    InstanceCompleted,
    InstanceResumed,
    InstanceSuspended,
    LoopItemCompleted,
    LoopStarted,
    MessageThrown,
    ProcessCalled,
    SignalThrown,
    StartQuantityReached,
    StepBudgetUsedUp,
    TokenJoined,
    VariablesWritten,
)
from engine.kernel.events.listening import (
    ListenersCompleted,
    StartHeld,
    StartReleased,
    UserTaskChangeBegun,
    UserTaskChangeEnded,
    UserTaskCorrected,
    UserTaskDenied,
    UserTaskUpdated,
)
from engine.kernel.events.moves import (
    CoSignatureGiven,
    CoSignerAdded,
    CoSignerAsked,
    CoSigningEnded,
    CoSigningStarted,
    TaskResultKept,
    UserTaskHandedOver,
    UserTaskSentBack,
    UserTaskWithdrawn,
)
from engine.kernel.events.subscriptions import (
    ConditionChanged,
    ConditionClosed,
    ConditionOpened,
    ConditionTriggered,
    InputKept,
    InputReleased,
    MessageCorrelated,
    MessageSubscriptionClosed,
    MessageSubscriptionOpened,
    SignalCaught,
    SignalSubscriptionClosed,
    SignalSubscriptionOpened,
    TriggerKept,
    TriggerReleased,
)
from engine.kernel.events.waits import (
    IncidentRaised,
    IncidentResolved,
    JobCancelled,
    JobCompleted,
    JobCreated,
    JobFailed,
    JobRetried,
    TimerCancelled,
    TimerScheduled,
    TimerSkipped,
    TimerTriggered,
    UserTaskAssigned,
    UserTaskCancelled,
    UserTaskCompleted,
    UserTaskCreated,
    UserTaskRevised,
)

Event = (
    ElementActivated
    | ElementEntered
    | ElementCompleted
    | ElementTerminated
    | FlowTaken
    | TokenJoined
    | GatewayActivated
    | AdHocElementsChosen
    | AdHocElementBegun
    | VariablesWritten
    | LoopStarted
    | LoopItemCompleted
    | UserTaskCreated
    | UserTaskAssigned
    | UserTaskCompleted
    | UserTaskCancelled
    | JobCreated
    | JobCompleted
    | JobFailed
    | JobRetried
    | JobCancelled
    | TimerScheduled
    | TimerSkipped
    | TimerTriggered
    | TimerCancelled
    | MessageSubscriptionOpened
    | MessageCorrelated
    | MessageSubscriptionClosed
    | MessageThrown
    | SignalSubscriptionOpened
    | SignalCaught
    | SignalSubscriptionClosed
    | SignalThrown
    | ConditionChanged
    | ConditionClosed
    | ConditionOpened
    | ConditionTriggered
    | ErrorThrown
    | EscalationThrown
    | DecisionEvaluated
    | ProcessCalled
    | IncidentRaised
    | IncidentResolved
    | StepBudgetUsedUp
    | InstanceCompleted
    | InstanceCancelled
    | InputKept
    | InputReleased
    | InstanceSuspended
    | InstanceResumed
    | ElementMigrated
    | UserTaskRevised
    | UserTaskSentBack
    | CoSignatureGiven
    | CoSignerAdded
    | CoSignerAsked
    | CoSigningEnded
    | CoSigningStarted
    | TaskResultKept
    | UserTaskHandedOver
    | UserTaskWithdrawn
    | CompensationKept
    | CompensationTriggered
    | CompensationStarted
    | TriggerKept
    | TriggerReleased
    | StartQuantityReached
    | ListenersCompleted
    | StartHeld
    | StartReleased
    | ExecutorStateChanged
    | UserTaskChangeBegun
    | UserTaskCorrected
    | UserTaskDenied
    | UserTaskChangeEnded
    | UserTaskUpdated
)

__all__ = [
    "AdHocElementBegun",
    "AdHocElementsChosen",
    "CoSignatureGiven",
    "CoSignerAdded",
    "CoSignerAsked",
    "CoSigningEnded",
    "CoSigningStarted",
    "CompensationKept",
    "CompensationStarted",
    "CompensationTriggered",
    "ConditionChanged",
    "ConditionClosed",
    "ConditionOpened",
    "ConditionTriggered",
    "DecisionEvaluated",
    "ElementActivated",
    "ElementCompleted",
    "ElementEntered",
    "ElementMigrated",
    "ElementTerminated",
    "ErrorThrown",
    "EscalationThrown",
    "Event",
    "ExecutorStateChanged",
    "FlowTaken",
    "GatewayActivated",
    "IncidentRaised",
    "IncidentResolved",
    "InputKept",
    "InputReleased",
    "InstanceCancelled",
    "InstanceCompleted",
    "InstanceResumed",
    "InstanceSuspended",
    "JobCancelled",
    "JobCompleted",
    "JobCreated",
    "JobFailed",
    "JobRetried",
    "ListenersCompleted",
    "LoopItemCompleted",
    "LoopStarted",
    "MessageCorrelated",
    "MessageSubscriptionClosed",
    "MessageSubscriptionOpened",
    "MessageThrown",
    "ProcessCalled",
    "SignalCaught",
    "SignalSubscriptionClosed",
    "SignalSubscriptionOpened",
    "SignalThrown",
    "StartHeld",
    "StartQuantityReached",
    "StartReleased",
    "StepBudgetUsedUp",
    "TaskResultKept",
    "TimerCancelled",
    "TimerScheduled",
    "TimerSkipped",
    "TimerTriggered",
    "TokenJoined",
    "TriggerKept",
    "TriggerReleased",
    "UserTaskAssigned",
    "UserTaskCancelled",
    "UserTaskChangeBegun",
    "UserTaskChangeEnded",
    "UserTaskCompleted",
    "UserTaskCorrected",
    "UserTaskCreated",
    "UserTaskDenied",
    "UserTaskHandedOver",
    "UserTaskRevised",
    "UserTaskSentBack",
    "UserTaskUpdated",
    "UserTaskWithdrawn",
    "VariablesWritten",
]
