"""Secrets in what people write: found by exact values, and by what secrets look like."""

from bot.edges.detector.detector import Detector as Detector
