"""moto's server (5.2.5) with the one thing put in that its states:startExecution lacks.

moto has the task: it starts the child, asks DescribeExecution until the end, reads Input and Output
from JSON for .sync:2, and throws States.TaskFailed with the description as Cause. It also has the
translation of members between the spelling of a state machine (StateMachineArn) and that of the API
(stateMachineArn), but the two hooks that should call it are empty, so that every such task ends
with States.Runtime. Here the hooks call moto's translation with the API's shapes from botocore.
"""

import botocore.session
from moto import server
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_callback, state_task_service_sfn)

_MODEL = botocore.session.get_session().get_service_model("stepfunctions")
_SHAPES = {"start_execution": _MODEL.operation_model("StartExecution"),
           "describe_execution": _MODEL.operation_model("DescribeExecution")}


class _Hooks(state_task_service_callback.StateTaskServiceCallback):
    """Stands between moto's task and its base class, whose hooks do nothing."""

    def _normalise_parameters(self, parameters, boto_service_name=None, service_action_name=None):
        action = self._get_boto_service_action(service_action_name)
        self._to_boto_request(parameters, _SHAPES[action].input_shape)

    def _normalise_response(self, response, boto_service_name=None, service_action_name=None):
        action = self._get_boto_service_action(service_action_name)
        self._from_boto_response(response, _SHAPES[action].output_shape)


if __name__ == "__main__":
    state_task_service_sfn.StateTaskServiceSfn.__bases__ = (_Hooks,)
    server.main()
