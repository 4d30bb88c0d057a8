"""dualcross: news monitoring that alerts once on each event of China's dual cross-platform programme."""

__version__ = "0.1.0"
