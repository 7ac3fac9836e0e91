"""Which lane puts the agency's seal on a result."""

from tinhso.procedures import process
from tinhso.procedures.spec import ProcedureSpec


def sealing_roles(spec: ProcedureSpec) -> set[str]:
    """The roles whose lanes hold a sealing step, as the BPMN draws it."""
    return {process.role_of(spec, step.step_id) for step in process.steps(spec) if step.kind.startswith("seal")}
