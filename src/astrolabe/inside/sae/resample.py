"""Dead features begin anew where the dictionary errs most.

Bricken et al. 2023, "Towards Monosemanticity", appendix "Neuron Resampling": a dead feature's
decoder row becomes a state (less the bias) drawn with a chance that goes with its squared loss, its
encoder row the same with 0.2 of the mean norm of living features, its bias zero, and the optimiser
forgets it. States are drawn from the batch at hand.
"""

import torch
from torch import Tensor

from astrolabe.inside.sae.objective import Outcome, Parameters, unit_rows

SHARE = 0.2
"""Norm of a new encoder row, as a share of the mean of living ones."""


@torch.no_grad()
def resample(
    parameters: Parameters,
    optimizer: torch.optim.Optimizer,
    states: Tensor,
    outcome: Outcome,
    dead: Tensor,
    generator: torch.Generator,
) -> None:
    """Let the features `dead` (a mask [N]) begin anew, in place.

    Args:
        optimizer: Holds moments of every parameter.
        states: x [B, W], of which `outcome` was computed.
        generator: Draws states.
    """
    count = int(dead.sum())
    if not count:
        return
    chances = outcome.error.detach().square().sum(1).square().cpu()
    drawn = torch.multinomial(chances, count, replacement=True, generator=generator)
    rows = unit_rows(states[drawn.to(states.device)] - parameters.b_dec)
    living = parameters.W_enc[~dead]
    norm = living.norm(dim=1).mean() if len(living) else rows.new_tensor(1.0)
    parameters.W_dec[dead] = rows
    parameters.W_enc[dead] = SHARE * norm * rows
    parameters.b_enc[dead] = 0.0
    for part in (parameters.W_dec, parameters.W_enc, parameters.b_enc):
        for name in ("exp_avg", "exp_avg_sq"):
            optimizer.state[part][name][dead] = 0.0
