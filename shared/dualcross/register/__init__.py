"""The register: what is known, what an article changes in it, and which alerts follow."""

from dualcross.register.roster import Shipped, shipped

__all__ = ["Shipped", "shipped"]
