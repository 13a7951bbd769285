from hypothesis import given
from hypothesis import strategies as st

from astrolabe.engine.tree import grow

sequences = st.lists(
    st.lists(st.integers(0, 2), min_size=1, max_size=8).map(tuple), min_size=1, max_size=12
)


def line(nodes, index):
    """Nodes from the root to `index`."""
    path = []
    while index >= 0:
        path.append(index)
        index = nodes[index].parent
    return path[::-1]


@given(sequences)
def test_every_sequence_is_spelled_by_its_path(asked):
    nodes = grow(asked)
    ends = {s: index for index, node in enumerate(nodes) for s in node.ends}
    assert sorted(ends) == list(range(len(asked)))
    for place, sequence in enumerate(asked):
        spelled = tuple(t for index in line(nodes, ends[place]) for t in nodes[index].tokens)
        assert spelled == sequence


@given(sequences)
def test_every_distinct_prefix_stands_once(asked):
    prefixes = {s[: i + 1] for s in asked for i in range(len(s))}
    assert sum(len(node.tokens) for node in grow(asked)) == len(prefixes)


@given(sequences)
def test_subtrees_are_contiguous_and_depths_add_up(asked):
    nodes = grow(asked)
    for index, node in enumerate(nodes):
        inside = [i for i in range(len(nodes)) if index in line(nodes, i)]
        assert inside == list(range(index, node.last + 1))
        assert node.depth == sum(len(nodes[i].tokens) for i in line(nodes, index)[:-1])


def test_a_shared_header_is_one_node():
    header = tuple(range(50))
    nodes = grow([(*header, 60, 61), (*header, 70), (*header, 60, 62)])
    assert nodes[0].tokens == header
    assert [node.tokens for node in nodes] == [header, (60,), (61,), (62,), (70,)]
