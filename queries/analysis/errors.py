"""What can go wrong with an analysis.

AnalysisError   a question that this graph, or these words, give no answer to
"""


class AnalysisError(Exception):
    """An analysis cannot be made: the graph lacks what it needs, or a name is unknown.

    Attributes:
        hint: What the person at the keyboard can do next, as a sentence.
    """

    def __init__(self, what: str, *, hint: str) -> None:
        super().__init__(what)
        self.hint = hint
