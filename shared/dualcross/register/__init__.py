"""The register: what is known, what an article changes in it, and which alerts follow."""

from dualcross.register.judging import Verdict, further, judge, seeks_learned, subjects
from dualcross.register.roster import Shipped, shipped

__all__ = ["Shipped", "Verdict", "further", "judge", "seeks_learned", "shipped", "subjects"]
