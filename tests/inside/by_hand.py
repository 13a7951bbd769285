"""The slow way, which the engine is checked against: one sequence at a time, in float64.

Parts are found by their names in each architecture, and changed by hooks of its own, so nothing
here is shared with the code under test.
"""

import copy
from contextlib import ExitStack, contextmanager
from math import log

import torch

WAYS = {
    "llama": ("model.layers", "model.norm", "self_attn", "mlp"),
    "qwen2": ("model.layers", "model.norm", "self_attn", "mlp"),
    "qwen2_moe": ("model.layers", "model.norm", "self_attn", "mlp"),
    "qwen3": ("model.layers", "model.norm", "self_attn", "mlp"),
    "mistral": ("model.layers", "model.norm", "self_attn", "mlp"),
    "gemma": ("model.layers", "model.norm", "self_attn", "mlp"),
    "gemma2": (
        "model.layers",
        "model.norm",
        "post_attention_layernorm",
        "post_feedforward_layernorm",
    ),
    "gemma3_text": (
        "model.layers",
        "model.norm",
        "post_attention_layernorm",
        "post_feedforward_layernorm",
    ),
    "gpt2": ("transformer.h", "transformer.ln_f", "attn", "mlp"),
    "gpt_neox": ("gpt_neox.layers", "gpt_neox.final_layer_norm", "attention", "mlp"),
    "phi": ("model.layers", "model.final_layernorm", "self_attn", "mlp"),
    "opt": ("model.decoder.layers", "model.decoder.final_layer_norm", "self_attn", "fc2"),
}
"""By model type: blocks, final norm, and what a block's attention and its MLP add to the stream."""


class ByHand:
    """A model in float64, asked one sequence at a time."""

    def __init__(self, model):
        config = copy.deepcopy(model.config)
        # Of mixtures of experts, only this form knows float64.
        config._experts_implementation = "eager"
        # Not a copy: some architectures keep what they saw before.
        self.model = type(model)(config).eval()
        self.model.load_state_dict(model.state_dict())
        self.model.double()
        blocks, norm, self.attn, self.mlp = WAYS[model.config.model_type]
        self.blocks = self.model.get_submodule(blocks)
        self.norm = self.model.get_submodule(norm)
        self.head = self.model.lm_head

    @torch.no_grad()
    def run(self, tokens, context=0, interventions=()):
        """Logits [T, V], and the stream [T, W] after each of 0 to N layers."""
        streams = {}

        def entered(_module, args, kwargs):
            streams[0] = (args[0] if args else kwargs["hidden_states"])[0]

        def left(layer, _module, _args, output):
            streams[layer] = (output[0] if isinstance(output, tuple) else output)[0]

        with ExitStack() as stack:
            for one in interventions:
                stack.enter_context(self._changed(one, len(tokens), context))
            # After the changes, so that it sees what they leave.
            handles = [self.blocks[0].register_forward_pre_hook(entered, with_kwargs=True)]
            for layer, block in enumerate(self.blocks, 1):
                handles.append(block.register_forward_hook(lambda *a, layer=layer: left(layer, *a)))
            for handle in handles:
                stack.callback(handle.remove)
            logits = self.model(torch.tensor([tokens]), use_cache=False).logits[0]
        return logits, streams

    @torch.no_grad()
    def exit(self, stream, norm):
        """Logits [T, V] of a stream [T, W]."""
        logits = self.head(self.norm(stream) if norm == "final" else stream)
        cap = getattr(self.model.config, "final_logit_softcapping", None)
        return logits if cap is None else cap * torch.tanh(logits / cap)

    @contextmanager
    def _changed(self, one, length, context):
        """An intervention done to the chosen positions, each for itself."""
        here = [one.positions.cover(position, context) for position in range(length)]

        def change(states):
            rows = states.reshape(length, -1).clone()
            for position in range(length):
                if here[position]:
                    rows[position] = acted(one, rows[position])
            return rows.reshape(states.shape)

        def leaving(_module, _args, output):
            if isinstance(output, tuple):
                return (change(output[0]), *output[1:])
            return change(output)

        def entering(_module, args, kwargs):
            if args:
                return (change(args[0]), *args[1:]), kwargs
            return args, {**kwargs, "hidden_states": change(kwargs["hidden_states"])}

        if one.site.kind == "final":
            handle = self.norm.register_forward_hook(leaving)
        elif one.site.layer == 0:
            handle = self.blocks[0].register_forward_pre_hook(entering, with_kwargs=True)
        else:
            block = self.blocks[one.site.layer - 1]
            part = {"attn": self.attn, "mlp": self.mlp}.get(one.site.kind, "")
            handle = block.get_submodule(part).register_forward_hook(leaving)
        try:
            yield
        finally:
            handle.remove()


def acted(one, state):
    """What an intervention makes of one state [W], by the definitions of `Intervention`."""
    if one.vector is None:
        return one.amount * state
    vector = torch.tensor(one.vector, dtype=torch.float64)
    component = (state @ vector) / (vector @ vector)
    if one.act == "add":
        return state + one.amount * vector
    if one.act == "set":
        return vector
    if one.act == "scale":
        return state - component * vector + one.amount * component * vector
    return state - component * vector + min(max(component, one.low), one.high) * vector


def divergences(last, early):
    """In float64, from the definitions: js, what the released code computes, log sum of p / q."""
    p, q = (logits.double().log_softmax(-1) for logits in (last, early))
    m = torch.logaddexp(p, q) - log(2)

    def terms(a, b):
        """Of KL(a || b), from logarithms."""
        return a.exp() * (a - b)

    js = (terms(p, m) + terms(q, m)).sum(-1) / 2
    turned_round = (terms(m, p) + terms(m, q)).mean(-1) / 2
    return js, turned_round, (p - q).logsumexp(-1)


def dola_scores(last, early, dola, masked=float("-inf")):
    """DoLa's score of every token [V] at one position, and the layer contrasted.

    Args:
        last: Logits of the last layer, [V].
        early: Logits of each candidate layer.
        masked: Of tokens ruled out.
    """
    last = last.double()
    which = ["js", "published"].index(dola.divergence)
    layer = max(early, key=lambda one: float(divergences(last, early[one])[which]))
    p, q = last.log_softmax(-1), early[layer].double().log_softmax(-1)
    first = int(p.argmax())
    if dola.settled is not None and min(p[first], q[first]) >= log(dola.settled):
        return p, None
    scores = p - q
    if dola.post_softmax:
        scores = scores.log_softmax(-1)
    elif dola.relative_top == 0 and masked == float("-inf"):
        scores = last - early[layer].double()  # as released: bare logits, when generating
    if dola.relative_top > 0:
        scores = scores.masked_fill(p < p.max() + log(dola.relative_top), masked)
    return scores, layer
